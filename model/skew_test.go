package model

import (
	"math"
	"testing"
)

func TestSkewOf(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64 // of brokers 1, 2, 3, …
		want   Skew
		even   bool
	}{
		{"no brokers", nil, Skew{Most: NoBroker, Least: NoBroker}, true},
		{"nothing to share", []float64{0, 0}, Skew{Most: 1, Least: 1}, true},
		{"one broker has all", []float64{7}, Skew{Fair: 7, Max: 7, Min: 7, Most: 1, Least: 1}, true},
		{"a perfect spread", []float64{4, 4, 4}, Skew{Fair: 4, Max: 4, Min: 4, Most: 1, Least: 1}, true},
		// 12 over 3 is 4; 5 is a quarter more; the deviations 1, 1 and 0 have the root mean square √(2/3).
		{"a quarter over", []float64{3, 5, 4}, Skew{Fair: 4, Max: 5, Min: 3, Over: 0.25, CV: math.Sqrt(2.0/3) / 4, Most: 2, Least: 1}, false},
		// 2 over 3 is 2/3; 1 is half of that more; the deviations are 1/3, 1/3 and −2/3.
		{"as even as whole things can be", []float64{1, 1, 0}, Skew{Fair: 2.0 / 3, Max: 1, Over: 0.5, CV: math.Sqrt((1.0/9+1.0/9+4.0/9)/3) / (2.0 / 3), Most: 1, Least: 3}, true},
		{"an idle broker counts", []float64{6, 6, 0}, Skew{Fair: 4, Max: 6, Over: 0.5, CV: math.Sqrt((4.0+4+16)/3) / 4, Most: 1, Least: 3}, false},
		{"one has all of three", []float64{0, 9, 0}, Skew{Fair: 3, Max: 9, Over: 2, CV: math.Sqrt2, Most: 2, Least: 1}, false},
		{"what is not known counts as nothing", []float64{NotKnown, 4}, Skew{Fair: 2, Max: 4, Over: 1, CV: 1, Most: 2, Least: 1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var brokers []int32
			for i := range c.values {
				brokers = append(brokers, int32(i+1))
			}
			got := SkewOf(brokers, func(b int32) float64 { return c.values[b-1] })
			if !alike(got, c.want) {
				t.Errorf("SkewOf = %+v, want %+v", got, c.want)
			}
			if same := SkewOfValues(brokers, c.values); same != got {
				t.Errorf("SkewOfValues = %+v, SkewOf = %+v", same, got)
			}
			if got.Even() != c.even {
				t.Errorf("Even = %t, want %t", got.Even(), c.even)
			}
		})
	}
}

func alike(a, b Skew) bool {
	near := func(x, y float64) bool { return math.Abs(x-y) < 1e-9 }
	return near(a.Fair, b.Fair) && near(a.Max, b.Max) && near(a.Min, b.Min) && near(a.Over, b.Over) &&
		near(a.CV, b.CV) && a.Most == b.Most && a.Least == b.Least
}

func TestSkewVerdicts(t *testing.T) {
	for _, c := range []struct {
		name         string
		values       []float64
		counts, flow Verdict
	}{
		{"nothing", []float64{0, 0}, Unjudged, Unjudged},
		{"even", []float64{4, 4, 4}, Good, Good},
		{"one partition on three brokers", []float64{1, 0, 0}, Good, Bad},
		{"a tenth over", []float64{11, 10, 9}, Good, Good},
		{"a quarter over", []float64{5, 4, 3}, Watch, Good},
		{"half over", []float64{6, 4, 2}, Watch, Watch},
		{"both of two partitions on one of three brokers", []float64{2, 0, 0}, Watch, Bad},
		{"all on one of three brokers", []float64{9, 0, 0}, Bad, Bad},
	} {
		k := SkewOfValues([]int32{1, 2, 3}[:len(c.values)], c.values)
		if got := k.countVerdict(); got != c.counts {
			t.Errorf("%s: counts are %v, want %v", c.name, got, c.counts)
		}
		if got := k.flowVerdict(); got != c.flow {
			t.Errorf("%s: flow is %v, want %v", c.name, got, c.flow)
		}
	}
}

func TestCrowded(t *testing.T) {
	k := SkewOfValues([]int32{1, 2, 3}, []float64{17, 7, 6})
	for value, want := range map[float64]bool{10: false, 16: false, 17: true} {
		if got := k.Crowded(value); got != want {
			t.Errorf("%v of fair %v is crowded: %t, want %t", value, k.Fair, got, want)
		}
	}
	if k := SkewOfValues([]int32{1, 2, 3}, []float64{1, 0, 0}); k.Crowded(1) {
		t.Error("a single partition crowds a broker")
	}
}
