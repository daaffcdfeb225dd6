package kafka

import (
	"context"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// A nature is what makes a topic have offsets without records.
type nature struct {
	compacted     bool
	transactional bool // somebody wrote to it in transactions, of late
}

// naturesOf returns the nature of topics, each of which is in it. What may not be
// known of a topic it is not said to be.
//
//	API   DescribeConfigs (32) to any broker, and DescribeProducers (61, Kafka 2.8) to
//	      the leaders
//	Cost  about 360 bytes a topic, and 40 for each producer of a partition
//	ACL   DescribeConfigs and Read on the topics
func (c *Client) naturesOf(ctx context.Context, names []string) map[string]nature {
	natures := make(map[string]nature, len(names))
	configs, _ := c.topicConfigs(ctx, names)
	for _, name := range names {
		config := configs[name]
		natures[name] = nature{compacted: config != nil && strings.Contains(config.Cleanup, "compact")}
	}
	for name := range c.transactional(ctx, names) {
		n := natures[name]
		n.transactional = true
		natures[name] = n
	}
	return natures
}

// transactional returns those topics that transactions were written to.
func (c *Client) transactional(ctx context.Context, names []string) map[string]bool {
	found := map[string]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for leader, req := range c.producersRequests(names) {
		wg.Go(func() {
			resp, err := c.to(ctx, leader, req)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for _, t := range resp.(*kmsg.DescribeProducersResponse).Topics {
				for i := range t.Partitions {
					if inTransactions(&t.Partitions[i]) {
						found[t.Topic] = true
					}
				}
			}
		})
	}
	wg.Wait()
	return found
}

func (c *Client) producersRequests(names []string) map[int32]*kmsg.DescribeProducersRequest {
	of := map[int32]map[string][]int32{}
	for _, name := range names {
		partitions, _ := c.layout.topic(name)
		for _, p := range partitions {
			if p.Leader == model.NoBroker {
				continue
			}
			if of[p.Leader] == nil {
				of[p.Leader] = map[string][]int32{}
			}
			of[p.Leader][name] = append(of[p.Leader][name], p.ID)
		}
	}
	requests := make(map[int32]*kmsg.DescribeProducersRequest, len(of))
	for leader, topics := range of {
		requests[leader] = kmsg.NewPtrDescribeProducersRequest()
		for name, partitions := range topics {
			requests[leader].Topics = append(requests[leader].Topics, kmsg.DescribeProducersRequestTopic{Topic: name, Partitions: partitions})
		}
	}
	return requests
}

// inTransactions reports whether a producer of the partition has a transaction open,
// or has ended one: from then on it has the epoch of a coordinator.
func inTransactions(p *kmsg.DescribeProducersResponseTopicPartition) bool {
	for _, producer := range p.ActiveProducers {
		if producer.CurrentTxnStartOffset >= 0 || producer.CoordinatorEpoch >= 0 {
			return true
		}
	}
	return false
}
