package kafka

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// describeLogDirs answers model.DescribeLogDirs, in one event for each broker as
// it answers.
//
//	API   DescribeLogDirs (35) to each broker; to all at once unless they hold many
//	      replicas
//	Cost  about 25 bytes a replica; 200,000 partitions of 3 replicas: 14 MB. Each
//	      takes 120 bytes of memory while it is read
//	ACL   Describe on Cluster
//	Error none, unless no broker is known: each broker's event has its own Problem
func (c *Client) describeLogDirs(ctx context.Context, emit func(model.Event)) error {
	ids, err := c.brokerIDs(ctx)
	if err != nil {
		return err
	}
	found := make(chan *model.LogDirs, len(ids))
	var wg sync.WaitGroup
	turns := make(chan struct{}, c.atOnce(len(ids)))
	for _, id := range ids {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			found <- c.logDirs(ctx, id)
		})
	}
	for range ids {
		dirs := <-found
		if ctx.Err() == nil {
			emit(model.LogDirsDescribed{LogDirs: dirs})
		}
	}
	wg.Wait()
	return ctx.Err()
}

// replicasAtOnce is about how many replicas' sizes are read at a time.
const replicasAtOnce = 200_000

// atOnce returns how many of the brokers are asked for all their replicas at a
// time: at least one.
func (c *Client) atOnce(brokers int) int {
	each := c.layout.replicas()/max(brokers, 1) + 1
	return max(1, min(brokers, replicasAtOnce/each))
}

// brokerIDs returns the brokers that the cluster lists, without fenced ones.
func (c *Client) brokerIDs(ctx context.Context) ([]int32, error) {
	if ids := c.nodes.best(); len(ids) > 0 {
		return ids, nil
	}
	listed, err := c.describeCluster(ctx)
	var ids []int32
	for _, b := range listed.Brokers {
		if b.State != model.Fenced {
			ids = append(ids, b.ID)
		}
	}
	return ids, err
}

// logDirs returns the log directories of one broker.
func (c *Client) logDirs(ctx context.Context, broker int32) *model.LogDirs {
	right := model.Right{Operation: "Describe", Resource: "Cluster"}
	resp, err := c.to(ctx, broker, kmsg.NewPtrDescribeLogDirsRequest())
	if err != nil {
		return &model.LogDirs{Broker: broker, At: time.Now(), Problem: problemOf(err)}
	}
	r := resp.(*kmsg.DescribeLogDirsResponse)
	if err := kerr.ErrorForCode(r.ErrorCode); err != nil {
		return &model.LogDirs{Broker: broker, At: time.Now(), Problem: problemAbout(err, right)}
	}
	if len(r.Dirs) == 0 { // before version 3 of the request a denial is an empty answer
		return &model.LogDirs{Broker: broker, At: time.Now(), Problem: problemAbout(kerr.ClusterAuthorizationFailed, right)}
	}
	dirs := make([]model.LogDir, 0, len(r.Dirs))
	sizes := map[string][]int64{}
	for i := range r.Dirs {
		d := &r.Dirs[i]
		dirs = append(dirs, logDirOf(d))
		for j := range d.Topics {
			sizes[d.Topics[j].Topic] = addSizes(sizes[d.Topics[j].Topic], d.Topics[j].Partitions)
		}
	}
	return model.NewLogDirs(broker, time.Now(), dirs, sizes)
}

func logDirOf(d *kmsg.DescribeLogDirsResponseDir) model.LogDir {
	dir := model.LogDir{Path: d.Dir, Total: d.TotalBytes, Usable: d.UsableBytes}
	if err := kerr.ErrorForCode(d.ErrorCode); err != nil {
		dir.Problem = problemOf(err)
	}
	if dir.Total < 0 {
		dir.Total = model.NoBytes
	}
	if dir.Usable < 0 {
		dir.Usable = model.NoBytes
	}
	return dir
}

// addSizes puts the sizes of partitions in their places. A future replica, one
// that is being moved to another directory of the same broker, is not counted: it
// is a copy that goes away when it is complete.
func addSizes(sizes []int64, partitions []kmsg.DescribeLogDirsResponseDirTopicPartition) []int64 {
	for i := range partitions {
		p := &partitions[i]
		if p.IsFuture || p.Partition < 0 {
			continue
		}
		for int(p.Partition) >= len(sizes) {
			sizes = append(sizes, model.NoBytes)
		}
		sizes[p.Partition] = p.Size
	}
	return sizes
}
