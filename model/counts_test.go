package model

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestCountsOf(t *testing.T) {
	got := CountsOf([]Topic{orders(), topicOf("scratch", "- | 9x", "1 | 1")})
	want := Counts{
		Topics: 2, Partitions: 14, Replicas: 38, UnderReplicated: 3, Offline: 1, NotPreferred: 1,
		Loads: map[int32]Load{
			1: {Leaders: 4, Preferred: 5, Displaced: 1, Replicas: 13},
			2: {Leaders: 5, Preferred: 4, Replicas: 12},
			3: {Leaders: 4, Preferred: 4, Replicas: 12, Behind: 2},
			9: {Preferred: 1, Displaced: 1, Replicas: 1, Behind: 1},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("counts = %+v, want %+v", got, want)
	}
}

func TestCountsWithAndWithout(t *testing.T) {
	a, b := orders(), topicOf("b", "- | 9x", "2 | 2 9x")
	both := CountsOf([]Topic{a, b})
	if got, want := both.without(&b), CountsOf([]Topic{a}); !reflect.DeepEqual(got, want) {
		t.Errorf("without b: %+v, want %+v", got, want)
	}
	if got := CountsOf([]Topic{a}).with(&b); !reflect.DeepEqual(got, both) {
		t.Errorf("with b: %+v, want %+v", got, both)
	}
	if !reflect.DeepEqual(both, CountsOf([]Topic{a, b})) {
		t.Error("the counts themselves changed")
	}
	var zero Counts
	if got, want := zero.with(&a), CountsOf([]Topic{a}); !reflect.DeepEqual(got, want) {
		t.Errorf("with a: %+v, want %+v", got, want)
	}
}

// However topics are described one by one, the counts are those of all topics.
func TestCountsKeepUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var topics []Topic
		for i := range 1 + r.IntN(5) {
			topics = append(topics, randomTopic(r, fmt.Sprint("t", i), 5))
		}
		s := Snapshot{}.Apply(TopicsListed{Topics: topics, Counts: CountsOf(topics)})
		for range 10 {
			s = s.Apply(TopicDescribed{Topic: randomDescription(r, fmt.Sprint("t", r.IntN(6)))})
			now := make([]Topic, len(s.Topics))
			for i, t := range s.Topics {
				now[i] = *t
			}
			if want := CountsOf(now); !reflect.DeepEqual(s.Counts, want) {
				t.Fatalf("counts = %+v, want %+v", s.Counts, want)
			}
		}
	}
}

// randomDescription is what may be said of a topic: that it is gone, or how it
// is.
func randomDescription(r *rand.Rand, name string) Topic {
	if r.IntN(4) == 0 {
		return Topic{Name: name, Problem: &Problem{Kind: Gone}}
	}
	return randomTopic(r, name, 5)
}
