package realkafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Brokers hear of a change one after the other, and a client asks now this one and now
// that one. Whoever is to go on after a change waits until every one knows of it.

// Longer than brokers need to hear of a change, however busy the machine.
const spreadTimeout = 2 * time.Minute

// CreateTopic creates a topic and returns once it can be used through any broker: every
// running one knows it, as a whole, and each partition's leader answers for it. Configs may
// be nil; partitions and factor of -1 are the brokers' defaults.
func (c *Cluster) CreateTopic(ctx context.Context, name string, partitions int32, factor int16, configs map[string]string) error {
	wanted := kmsg.NewCreateTopicsRequestTopic()
	wanted.Topic, wanted.NumPartitions, wanted.ReplicationFactor = name, partitions, factor
	wanted.Configs = configsOf(configs)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Seeds(Plaintext)...))
	if err != nil {
		return fmt.Errorf("realkafka: a client to create the topic %s with: %w", name, err)
	}
	defer client.Close()
	return c.create(ctx, client, wanted)
}

func configsOf(configs map[string]string) []kmsg.CreateTopicsRequestTopicConfig {
	var all []kmsg.CreateTopicsRequestTopicConfig
	for name, value := range configs {
		config := kmsg.NewCreateTopicsRequestTopicConfig()
		config.Name, config.Value = name, &value
		all = append(all, config)
	}
	return all
}

// Create creates a topic, and waits as CreateTopic does.
func (c *Cluster) create(ctx context.Context, client *kgo.Client, wanted kmsg.CreateTopicsRequestTopic) error {
	request := kmsg.NewPtrCreateTopicsRequest()
	request.TimeoutMillis = int32(time.Minute.Milliseconds())
	request.Topics = append(request.Topics, wanted)
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return fmt.Errorf("realkafka: creating the topic %s: %w", wanted.Topic, err)
	}
	made := &response.Topics[0]
	if err := kerr.ErrorForCode(made.ErrorCode); err != nil {
		return fmt.Errorf("realkafka: creating the topic %s: %w", wanted.Topic, err)
	}
	return c.everywhere(ctx, func(ctx context.Context, node int, broker *kgo.Broker) error {
		return knows(ctx, node, broker, made)
	})
}

// DeleteTopic deletes a topic and returns once no running broker knows it.
func (c *Cluster) DeleteTopic(ctx context.Context, name string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Seeds(Plaintext)...))
	if err != nil {
		return fmt.Errorf("realkafka: a client to delete the topic %s with: %w", name, err)
	}
	defer client.Close()
	request := kmsg.NewPtrDeleteTopicsRequest()
	request.TimeoutMillis = int32(time.Minute.Milliseconds())
	topic := kmsg.NewDeleteTopicsRequestTopic()
	topic.Topic = &name
	request.TopicNames, request.Topics = []string{name}, append(request.Topics, topic)
	response, err := request.RequestWith(ctx, client)
	if err == nil {
		err = kerr.ErrorForCode(response.Topics[0].ErrorCode)
	}
	if err != nil {
		return fmt.Errorf("realkafka: deleting the topic %s: %w", name, err)
	}
	return c.everywhere(ctx, func(ctx context.Context, _ int, broker *kgo.Broker) error {
		found, err := described(ctx, broker, name)
		if err == nil && !errors.Is(kerr.ErrorForCode(found.ErrorCode), kerr.UnknownTopicOrPartition) {
			err = fmt.Errorf("the topic %s is still there", name)
		}
		return err
	})
}

// Knows returns nil once a broker knows a topic as it was made, has its replicas in sync
// and answers for what it leads.
func knows(ctx context.Context, node int, broker *kgo.Broker, made *kmsg.CreateTopicsResponseTopic) error {
	found, err := described(ctx, broker, made.Topic)
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(found.ErrorCode); err != nil {
		return fmt.Errorf("the topic %s: %w", made.Topic, err)
	}
	if found.TopicID != made.TopicID && made.TopicID != [16]byte{} {
		return fmt.Errorf("there is another topic %s", made.Topic)
	}
	if len(found.Partitions) == 0 || made.NumPartitions > 0 && len(found.Partitions) != int(made.NumPartitions) {
		return fmt.Errorf("the topic %s has %d partitions and not %d", made.Topic, len(found.Partitions), made.NumPartitions)
	}
	for _, p := range found.Partitions {
		if p.Leader < 0 {
			return fmt.Errorf("partition %d of %s has no leader", p.Partition, made.Topic)
		}
		if int(p.Leader) == node {
			if err := leads(ctx, broker, made.Topic, p.Partition, p.LeaderEpoch); err != nil {
				return err
			}
		}
	}
	return nil
}

// Leads returns nil if a broker answers for a partition that it is to lead: it hears of the
// topic a moment before it has made the log.
func leads(ctx context.Context, broker *kgo.Broker, topic string, partition, epoch int32) error {
	request := kmsg.NewPtrListOffsetsRequest()
	request.ReplicaID = -1
	wanted := kmsg.NewListOffsetsRequestTopic()
	wanted.Topic = topic
	end := kmsg.NewListOffsetsRequestTopicPartition()
	end.Partition, end.CurrentLeaderEpoch, end.Timestamp = partition, epoch, -1
	wanted.Partitions = append(wanted.Partitions, end)
	request.Topics = append(request.Topics, wanted)
	response, err := broker.RetriableRequest(ctx, request)
	if err == nil {
		err = kerr.ErrorForCode(response.(*kmsg.ListOffsetsResponse).Topics[0].Partitions[0].ErrorCode)
	}
	if err != nil {
		return fmt.Errorf("the end of partition %d of %s: %w", partition, topic, err)
	}
	return nil
}

// Described asks one broker for one topic.
func described(ctx context.Context, broker *kgo.Broker, topic string) (*kmsg.MetadataResponseTopic, error) {
	request := kmsg.NewPtrMetadataRequest()
	request.AllowAutoTopicCreation = false
	request.Topics = append(request.Topics, kmsg.MetadataRequestTopic{Topic: &topic})
	response, err := broker.RetriableRequest(ctx, request)
	if err != nil {
		return nil, err
	}
	topics := response.(*kmsg.MetadataResponse).Topics
	if len(topics) != 1 {
		return nil, fmt.Errorf("%d answers about the topic %s", len(topics), topic)
	}
	return &topics[0], nil
}

// Everywhere waits until holds is nil of every running broker, which it asks one after the
// other. The error says which one it is not true of, and why.
func (c *Cluster) everywhere(ctx context.Context, holds func(ctx context.Context, node int, broker *kgo.Broker) error) error {
	ctx, cancel := context.WithTimeout(ctx, spreadTimeout)
	defer cancel()
	for _, node := range c.Running() {
		client, err := kgo.NewClient(kgo.SeedBrokers(c.Address(Plaintext, node)))
		if err != nil {
			return fmt.Errorf("realkafka: a client to ask node %d with: %w", node, err)
		}
		for {
			if err = holds(ctx, node, client.SeedBrokers()[0]); err == nil || pause(ctx, 20*time.Millisecond) != nil {
				break
			}
		}
		client.Close()
		if err != nil {
			return fmt.Errorf("realkafka: node %d does not say so: %w", node, err)
		}
	}
	return nil
}
