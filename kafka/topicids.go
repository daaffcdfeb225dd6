package kafka

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// topicName returns a topic's name: the one given, or where a broker gave only an
// id the one known for it, or else the id as Kafka writes it.
func (c *Client) topicName(given string, id [16]byte) string {
	if name := c.layout.name(given, id); name != "" {
		return name
	}
	return base64.RawURLEncoding.EncodeToString(id[:])
}

// learnTopics asks for the names of those topics that came by id alone and are not
// known: Metadata (3), by id since version 12 (Kafka 3.1). Those that are gone stay
// without a name, and so do all if nobody answers.
func (c *Client) learnTopics(ctx context.Context, each func(yield func(name string, id [16]byte))) {
	unknown := map[[16]byte]bool{}
	each(func(name string, id [16]byte) {
		if id != ([16]byte{}) && c.layout.name(name, id) == "" && !c.layout.isGone(id) {
			unknown[id] = true
		}
	})
	if len(unknown) == 0 {
		return
	}
	resp, _, err := c.first(ctx, func() kmsg.Request {
		req := kmsg.NewPtrMetadataRequest()
		req.AllowAutoTopicCreation = false
		for id := range unknown {
			req.Topics = append(req.Topics, kmsg.MetadataRequestTopic{TopicID: id})
		}
		return req
	})
	if err != nil {
		return
	}
	for _, t := range resp.(*kmsg.MetadataResponse).Topics {
		if name := text(t.Topic); name != "" && t.ErrorCode == 0 {
			c.layout.call(t.TopicID, strings.Clone(name))
			delete(unknown, t.TopicID)
		}
	}
	for id := range unknown {
		c.layout.call(id, "")
	}
}
