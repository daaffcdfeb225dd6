package demo

import (
	"context"
	"net"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// hookCalls is after how many requests a hook is registered anew. kfake keeps
// the last request of each connection that ever ran through a hook, for as
// long as the hook is registered; clients come and go here for hours.
const hookCalls = 256

// hook has fn answer requests of a key, on the broker node that received
// them. fn reports whether it answered; kfake does otherwise. An error closes
// the connection.
func hook[R kmsg.Request](c *Cluster, fn func(node int32, req R) (kmsg.Response, error, bool)) {
	var zero R
	key := zero.Key()
	var calls atomic.Int32
	c.fake.ControlKey(key, func(kr kmsg.Request) (kmsg.Response, error, bool) {
		resp, err, handled := fn(c.fake.CurrentNode(), kr.(R))
		switch {
		case calls.Add(1) == hookCalls:
			hook(c, fn)
			c.fake.DropControl()
		case handled:
			c.fake.KeepControl()
		}
		return resp, err, handled
	})
}

// pass has kfake's own handler of broker node answer req, whose version must
// be flexible and whose tags must be marked. Other connections are served
// meanwhile.
func (c *Cluster) pass(node int32, req kmsg.Request, resp kmsg.Response) error {
	err := net.ErrClosed
	c.fake.SleepControl(func() {
		err = c.passages[node].ask(context.Background(), req, resp)
	})
	if c.closing.Load() {
		return net.ErrClosed
	}
	return err
}

// aside runs fn, which answers a request that takes long, with other
// connections being served meanwhile. fn must not call kfake.
func (c *Cluster) aside(fn func()) { c.fake.SleepControl(fn) }

func (c *Cluster) hookAll() {
	hook(c, c.apiVersions)
	hook(c, c.metadata)
	hook(c, c.describeCluster)
	hook(c, c.describeTopicPartitions)
	hook(c, c.describeLogDirs)
	hook(c, c.describeQuorum)
	hook(c, c.describeConfigs)
	hook(c, c.alterConfigs)
	hook(c, c.deleteRecords)
	hook(c, c.electLeaders)
	hook(c, c.alterPartitionAssignments)
	hook(c, c.listPartitionReassignments)
	hook(c, c.createTopics)
	hook(c, c.createPartitions)
	hook(c, c.deleteTopics)
	hook(c, c.alterScram)
	hook(c, c.offsetForLeaderEpoch)
	hook(c, c.findCoordinator)
	hook(c, c.produce)
}
