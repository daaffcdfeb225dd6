package model

import "time"

// A Flap is a group that rebalances again and again.
type Flap struct {
	Rebalances int           // how many
	Within     time.Duration // in how long: from the first one's beginning to the last one's
	Letter     int           // of the consumer that caused most of them; -1 if no one did
	Times      int           // how many of them it caused
}

// flapWindow is how far back Flapping looks; flapLeast is how many rebalances in it are
// too many.
const (
	flapWindow = 5 * time.Minute
	flapLeast  = 3
)

// Flapping reports whether the group rebalanced again and again shortly before now:
// three times in five minutes, or twice because one consumer expired and came back. The
// second half of a cooperative rebalance does not count.
func (h *History) Flapping(now time.Time) (Flap, bool) {
	flap := Flap{Letter: -1}
	var first, last time.Time
	times, expired := map[int]int{}, map[int]bool{}
	for i := h.endedAfter(now.Add(-flapWindow)); i < len(h.Rebalances); i++ {
		r := &h.Rebalances[i]
		if r.Trigger == FollowUp {
			continue
		}
		if flap.Rebalances == 0 {
			first = r.Begun
		}
		flap.Rebalances, last = flap.Rebalances+1, r.Begun
		for letter := range h.letters(r) {
			times[letter]++
			expired[letter] = expired[letter] || r.Trigger == Expired
		}
	}
	flap.Within = last.Sub(first)
	for letter, n := range times {
		if n >= 2 && 2*n >= flap.Rebalances && (n > flap.Times || n == flap.Times && letter < flap.Letter) {
			flap.Letter, flap.Times = letter, n
		}
	}
	pair := flap.Letter >= 0 && expired[flap.Letter]
	return flap, flap.Rebalances >= flapLeast || pair
}

// letters returns the letters of those who caused a rebalance.
func (h *History) letters(r *Rebalance) map[int]bool {
	letters := make(map[int]bool, len(r.Who))
	for _, seat := range r.Who {
		letters[h.Seats[seat].Letter] = true
	}
	return letters
}
