//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// asConsumer is the variable that makes the test binary a consumer: a recipe.
const asConsumer = "KSCOPE_E2E_CONSUMER"

// A recipe says what a consumer is.
type recipe struct {
	Seeds                []string
	Client, Group, Topic string
}

// A receipt is what a consumer prints whenever it is assigned partitions.
type receipt struct {
	Generation int32
	Partitions []int32
}

// consume is a consumer of one topic with the range assignor, until its standard
// input ends. Then it leaves.
func consume(encoded string) int {
	var r recipe
	if err := json.Unmarshal([]byte(encoded), &r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	said := json.NewEncoder(os.Stdout)
	cl, err := kgo.NewClient(
		kgo.SeedBrokers(r.Seeds...), kgo.ClientID(r.Client), kgo.ConsumerGroup(r.Group), kgo.ConsumeTopics(r.Topic),
		kgo.Balancers(kgo.RangeBalancer()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(shortestSession), kgo.HeartbeatInterval(300*time.Millisecond), kgo.AutoCommitInterval(time.Second),
		kgo.OnPartitionsAssigned(func(_ context.Context, cl *kgo.Client, assigned map[string][]int32) {
			_, generation := cl.GroupMetadata()
			_ = said.Encode(receipt{generation, assigned[r.Topic]}) // who listens has gone if that fails
		}),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var reading sync.WaitGroup
	reading.Go(func() {
		for !cl.PollFetches(context.Background()).IsClientClosed() { // Close ends it
		}
	})
	_, _ = io.Copy(io.Discard, os.Stdin)
	cl.Close()
	reading.Wait()
	return 0
}

// shortestSession is the shortest session timeout that Kafka permits, unless told
// otherwise.
const shortestSession = 6 * time.Second
