package grouplog

import (
	"testing"
	"time"
)

// Records come from a topic that anybody with the right may write to.
func FuzzAdd(f *testing.F) {
	for _, seeds := range [][]raw{
		all(consumer(1, "a"), epochs(1, 1, 1), []raw{target(1, "a", parts("orders", 0)), current(1, "a", 1, 0, parts("orders", 0), none)}),
		{{1, keyOf(classicGroup, "g"), classic(1, "a 01")}, {1, keyOf(streamsTopology, "g"), value(1, [][]any{{"0", []string{"orders"}, []string{}, none, []string{}, none, none}})}},
		{{1, keyOf(shareMember, "g", "a"), value(nil, "c", "/h", []string{"orders"})}, {2, keyOf(shareState, "g"), value(none, none, none)}},
		{{1, keyOf(streamsMember, "g", "a"), value(nil, nil, "c", "/h", 1, 1, "p", nil, none)}, {1, keyOf(streamsCurrent, "g", "a"), value(0, 0, int8(1), subtasks("0", 1), none, none, none, none, none)}},
	} {
		for i := range seeds {
			f.Add(seeds[i].key, seeds[i].value, seeds[(i+1)%len(seeds)].key, seeds[(i+1)%len(seeds)].value)
		}
	}
	f.Add(keyOf(consumerMember, "g", "a"), append(value(nil, nil, "c", "h", []string{}, nil, 1, nil), 0xff, 0xff, 0xff, 0x7f), []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, key1, value1, key2, value2 []byte) {
		r := NewReplayer("g", known{})
		size := len(key1) + len(value1) + len(key2) + len(value2)
		for i := range 2 {
			r.Add(key1, value1, time.Unix(int64(i), 0))
			r.Add(key2, value2, time.Unix(int64(i), 0))
		}
		for _, o := range r.Take() {
			for i := range o.Group.Members {
				m := &o.Group.Members[i]
				if m.Partitions() > size*size || len(m.Subscribed) > size {
					t.Errorf("%d partitions of %d bytes", m.Partitions(), size)
				}
			}
		}
		if r.Skipped() > 4 {
			t.Errorf("%d of 4 records skipped", r.Skipped())
		}
	})
}
