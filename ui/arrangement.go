package ui

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"kscope/model"
)

// An arrangementKey tells whether an arrangement is still right.
type arrangementKey struct {
	version uint64
	sortBy  int
	desc    bool
	filter  string
	extra   string // anything else that the rows depend on
}

// An arrangement is rows in the order they are shown.
type arrangement[R any] struct {
	key   arrangementKey
	rows  []R
	order []int32 // line -> index into rows
	lines []int32 // index into rows -> line, -1 if the row is filtered out
	known bool
}

// fewRows is how many rows are arranged on the loop.
const fewRows = 500

// arrange brings the arrangement in line with the rows, the sort and the filter.
// Of many rows it returns a function that does it off the loop, while the old
// arrangement stays on screen: rows must then depend on nothing that changes.
func (l *list[R]) arrange(f *Frame, version uint64, extra string, many bool, rows func() []R) func() any {
	key := arrangementKey{version: version, sortBy: l.sortBy, desc: l.desc, filter: l.filter.text(), extra: extra}
	if l.now.known && key == l.now.key {
		return nil
	}
	col, words, snapshot := l.columns[l.sortBy], l.words, f.Snapshot
	if words == nil {
		words = l.id
	}
	work := func() any { return arranged(key, rows(), col, words, snapshot) }
	if !many {
		l.take(work())
		return nil
	}
	if l.busy || l.onlyOlder(key) && !l.begun.IsZero() && f.Now.Sub(l.begun) < arrangementHold {
		return nil // when it is done, or with the next tick, this is asked again
	}
	l.busy, l.begun = true, f.Now
	return work
}

// arrangementHold is how long an order of many rows stands when nothing but
// figures change: on a large cluster some do many times a second.
const arrangementHold = 500 * time.Millisecond

// onlyOlder reports whether the arrangement is as the user wants it, of rows that
// were right a moment ago.
func (l *list[R]) onlyOlder(key arrangementKey) bool {
	key.version = l.now.key.version
	return l.now.known && key == l.now.key
}

// forget lets go of many rows while the list is out of sight: they would keep all
// that was known of a large cluster in memory.
func (l *list[R]) forget() {
	if len(l.now.rows) > fewRows {
		l.now = arrangement[R]{}
	}
}

// take puts an arrangement in its place.
func (l *list[R]) take(result any) {
	if a, ok := result.(arrangement[R]); ok {
		l.now, l.busy = a, false
	}
}

// arranged filters and sorts.
func arranged[R any](key arrangementKey, rows []R, by column[R], words func(R) string, s *model.Snapshot) arrangement[R] {
	a := arrangement[R]{key: key, rows: rows, known: true}
	a.order = sorted(rows, by, key.desc, s)
	if key.filter != "" {
		hits := match(key.filter, len(a.order), func(i int) string { return words(rows[a.order[i]]) })
		for i, h := range hits {
			hits[i] = a.order[h]
		}
		a.order = hits
	}
	a.lines = make([]int32, len(rows))
	for i := range a.lines {
		a.lines[i] = -1
	}
	for line, i := range a.order {
		a.lines[i] = int32(line)
	}
	return a
}

// sorted returns the indexes of rows in the order of a column. The rows' own
// order breaks ties.
func sorted[R any](rows []R, by column[R], desc bool, s *model.Snapshot) []int32 {
	order := make([]int32, len(rows))
	for i := range order {
		order[i] = int32(i)
	}
	switch {
	case by.figure != nil:
		figures := make([]float64, len(rows))
		for i, r := range rows {
			figures[i] = by.figure(s, r)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return compare(figures[a], figures[b], desc) })
	case by.word != nil:
		slices.SortStableFunc(order, func(a, b int32) int {
			d := strings.Compare(by.word(rows[a]), by.word(rows[b]))
			if desc {
				return -d
			}
			return d
		})
	}
	return order
}

// compare orders figures, unknown ones last either way.
func compare(a, b float64, desc bool) int {
	an, bn := math.IsNaN(a), math.IsNaN(b)
	switch {
	case an || bn:
		return cmp.Compare(boolInt(an), boolInt(bn))
	case desc:
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// known turns a negative figure, which stands for unknown, into NaN.
func known(v float64) float64 {
	if v < 0 {
		return math.NaN()
	}
	return v
}
