package model

import "testing"

func TestSentAreKept(t *testing.T) {
	var s Snapshot
	for i := range SentKept + 2 {
		s = s.Apply(Produced{Sent{Topic: "t", Partition: 3, Offset: int64(i)}})
	}
	if n := len(s.Sent); n != SentKept || s.Sent[0].Offset != 2 || s.Sent[n-1].String() != "t:3:51" {
		t.Errorf("%d are kept, from %v to %v", n, s.Sent[0], s.Sent[n-1])
	}
}
