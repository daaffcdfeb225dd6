package model

import "time"

// MeterKept is how many seconds a Meter remembers.
const MeterKept = 60

// A Meter tells how fast a count grows. It is a value: Count returns the next.
type Meter struct {
	began  time.Time
	total  int64
	second int64            // since began, that total was last counted in
	grown  [MeterKept]int64 // in each second, by its number modulo MeterKept
}

// NewMeter returns a meter of a count that is 0 now.
func NewMeter(now time.Time) Meter { return Meter{began: now} }

func (m *Meter) secondOf(at time.Time) int64 {
	return max(m.second, int64(at.Sub(m.began)/time.Second))
}

// Count returns the meter once the count is total. Growth that took longer than a
// second counts for the second that it is told in.
func (m Meter) Count(at time.Time, total int64) Meter {
	second := m.secondOf(at)
	for s := max(m.second, second-MeterKept) + 1; s <= second; s++ {
		m.grown[s%MeterKept] = 0
	}
	m.grown[second%MeterKept] += total - m.total
	m.second, m.total = second, total
	return m
}

// Rate returns the growth a second over the last two whole seconds; negative if there
// has not been one yet.
func (m *Meter) Rate(now time.Time) float64 {
	const over = 2
	second := m.secondOf(now)
	n := min(second, over)
	if n == 0 {
		return -1
	}
	sum := int64(0)
	for _, grown := range m.History(now, int(n)) {
		sum += grown
	}
	return float64(sum) / float64(n)
}

// History returns the growth in each of the last n whole seconds, at most MeterKept-1,
// the newest last.
func (m *Meter) History(now time.Time, n int) []int64 {
	second := m.secondOf(now)
	n = max(0, min(n, MeterKept-1, int(second)))
	history := make([]int64, n)
	for i := range history {
		if s := second - int64(n) + int64(i); s <= m.second && s > m.second-MeterKept {
			history[i] = m.grown[s%MeterKept]
		}
	}
	return history
}
