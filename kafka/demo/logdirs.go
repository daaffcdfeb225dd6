package demo

import (
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	logDir   = "/var/lib/kafka/data"
	diskSize = int64(512) << 30
)

// describeLogDirs answers key 35: every broker has one directory with the
// partitions it hosts. The leader's size is what kfake stores; followers have
// as much, except those that are behind.
func (c *Cluster) describeLogDirs(node int32, req *kmsg.DescribeLogDirsRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.DescribeLogDirsResponse)
	dir := kmsg.NewDescribeLogDirsResponseDir()
	dir.Dir = logDir
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	now := time.Now()
	for _, t := range c.image.topics {
		if wanted, all := partitionsWanted(req, t.name); all || wanted != nil {
			c.addTopicDir(&dir, t, node, wanted, now)
		}
	}
	dir.TotalBytes, dir.UsableBytes = diskSize, diskSize-diskUsed(&dir)
	resp.Dirs = append(resp.Dirs, dir)
	return resp, nil, true
}

func partitionsWanted(req *kmsg.DescribeLogDirsRequest, topic string) (wanted []int32, all bool) {
	for _, rt := range req.Topics {
		if rt.Topic == topic {
			return rt.Partitions, false
		}
	}
	return nil, req.Topics == nil
}

// addTopicDir adds those partitions of t that node hosts; wanted nil is all.
func (c *Cluster) addTopicDir(dir *kmsg.DescribeLogDirsResponseDir, t *topic, node int32, wanted []int32, now time.Time) {
	st := kmsg.NewDescribeLogDirsResponseDirTopic()
	st.Topic = t.name
	stored := c.stored(t)
	for i := range t.parts {
		p := &t.parts[i]
		if !slices.Contains(p.replicas, node) || wanted != nil && !slices.Contains(wanted, int32(i)) {
			continue
		}
		sp := kmsg.NewDescribeLogDirsResponseDirTopicPartition()
		sp.Partition = int32(i)
		bytes, end := stored(int32(i))
		have := p.have(node, now)
		sp.Size = int64(float64(bytes) * have)
		sp.OffsetLag = end - int64(float64(end)*have)
		st.Partitions = append(st.Partitions, sp)
	}
	if len(st.Partitions) > 0 {
		dir.Topics = append(dir.Topics, st)
	}
}

// stored gives a function that tells the bytes and the log end offset of a
// partition of t.
func (c *Cluster) stored(t *topic) func(p int32) (bytes, end int64) {
	if t.size != nil {
		return func(p int32) (int64, int64) { return t.size(p), 0 }
	}
	infos := c.fake.PartitionInfos(t.name)
	return func(p int32) (int64, int64) {
		if int(p) >= len(infos) {
			return 0, 0
		}
		return infos[p].NumBytes, infos[p].HighWatermark
	}
}

// have is the part of the log that a replica has copied, 0 to 1.
func (p *partition) have(node int32, now time.Time) float64 {
	switch {
	case p.stuck == node && node != 0:
		return 0.6
	case p.moving != nil && slices.Contains(p.moving.adding, node):
		return p.moving.done(now)
	case !slices.Contains(p.isr, node):
		return 0.97
	}
	return 1
}

// diskUsed is what the directory's disk holds: the logs, and what else lies on
// it, taken to be a fifth.
func diskUsed(dir *kmsg.DescribeLogDirsResponseDir) int64 {
	used := diskSize / 5
	for _, t := range dir.Topics {
		for _, p := range t.Partitions {
			used += p.Size
		}
	}
	return used
}
