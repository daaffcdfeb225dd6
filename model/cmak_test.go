package model

import "testing"

func TestCMAK(t *testing.T) {
	for _, c := range []struct {
		name    string
		topic   Topic
		brokers int
		want    CMAK
	}{
		// In sync: broker 1 holds 12, 2 holds 12, 3 holds 10; ⌈12/3 × 3⌉ = 12: none is over.
		// Led: 3, 5, 4; ⌈12/3⌉ = 4: broker 2 is over, 100 × 1/3.
		{"a leader too many", orders(), 3, CMAK{Spread: 100, Skewed: 0, LeaderSkewed: 33, Held: 3, Brokers: 3}},
		// Held by 1 and 2 of 4. ⌈3/2 × 1⌉ = 2: broker 1 holds 2, 2 holds 1.
		{"rounding up forgives one", topicOf("t", "1 | 1", "1 | 1", "2 | 2"), 4, CMAK{Spread: 50, Held: 2, Brokers: 4}},
		// ⌈4/2 × 1⌉ = 2: broker 1 holds and leads 3.
		{"half of the brokers are over", topicOf("t", "1 | 1", "1 | 1", "1 | 1", "2 | 2"), 4, CMAK{Spread: 50, Skewed: 50, LeaderSkewed: 50, Held: 2, Brokers: 4}},
		// Brokers 1, 2 and 3 hold 4, 2 and 2 in sync: ⌈4/3 × 2⌉ = 3. Led 4, 0, 0: ⌈4/3⌉ = 2.
		{"one holds a replica of each", topicOf("t", "1 | 1 2", "1 | 1 3", "1 | 1 2", "1 | 1 3"), 3, CMAK{Spread: 100, Skewed: 33, LeaderSkewed: 33, Held: 3, Brokers: 3}},
		// Broker 2 is out of sync with all: only 1 holds any. ⌈2/1 × 2⌉ = 4, ⌈2/1⌉ = 2. 100 × 1/3 is cut.
		{"out of sync does not count", topicOf("t", "1 | 1 2!", "1 | 2! 1"), 3, CMAK{Spread: 33, Held: 1, Brokers: 3}},
		{"nobody is in sync", topicOf("t", "- | 1x"), 3, CMAK{Spread: 0, Brokers: 3}},
		{"no partitions", Topic{}, 3, CMAK{Brokers: 3}},
		{"no brokers", topicOf("t", "1 | 1"), 0, CMAK{Spread: 100, Held: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := CMAKOf(&c.topic, c.brokers)
			got.holds, got.leads = excess{}, excess{}
			if got != c.want {
				t.Errorf("CMAKOf = %+v, want %+v", got, c.want)
			}
		})
	}
}

// orders is a topic on three brokers with two replicas out of sync and one
// leader that is not preferred.
func orders() Topic {
	return topicOf("orders",
		"1 | 1 2 3", "2 | 2 3 1", "3 | 3 1 2",
		"2 | 1 2 3!", "2 | 2 3 1", "3 | 3 1 2",
		"1 | 1 2 3", "2 | 2 3 1", "3 | 3 1 2",
		"1 | 1 2 3", "2 | 2 3! 1", "3 | 3 1 2")
}
