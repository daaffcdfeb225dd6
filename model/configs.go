package model

import (
	"time"
)

// TopicConfig is the part of a topic's configuration that panes show.
type TopicConfig struct {
	At         time.Time
	MinISR     int           // min.insync.replicas; 0 if not known
	Retention  time.Duration // retention.ms; negative for ever; 0 if not known
	RetainSize int64         // retention.bytes, per partition; NoBytes for no limit
	Cleanup    string        // cleanup.policy: delete, compact, compact,delete
	MaxMessage int64         // max.message.bytes; 0 if not known
	Problem    *Problem      // why it could not be read
}

// DescribeTopicConfigs asks for the configuration of topics.
type DescribeTopicConfigs struct{ Topics Names }

func (DescribeTopicConfigs) query() {}

// Every implements Query.
func (DescribeTopicConfigs) Every() time.Duration { return 15 * time.Second }

// TopicConfigsDescribed brings the configuration of some topics, by name.
type TopicConfigsDescribed struct{ Configs map[string]*TopicConfig }

func (e TopicConfigsDescribed) apply(s *Snapshot) {
	name := ""
	names := func(yield func(string) bool) {
		for name = range e.Configs {
			if !yield(name) {
				return
			}
		}
	}
	s.changeTopics(names, func(t *Topic) { t.Config = e.Configs[name] })
}

// DescribeBrokerConfigs asks for the few broker settings that matter to a user
// of topics: auto.create.topics.enable.
type DescribeBrokerConfigs struct{}

func (DescribeBrokerConfigs) query() {}

// Every implements Query.
func (DescribeBrokerConfigs) Every() time.Duration { return time.Minute }

// BrokerConfigsDescribed brings them.
type BrokerConfigsDescribed struct{ AutoCreate Tristate }

func (e BrokerConfigsDescribed) apply(s *Snapshot) { s.Cluster.AutoCreate = e.AutoCreate }
