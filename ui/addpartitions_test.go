package ui

import (
	"testing"
	"time"

	"kscope/model"
)

// TestLargeRecordsAreSampledLess: to open a form must not read gigabytes.
func TestLargeRecordsAreSampledLess(t *testing.T) {
	for _, test := range []struct{ bytes, records, want int64 }{
		{100_000_000, 1_000_000, sampledMost},
		{1_000_000_000_000, 1_000_000, 33}, // of a megabyte each
		{1 << 40, 1, 1},
		{0, 0, sampledMost},
		{-1, 1000, sampledBlind},
	} {
		topic := model.Topic{Name: "orders", Partitions: []model.Partition{{Leader: 1, Replicas: []model.Replica{{Broker: 1}}}}}
		topic.Tally = model.TallyOf(topic.Partitions)
		topic.Offsets = &model.Offsets{Start: []int64{0}, End: []int64{test.records}}
		s := model.Snapshot{Topics: []*model.Topic{&topic}, Brokers: []model.Broker{{ID: 1}}}
		if test.bytes >= 0 {
			s = s.Apply(model.LogDirsDescribed{LogDirs: model.NewLogDirs(1, time.Time{}, nil, map[string][]int64{"orders": {test.bytes}})})
		}
		if got := sampled(&Frame{Snapshot: &s}, &topic); got != test.want {
			t.Errorf("%d bytes, %d records: %d, want %d", test.bytes, test.records, got, test.want)
		}
	}
}
