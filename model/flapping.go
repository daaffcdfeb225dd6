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
// too many, if the group turned round so often meanwhile.
const (
	flapWindow = 5 * time.Minute
	flapLeast  = 3
	flapTurns  = 2
)

// Flapping reports whether the group rebalanced again and again shortly before now:
// three times in five minutes, to and fro, or twice because one consumer expired and came
// back. That members come one by one, or go, is none; nor is that one comes and goes once.
// The second half of a cooperative rebalance does not count, nor one of which nothing
// tells what set it off, as the group before is not known.
func (h *History) Flapping(now time.Time) (Flap, bool) {
	flap := Flap{Letter: -1}
	var first, last time.Time
	times := map[int]int{}
	var course course
	for i := h.endedAfter(now.Add(-flapWindow)); i < len(h.Rebalances); i++ {
		r := &h.Rebalances[i]
		if r.Trigger == FollowUp || r.Trigger == "" && r.Before == nil {
			continue
		}
		if flap.Rebalances == 0 {
			first = r.Begun
		}
		flap.Rebalances, last = flap.Rebalances+1, r.Begun
		letters := h.letters(r)
		course.take(r.Trigger, letters)
		for letter := range letters {
			times[letter]++
		}
	}
	flap.Within = last.Sub(first)
	for letter, n := range times {
		if n >= 2 && 2*n >= flap.Rebalances && (n > flap.Times || n == flap.Times && letter < flap.Letter) {
			flap.Letter, flap.Times = letter, n
		}
	}
	pair := flap.Letter >= 0 && course.back[flap.Letter]
	return flap, flap.Rebalances >= flapLeast && course.turns >= flapTurns || pair
}

// A course is which way a group goes: members come to it, or go from it.
type course struct {
	way           int          // of the latest rebalance that has one: 1 if members came, -1 if they went
	turns         int          // how often it was another than before, or is none
	ways          map[int]int  // the latest of each letter
	expired, back map[int]bool // letters that were thrown out, and of these those that came again
}

// take takes in a rebalance.
func (c *course) take(t Trigger, letters map[int]bool) {
	if c.ways == nil {
		c.ways, c.expired, c.back = map[int]int{}, map[int]bool{}, map[int]bool{}
	}
	way := 0
	switch t {
	case Joined:
		way = 1
	case Left, Expired, Departed:
		way = -1
	}
	turn := way == 0 || c.way != 0 && way != c.way
	for letter := range letters {
		turn = turn || c.ways[letter] == way // it came anew, with nobody having seen it go
		c.back[letter] = c.back[letter] || c.expired[letter] && way >= 0
		c.expired[letter] = c.expired[letter] || t == Expired
		c.ways[letter] = way
	}
	if turn {
		c.turns++
	}
	if way != 0 {
		c.way = way
	}
}

// letters returns the letters of those who caused a rebalance.
func (h *History) letters(r *Rebalance) map[int]bool {
	letters := make(map[int]bool, len(r.Who))
	for _, seat := range r.Who {
		letters[h.Seats[seat].Letter] = true
	}
	return letters
}
