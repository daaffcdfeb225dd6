package model

import (
	"reflect"
	"testing"
)

func TestSpreadOfATopic(t *testing.T) {
	topic := minISR(orders(), 2)
	got := SpreadOf(&topic, brokersIn("1·a 2·b 3·c"))

	want := []BrokerLoad{
		{1, true, Load{Leaders: 3, Preferred: 4, Displaced: 1, Replicas: 12}},
		{2, true, Load{Leaders: 5, Preferred: 4, Replicas: 12}},
		{3, true, Load{Leaders: 4, Preferred: 4, Replicas: 12, Behind: 2}},
	}
	if !reflect.DeepEqual(got.Brokers, want) {
		t.Errorf("brokers = %+v, want %+v", got.Brokers, want)
	}
	if k := got.Leaders; k.Over != 0.25 || k.Most != 2 || k.Fair != 4 {
		t.Errorf("leaders = %+v, want broker 2 a quarter over 4", k)
	}
	if k := got.Replicas; k.Over != 0 || k.Fair != 12 {
		t.Errorf("replicas = %+v, want 12 each", k)
	}
	got.Brokers, got.Leaders, got.Replicas = nil, Skew{}, Skew{}
	rest := TopicSpread{
		Partitions: 12, Preferred: 11, InSync: 10, MinISR: 2, AtMin: 2,
		Racks: RackSpread{Racks: 3, Known: true, Least: 3, Possible: 3, Survive: 12},
		CMAK:  CMAK{Spread: 100, LeaderSkewed: 33, Held: 3, Brokers: 3, holds: excess{0, 12}, leads: excess{1, 4}},
	}
	if !reflect.DeepEqual(got, rest) {
		t.Errorf("spread = %+v, want %+v", got, rest)
	}
}

func TestSpreadCountsOnlyBrokersThatServe(t *testing.T) {
	topic := topicOf("t", "1 | 1 4x", "2 | 4x 2", "- | 4x", "3 | 3 9")
	s := SpreadOf(&topic, brokersIn("1 2! 3 4x 5?"))
	if s.Leaders.Fair != 1 || s.Leaders.Over != 0 {
		t.Errorf("leaders = %+v, want one for each of 1, 2 and 3", s.Leaders)
	}
	if s.Offline != 1 || s.Preferred != 2 || s.InSync != 1 {
		t.Errorf("offline %d, preferred %d, in sync %d; want 1, 2, 1", s.Offline, s.Preferred, s.InSync)
	}
	if l := s.load(4); l.Serves || l.Replicas != 3 || l.Behind != 3 || l.Preferred != 2 || l.Displaced != 2 {
		t.Errorf("broker 4, which is gone, has %+v", *l)
	}
	if s.load(9) != nil {
		t.Error("a broker that was not given is counted")
	}
}

func TestSpreadAgainstMinISR(t *testing.T) {
	parts := []string{"1 | 1 2 3", "1 | 1 2 3!", "1 | 1 2! 3!", "1 | 1"}
	for _, c := range []struct{ minISR, at, under int }{
		{0, 0, 0}, // not known
		{1, 1, 0}, // a partition with one replica is no news
		{2, 1, 1},
		{3, 0, 2},
	} {
		topic := minISR(topicOf("t", parts...), c.minISR)
		if s := SpreadOf(&topic, brokersIn("1 2 3")); s.AtMin != c.at || s.UnderMin != c.under {
			t.Errorf("min.insync.replicas %d: %d at, %d under; want %d, %d", c.minISR, s.AtMin, s.UnderMin, c.at, c.under)
		}
	}
}

func TestRackSpread(t *testing.T) {
	const brokers = "1·a 2·a 3·b 4·b 5·c 6·c"
	for _, c := range []struct {
		name    string
		brokers string
		parts   []string
		want    RackSpread
	}{
		{"one in each rack", brokers, []string{"1 | 1 3 5", "4 | 4 6 2"}, RackSpread{Racks: 3, Known: true, Least: 3, Possible: 3, Survive: 2}},
		{"two in one rack", brokers, []string{"1 | 1 3 5", "1 | 1 2 3"}, RackSpread{Racks: 3, Known: true, Least: 2, Possible: 3, Shared: 1, Survive: 2}},
		{"all in one rack", brokers, []string{"1 | 1 2"}, RackSpread{Racks: 3, Known: true, Least: 1, Possible: 2, Shared: 1}},
		{"in sync in one rack only", brokers, []string{"1 | 1 3! 5x"}, RackSpread{Racks: 3, Known: true, Least: 3, Possible: 3}},
		{"more replicas than racks", "1·a 2·a 3·b", []string{"1 | 1 2 3"}, RackSpread{Racks: 2, Known: true, Least: 2, Possible: 2, Survive: 1}},
		{"fewer replicas than racks", brokers, []string{"1 | 1 3", "5 | 5 6"}, RackSpread{Racks: 3, Known: true, Least: 1, Possible: 2, Shared: 1, Survive: 1}},
		{"one replica", brokers, []string{"1 | 1"}, RackSpread{Racks: 3, Known: true, Least: 1, Possible: 1}},
		{"no racks", "1 2 3", []string{"1 | 1 2 3"}, RackSpread{}},
		{"a broker without a rack", "1·a 2·b 3", []string{"1 | 1 3", "1 | 1 2"}, RackSpread{Racks: 2, Least: 2, Possible: 2, Survive: 1}},
		{"a broker nobody knows", "1·a 2·b", []string{"1 | 1 9"}, RackSpread{Racks: 2, Unlisted: true}},
		{"a missing broker whose rack was seen", "1·a 2·bx", []string{"1 | 1 2x"}, RackSpread{Racks: 2, Known: true, Least: 2, Possible: 2}},
		{"a missing broker whose rack was never seen", "1·a 2x", []string{"1 | 1 2x"}, RackSpread{Racks: 1, Unlisted: true}},
		{"an idle broker without a rack", "1·a 2·b 3", []string{"1 | 1 2"}, RackSpread{Racks: 2, Known: true, Least: 2, Possible: 2, Survive: 1}},
		{"the worst of several sizes", brokers, []string{"1 | 1", "1 | 1 2 3", "1 | 1 3"}, RackSpread{Racks: 3, Known: true, Least: 2, Possible: 3, Shared: 1, Survive: 2}},
		{"the smallest of those that are well placed", brokers, []string{"1 | 1 3 5", "1 | 1"}, RackSpread{Racks: 3, Known: true, Least: 1, Possible: 1, Survive: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			topic := topicOf("t", c.parts...)
			if got := SpreadOf(&topic, brokersIn(c.brokers)).Racks; got != c.want {
				t.Errorf("racks = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestImbalance(t *testing.T) {
	for _, c := range []struct {
		load Load
		want float64
	}{
		{Load{}, 0},
		{Load{Leaders: 5}, 0},
		{Load{Preferred: 4, Displaced: 1}, 0.25},
		{Load{Preferred: 2, Displaced: 2}, 1},
	} {
		if got := c.load.Imbalance(); got != c.want {
			t.Errorf("%+v has an imbalance of %v, want %v", c.load, got, c.want)
		}
	}
}
