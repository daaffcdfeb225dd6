package model

import (
	"errors"
	"testing"
	"time"
)

func TestFreshness(t *testing.T) {
	failed := errors.New("no route")
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	q := ListTopics{}
	for _, c := range []struct {
		name   string
		events []Event
		want   Freshness
	}{
		{"never asked", nil, Freshness{}},
		{"asked", []Event{Asked{q, at(0)}}, Freshness{Asking: true, Asked: at(0)}},
		{"answered", []Event{Asked{q, at(0)}, Answered{Query: q, At: at(1)}}, Freshness{Asked: at(0), At: at(1)}},
		{"asked again", []Event{Asked{q, at(0)}, Answered{Query: q, At: at(1)}, Asked{q, at(2)}}, Freshness{Asking: true, Asked: at(2), At: at(1)}},
		{"failed", []Event{Asked{q, at(0)}, Answered{Query: q, At: at(1), Err: failed}}, Freshness{Asked: at(0), Err: failed, Failures: 1}},
		{"failed after it was answered", []Event{Answered{Query: q, At: at(1)}, Answered{Query: q, At: at(2), Err: failed}, Answered{Query: q, At: at(3), Err: failed}}, Freshness{At: at(1), Err: failed, Failures: 2}},
		{"answered after it failed", []Event{Answered{Query: q, At: at(1), Err: failed}, Answered{Query: q, At: at(2)}}, Freshness{At: at(2)}},
		{"another query", []Event{Answered{Query: ListGroups{}, At: at(1)}, Asked{DescribeTopic{"t"}, at(1)}}, Freshness{}},
		{"forgotten", []Event{Answered{Query: q, At: at(1)}, Forgotten{[]Query{ListGroups{}, q}}}, Freshness{}},
		{"another forgotten", []Event{Answered{Query: q, At: at(1)}, Forgotten{[]Query{ListGroups{}}}}, Freshness{At: at(1)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s Snapshot
			for _, e := range c.events {
				s = s.Apply(e)
			}
			if got := s.Freshness(q); got != c.want {
				t.Errorf("freshness = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestOldest(t *testing.T) {
	tail := Tail{Targets: TargetOf("t", AllPartitions)}
	s := Snapshot{}.
		Apply(Answered{Query: ListTopics{}, At: noon.Add(2 * time.Second)}).
		Apply(Answered{Query: ListGroups{}, At: noon.Add(time.Second)}).
		Apply(Answered{Query: tail, At: noon}).
		Apply(Answered{Query: ListBrokers{}, At: noon, Err: errors.New("no route")})
	for _, c := range []struct {
		name    string
		queries []Query
		want    time.Time
	}{
		{"no query", nil, time.Time{}},
		{"one", []Query{ListTopics{}}, noon.Add(2 * time.Second)},
		{"the older of two", []Query{ListTopics{}, ListGroups{}}, noon.Add(time.Second)},
		{"a tail has no age", []Query{ListTopics{}, tail}, noon.Add(2 * time.Second)},
		{"what never succeeded has none", []Query{ListBrokers{}, DescribeLogDirs{}}, time.Time{}},
	} {
		if got := s.Oldest(c.queries); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A query stands in maps, and what has an end is asked for again.
func TestQueries(t *testing.T) {
	some := NamesOf("a", "b")
	for _, q := range []Query{
		ListBrokers{}, Diagnose{}, ListTopics{}, DescribeTopic{"t"}, ListOffsets{some}, DescribeTopicConfigs{some},
		DescribeBrokerConfigs{}, DescribeLogDirs{}, ListGroups{}, DescribeGroups{some},
	} {
		if !(Snapshot{}).Apply(Asked{Query: q}).answers[q].Asking {
			t.Errorf("%T is not found", q)
		}
		if q.Every() < time.Second {
			t.Errorf("%T is asked every %v", q, q.Every())
		}
	}
	if q := (Tail{Targets: TargetOf("t", AllPartitions)}); q.Every() != 0 {
		t.Errorf("a tail is asked for again after %v", q.Every())
	}
}

func TestCommandsSayWhatTheyDo(t *testing.T) {
	for want, c := range map[string]Command{
		"send a record to orders": &Produce{Topic: "orders"},
		"stop broker 2":           StopBroker{2},
		"start broker 2":          StartBroker{2},
	} {
		if c.String() != want {
			t.Errorf("%q, want %q", c, want)
		}
	}
}
