package model

import (
	"slices"
	"time"
)

// How long after a rebalance its lag may still peak, as lag is read only now and then;
// and how old the lag before it may be.
const (
	lagAfter  = 15 * time.Second
	lagBefore = time.Minute
)

// build takes in what a new sample says of how much lag the latest rebalances built.
func (h *History) build(sample LagAt) {
	later := time.Time{} // when the one after began
	if h.Open != nil {
		if n := h.built(h.Open, sample); n > h.Open.LagBuilt {
			r := *h.Open
			r.LagBuilt = n
			h.Open = &r
		}
		later = h.Open.Begun
	}
	owned := false
	for i := len(h.Rebalances) - 1; i >= 0; i-- {
		r := &h.Rebalances[i]
		if r.Past || sample.At.Sub(h.clock(r, r.Ended)) > lagAfter {
			return
		}
		n := h.built(r, sample)
		if others := r.LagBuilt >= 0 && !later.IsZero() && later.Before(sample.At); n > r.LagBuilt && !others {
			if !owned {
				h.Rebalances, owned = slices.Clone(h.Rebalances), true
			}
			h.Rebalances[i].LagBuilt = n
		}
		later = h.clock(r, r.Begun)
	}
}

// clock returns a time of the rebalance by kscope's clock.
func (h *History) clock(r *Rebalance, t time.Time) time.Time {
	if r.Origin == Logged {
		return t.Add(h.skew)
	}
	return t
}

// built returns by how much the lag is more than before the rebalance; -1 if it is not
// known how much it was, or the sample is of before.
func (h *History) built(r *Rebalance, sample LagAt) int64 {
	begun := h.clock(r, r.Begun)
	if sample.At.Before(begun) {
		return -1
	}
	if !r.Began {
		begun = begun.Add(-r.Within)
	}
	i, _ := slices.BinarySearchFunc(h.Lag, begun, func(l LagAt, t time.Time) int {
		if l.At.After(t) {
			return 1
		}
		return -1
	})
	if i == 0 || begun.Sub(h.Lag[i-1].At) > lagBefore {
		return -1
	}
	return max(0, sample.Lag-h.Lag[i-1].Lag)
}
