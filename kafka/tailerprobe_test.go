package kafka

import (
	"encoding/binary"
	"hash/crc32"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// emptied is what the log cleaner leaves of a batch of which it took every record.
func emptied(first int64, n int32) []byte {
	batch := kmsg.RecordBatch{FirstOffset: first, Magic: 2, LastOffsetDelta: n - 1, ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1}
	raw := batch.AppendTo(nil)
	binary.BigEndian.PutUint32(raw[8:], uint32(len(raw)-12))
	binary.BigEndian.PutUint32(raw[17:], crc32.Checksum(raw[21:], crc32.MakeTable(crc32.Castagnoli)))
	return raw
}

// A log may end with offsets that hold no records: a tail to its end ends all the same.
func TestTailEndsWhereNothingIsLeft(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	put(t, cluster, nil, "orders/0=a", "orders/0=b", "orders/0=c")
	var probed atomic.Int64
	cluster.ControlKey(int16(kmsg.ListOffsets), func(kreq kmsg.Request) (kmsg.Response, error, bool) {
		req := kreq.(*kmsg.ListOffsetsRequest)
		cluster.KeepControl()
		if req.Topics[0].Partitions[0].Timestamp != latest {
			return nil, nil, false
		}
		resp := req.ResponseKind().(*kmsg.ListOffsetsResponse)
		topic, one := kmsg.NewListOffsetsResponseTopic(), kmsg.NewListOffsetsResponseTopicPartition()
		topic.Topic, one.Offset = "orders", 8
		topic.Partitions = append(topic.Partitions, one)
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
	cluster.ControlKey(int16(kmsg.Fetch), func(kreq kmsg.Request) (kmsg.Response, error, bool) {
		req := kreq.(*kmsg.FetchRequest)
		cluster.KeepControl()
		if len(req.Topics) > 0 && req.Topics[0].Partitions[0].FetchOffset < 3 {
			return nil, nil, false
		}
		resp := req.ResponseKind().(*kmsg.FetchResponse)
		if len(req.Topics) == 0 || req.Topics[0].Partitions[0].FetchOffset >= 8 {
			cluster.SleepControl(func() { time.Sleep(50 * time.Millisecond) }) // or it is asked again at once
			return resp, nil, true
		}
		if req.MaxWaitMillis == 0 {
			probed.Add(1)
		}
		topic, one := kmsg.NewFetchResponseTopic(), kmsg.NewFetchResponseTopicPartition()
		topic.Topic, topic.TopicID = req.Topics[0].Topic, req.Topics[0].TopicID
		one.HighWatermark, one.LastStableOffset, one.RecordBatches = 8, 8, emptied(3, 5)
		topic.Partitions = append(topic.Partitions, one)
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
	q := model.Tail{Targets: targets(t, "orders"), From: model.Position{At: model.AtBeginning}, Until: model.Stop{At: model.StopAtEnd}}
	v := open(t, dial(t, cluster), q).until("it is finished", func(v model.TailView) bool { return v.Finished != model.NotFinished })
	if toldOf(v) != "orders/0=a orders/0=b orders/0=c" || v.Done != 8 || v.Total != 8 || v.Behind != 0 {
		t.Errorf("%s; %+v", toldOf(v), v.Progress)
	}
	if probed.Load() == 0 {
		t.Error("nobody looked at what is left: the test sees nothing")
	}
}
