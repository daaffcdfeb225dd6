package model

import "math"

// A Skew is how unevenly brokers share something: leaders, replicas, bytes,
// records per second.
type Skew struct {
	Fair  float64 // what each broker would have if all had the same: the mean
	Max   float64 // the largest share
	Min   float64 // the smallest share
	Over  float64 // (Max − Fair) ÷ Fair: 0.25 is a quarter more than fair; 0 if Fair is 0
	CV    float64 // coefficient of variation: standard deviation ÷ Fair; 0 if Fair is 0
	Most  int32   // the broker that has Max, the first of several; NoBroker without brokers
	Least int32   // the broker that has Min, the first of several; NoBroker without brokers
}

// SkewOf works out how brokers share what value tells of each. A broker that has
// nothing counts, which is why the brokers are given: leave out those that do
// not serve. A negative value is one that is not known, and counts as nothing.
func SkewOf(brokers []int32, value func(broker int32) float64) Skew {
	return skewOf(brokers, func(i int) float64 { return value(brokers[i]) })
}

// SkewOfValues is SkewOf with the values in the order of the brokers.
func SkewOfValues(brokers []int32, values []float64) Skew {
	return skewOf(brokers, func(i int) float64 { return values[i] })
}

func skewOf(brokers []int32, value func(i int) float64) Skew {
	k := Skew{Most: NoBroker, Least: NoBroker}
	if len(brokers) == 0 {
		return k
	}
	total := 0.0
	for i, b := range brokers {
		v := max(0, value(i))
		total += v
		if k.Most == NoBroker || v > k.Max {
			k.Max, k.Most = v, b
		}
		if k.Least == NoBroker || v < k.Min {
			k.Min, k.Least = v, b
		}
	}
	if total == 0 {
		return k
	}
	n := float64(len(brokers))
	k.Fair = total / n
	k.Over = (k.Max - k.Fair) / k.Fair
	squares := 0.0
	for i := range brokers {
		d := max(0, value(i)) - k.Fair
		squares += d * d
	}
	k.CV = math.Sqrt(squares/n) / k.Fair
	return k
}

// Even reports whether things that cannot be divided, such as leaders, could not
// be shared more evenly: 5 over 3 brokers are even as 2 2 1, though that is 20 %
// over the fair share.
func (k Skew) Even() bool {
	return k.Max <= math.Ceil(k.Fair) && k.Min >= math.Floor(k.Fair)
}

// Verdict is what to think of a figure.
type Verdict uint8

// The verdicts, best first, so that they compare.
const (
	Unjudged Verdict = iota // there is nothing to judge, or it is not known
	Good
	Watch // worth a look: it costs room, speed or safety
	Bad   // reads or writes fail, or a broker carries more than twice its fair share
)

// String names the verdict.
func (v Verdict) String() string {
	return [...]string{"unjudged", "good", "watch", "bad"}[v]
}

// The shares over fair that a verdict hangs on.
const (
	slightlyOver = 0.10 // of things that cannot be divided; Kafka's own tolerance for leaders, before 4.0
	clearlyOver  = 0.25 // of things that vary by nature: bytes, records per second
	crowdedOver  = 0.60 // a cell of the heat map is marked
	doublyOver   = 1.00
)

// countVerdict judges the skew of things that cannot be divided.
func (k Skew) countVerdict() Verdict {
	switch {
	case k.Fair == 0:
		return Unjudged
	case k.Even() || k.Over <= slightlyOver:
		return Good
	case k.Over > doublyOver && k.Max-k.Fair >= 2:
		return Bad
	}
	return Watch
}

// flowVerdict judges the skew of bytes, or of records per second.
func (k Skew) flowVerdict() Verdict {
	switch {
	case k.Fair == 0:
		return Unjudged
	case k.Over <= clearlyOver:
		return Good
	case k.Over <= doublyOver:
		return Watch
	}
	return Bad
}

// Crowded reports whether value is so far over the fair share that the heat map
// marks it: over 1.6 times, and at least one whole thing more.
func (k Skew) Crowded(value float64) bool {
	return k.Fair > 0 && value > (1+crowdedOver)*k.Fair && value-k.Fair > 1
}
