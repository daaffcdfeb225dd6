package model

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestPredictPlacement(t *testing.T) {
	three := []Broker{{ID: 1, Rack: "a"}, {ID: 2, Rack: "b"}, {ID: 3, Rack: "c"}}
	for _, test := range []struct {
		brokers            []Broker
		partitions, factor int
		leaders, replicas  Span // of the first broker
		problem            bool
	}{
		{three, 6, 3, Span{2, 2}, Span{6, 6}, false},
		{three, 6, 2, Span{2, 2}, Span{3, 5}, false}, // a broker may be passed over when the racks are shuffled
		{three, 1, 1, Span{0, 1}, Span{0, 1}, false},
		{three, 6, 4, Span{}, Span{}, true},
		{three[:1], 5, 1, Span{5, 5}, Span{5, 5}, false},
		{nil, 1, 1, Span{}, Span{}, true},
		{append([]Broker{{ID: 0, State: Fenced}, {ID: 9, State: Missing}}, three...), 3, 3, Span{1, 1}, Span{3, 3}, false},
		// Of racks a and b, of three brokers and one: the one gets a replica of all.
		{[]Broker{{ID: 1, Rack: "b"}, {ID: 2, Rack: "a"}, {ID: 3, Rack: "a"}, {ID: 4, Rack: "a"}}, 12, 2, Span{6, 6}, Span{12, 12}, false},
	} {
		p := PredictPlacement(test.brokers, test.partitions, test.factor)
		if p.Problem != nil || test.problem {
			if p.Problem == nil || !test.problem {
				t.Errorf("%+v: %v", test, p.Problem)
			}
			continue
		}
		if got := p.Brokers[0]; got.Leaders != test.leaders || got.Replicas != test.replicas {
			t.Errorf("%d brokers, %d partitions, %d replicas: broker %d has %v and %v, want %v and %v",
				len(test.brokers), test.partitions, test.factor, got.Broker, got.Leaders, got.Replicas, test.leaders, test.replicas)
		}
	}
}

// TestPlacementAddsUp: on any cluster every partition has a leader and all its replicas,
// no broker has two of one, and the bounds hold what a further try gives.
func TestPlacementAddsUp(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(7, seed))
		var brokers []Broker
		for i := range 1 + r.IntN(9) {
			brokers = append(brokers, Broker{ID: int32(i), Rack: strconv.Itoa(r.IntN(4))})
		}
		partitions, factor := 1+r.IntN(40), 1+r.IntN(len(brokers))
		leaders, held := place(brokers, partitions, factor, r)
		led, all := 0, 0
		for i := range brokers {
			led, all = led+leaders[i], all+held[i]
			if held[i] > partitions || leaders[i] > held[i] {
				t.Fatalf("seed %d: broker %d leads %d and holds %d of %d", seed, i, leaders[i], held[i], partitions)
			}
		}
		if led != partitions || all != partitions*factor {
			t.Fatalf("seed %d: %d leaders and %d replicas of %d × %d", seed, led, all, partitions, factor)
		}
		for i, b := range PredictPlacement(brokers, partitions, factor).Brokers {
			if b.Broker != brokers[i].ID || b.Leaders.Least > b.Leaders.Most || b.Replicas.Least > b.Replicas.Most {
				t.Fatalf("seed %d: %+v", seed, b)
			}
		}
	}
}

func TestPlacementOfMany(t *testing.T) {
	var brokers []Broker
	for i := range 100 {
		brokers = append(brokers, Broker{ID: int32(i), Rack: strconv.Itoa(i % 3)})
	}
	if p := PredictPlacement(brokers, mostPartitions, 3); len(p.Brokers) != 100 || p.Problem != nil {
		t.Errorf("%+v", p)
	}
}
