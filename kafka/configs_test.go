package kafka

import (
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

func TestDescribeTopicConfigs(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	err := cluster.CreateTopic("orders", 1, map[string]string{
		"min.insync.replicas": "2", "retention.ms": "60000", "retention.bytes": "1024",
		"cleanup.policy": "compact", "max.message.bytes": "2048",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := the[model.TopicConfigsDescribed](t, ask(t, dial(t, cluster), model.DescribeTopicConfigs{Topics: model.NamesOf("orders", "nope")})).Configs
	c := got["orders"]
	if c == nil || c.Problem != nil || c.MinISR != 2 || c.Retention != time.Minute || c.RetainSize != 1024 || c.Cleanup != "compact" || c.MaxMessage != 2048 {
		t.Errorf("orders = %+v", c)
	}
	if c := got["nope"]; c == nil || c.Problem == nil || c.Problem.Kind != model.Gone {
		t.Errorf("nope = %+v, want it to be gone", c)
	}
}

func TestRetention(t *testing.T) {
	for ms, want := range map[int64]time.Duration{-1: -1, 0: 0, 1500: 1500 * time.Millisecond, 1<<63 - 1: -1} {
		if got := retention(ms); got != want {
			t.Errorf("retention(%d) = %v, want %v", ms, got, want)
		}
	}
}

func TestDescribeBrokerConfigs(t *testing.T) {
	for value, want := range map[string]model.Tristate{"true": model.Yes, "false": model.No} {
		cluster := fake(t, kfake.NumBrokers(2), kfake.BrokerConfigs(map[string]string{"auto.create.topics.enable": value}))
		if got := the[model.BrokerConfigsDescribed](t, ask(t, dial(t, cluster), model.DescribeBrokerConfigs{})).AutoCreate; got != want {
			t.Errorf("%s: %v, want %v", value, got, want)
		}
	}
}

func TestDescribeLogDirs(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(2, "orders"))
	cluster.ControlKey(int16(kmsg.DescribeLogDirs), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := req.ResponseKind().(*kmsg.DescribeLogDirsResponse)
		if cluster.CurrentNode() == 1 {
			resp.ErrorCode = 31 // CLUSTER_AUTHORIZATION_FAILED
			return resp, nil, true
		}
		resp.Dirs = []kmsg.DescribeLogDirsResponseDir{
			dirWith("/a", 0, replica(0, 100), replica(1, 50), future(1, 7)),
			dirWith("/b", 56, replica(3, 8)),
		}
		return resp, nil, true
	})
	c := dial(t, cluster)
	events := every[model.LogDirsDescribed](ask(t, c, model.DescribeLogDirs{}))
	if len(events) != 2 {
		t.Fatalf("%d answers, want one for each broker", len(events))
	}
	byBroker := map[int32]*model.LogDirs{events[0].LogDirs.Broker: events[0].LogDirs, events[1].LogDirs.Broker: events[1].LogDirs}
	good := byBroker[0]
	if good.Problem != nil || good.Bytes != 158 || good.Replica("orders", 1) != 50 || good.Replica("orders", 2) != model.NoBytes || good.Replica("orders", 3) != 8 {
		t.Errorf("log dirs = %+v", good)
	}
	if d := good.Dirs; len(d) != 2 || d[0].Total != 1000 || d[0].Usable != model.NoBytes || d[0].Problem != nil || d[1].Problem == nil {
		t.Errorf("dirs = %+v", d)
	}
	if p := byBroker[1].Problem; p == nil || p.Kind != model.Denied || p.Right.String() != "Describe on Cluster" {
		t.Errorf("problem = %v", p)
	}
}

func dirWith(path string, code int16, partitions ...kmsg.DescribeLogDirsResponseDirTopicPartition) kmsg.DescribeLogDirsResponseDir {
	d := kmsg.NewDescribeLogDirsResponseDir()
	d.Dir, d.ErrorCode, d.TotalBytes = path, code, 1000
	topic := kmsg.NewDescribeLogDirsResponseDirTopic()
	topic.Topic, topic.Partitions = "orders", partitions
	d.Topics = append(d.Topics, topic)
	return d
}

func replica(partition int32, size int64) kmsg.DescribeLogDirsResponseDirTopicPartition {
	p := kmsg.NewDescribeLogDirsResponseDirTopicPartition()
	p.Partition, p.Size = partition, size
	return p
}

func future(partition int32, size int64) kmsg.DescribeLogDirsResponseDirTopicPartition {
	p := replica(partition, size)
	p.IsFuture = true
	return p
}
