package kafka

import "github.com/twmb/franz-go/pkg/kgo"

type sender struct{ opts []kgo.Opt }

func (s *sender) close() {}
