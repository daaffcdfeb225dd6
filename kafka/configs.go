package kafka

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// describeTopicConfigs answers model.DescribeTopicConfigs, in one event for each
// few hundred topics.
//
//	API   DescribeConfigs (32) for the five settings that are shown, to any broker
//	Cost  about 360 bytes a topic
//	ACL   DescribeConfigs on the topics
//	Error none for single topics: they come with a Problem
func (c *Client) describeTopicConfigs(ctx context.Context, q model.DescribeTopicConfigs, emit func(model.Event)) error {
	names, err := c.namesOf(ctx, q.Topics)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(names, configsAtOnce) {
		configs, err := c.topicConfigs(ctx, chunk)
		if err != nil {
			return err
		}
		emit(model.TopicConfigsDescribed{Configs: configs})
	}
	return nil
}

// configsAtOnce is how many topics' settings are asked for in one request.
const configsAtOnce = 500

const (
	topicResource  kmsg.ConfigResourceType = kmsg.ConfigResourceTypeTopic
	brokerResource kmsg.ConfigResourceType = kmsg.ConfigResourceTypeBroker
)

var shownConfigs = []string{"min.insync.replicas", "retention.ms", "retention.bytes", "cleanup.policy", "max.message.bytes"}

// topicConfigs returns the configuration of topics, by name.
func (c *Client) topicConfigs(ctx context.Context, names []string) (map[string]*model.TopicConfig, error) {
	req := kmsg.NewPtrDescribeConfigsRequest()
	for _, name := range names {
		r := kmsg.NewDescribeConfigsRequestResource()
		r.ResourceType, r.ResourceName, r.ConfigNames = topicResource, name, shownConfigs
		req.Resources = append(req.Resources, r)
	}
	resources, err := c.configs(ctx, req)
	if err != nil {
		return nil, err
	}
	configs := make(map[string]*model.TopicConfig, len(resources))
	for _, r := range resources {
		configs[r.ResourceName] = topicConfigOf(&r)
	}
	return configs, nil
}

// configs sends a request for topics' settings, which any broker can answer.
func (c *Client) configs(ctx context.Context, req *kmsg.DescribeConfigsRequest) ([]kmsg.DescribeConfigsResponseResource, error) {
	var resources []kmsg.DescribeConfigsResponseResource
	err := c.once(ctx, func(n node) error {
		resp, err := c.send(ctx, n, req)
		if err == nil {
			resources = resp.(*kmsg.DescribeConfigsResponse).Resources
		}
		return err
	})
	return resources, err
}

func topicConfigOf(r *kmsg.DescribeConfigsResponseResource) *model.TopicConfig {
	config := &model.TopicConfig{At: time.Now(), RetainSize: model.NoBytes}
	if err := errorOf(r.ErrorCode, r.ErrorMessage); err != nil {
		config.Problem = problemAbout(err, model.Right{Operation: "DescribeConfigs", Resource: "Topic " + r.ResourceName})
		return config
	}
	for _, entry := range r.Configs {
		value := text(entry.Value)
		number, _ := strconv.ParseInt(value, 10, 64)
		switch entry.Name {
		case "min.insync.replicas":
			config.MinISR = int(number)
		case "retention.ms":
			config.Retention = retention(number)
		case "retention.bytes":
			config.RetainSize = number
		case "cleanup.policy":
			config.Cleanup = value
		case "max.message.bytes":
			config.MaxMessage = number
		}
	}
	return config
}

// retention returns retention.ms as a duration. Values past what a duration can
// hold, 292 years, mean for ever just as -1 does.
func retention(ms int64) time.Duration {
	if ms < 0 || ms > int64(1<<63-1)/int64(time.Millisecond) {
		return -1
	}
	return time.Duration(ms) * time.Millisecond
}

// describeBrokerConfigs answers model.DescribeBrokerConfigs, by the settings of
// one broker: they are the same on all, or the cluster is not set up well.
//
//	API   DescribeConfigs (32) to one broker, about itself
//	ACL   DescribeConfigs on Cluster
//	Error Denied
func (c *Client) describeBrokerConfigs(ctx context.Context, emit func(model.Event)) error {
	ids, err := c.brokerIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var value string
		if value, err = c.autoCreate(ctx, id); err == nil {
			emit(model.BrokerConfigsDescribed{AutoCreate: tristate(value)})
			return nil
		}
		if !connectionLost(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

const autoCreateTopics = "auto.create.topics.enable"

func (c *Client) autoCreate(ctx context.Context, broker int32) (string, error) {
	req := kmsg.NewPtrDescribeConfigsRequest()
	r := kmsg.NewDescribeConfigsRequestResource()
	r.ResourceType, r.ResourceName, r.ConfigNames = brokerResource, strconv.Itoa(int(broker)), []string{autoCreateTopics}
	req.Resources = append(req.Resources, r)
	resp, err := c.to(ctx, broker, req)
	if err != nil {
		return "", err
	}
	for _, found := range resp.(*kmsg.DescribeConfigsResponse).Resources {
		if err := errorOf(found.ErrorCode, found.ErrorMessage); err != nil {
			return "", problemAbout(err, model.Right{Operation: "DescribeConfigs", Resource: "Cluster"})
		}
		for _, entry := range found.Configs {
			if entry.Name == autoCreateTopics {
				return text(entry.Value), nil
			}
		}
	}
	return "", nil
}

func tristate(value string) model.Tristate {
	switch value {
	case "true":
		return model.Yes
	case "false":
		return model.No
	}
	return model.Unasked
}
