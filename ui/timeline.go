package ui

import (
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// scales are how much time a column of the lanes can be.
var scales = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second,
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
}

// widestOwn is the most time a column is without being asked for.
const widestOwn = 5 * time.Second

// A timeline is columns of time. Columns begin at whole multiples of their step, so
// that what is drawn does not flicker as time goes by.
type timeline struct {
	step  time.Duration
	first int64 // number of the first column, counted from 1970
	n     int   // how many columns
}

// columnOf returns the number of the column that t is in.
func columnOf(t time.Time, step time.Duration) int64 {
	ns := t.UnixNano()
	k := ns / int64(step)
	if ns < 0 && ns%int64(step) != 0 {
		k--
	}
	return k
}

// beginOf returns when column k begins.
func beginOf(k int64, step time.Duration) time.Time { return time.Unix(0, k*int64(step)) }

// column returns where t is; it may be outside of the columns.
func (t timeline) column(at time.Time) int { return int(columnOf(at, t.step) - t.first) }

// at returns when column x begins.
func (t timeline) at(x int) time.Time { return beginOf(t.first+int64(x), t.step) }

// show places the columns: at is among them, the latest time is the last of them if
// it is followed, and they move no more than they must.
func (t *timeline) show(step time.Duration, n int, at, latest time.Time, follow bool) {
	if t.step != step {
		t.rescale(at, step)
	}
	t.n = n
	last := columnOf(latest, step)
	k := columnOf(at, step)
	switch {
	case follow:
		t.first = last - int64(n) + 1
	case k < t.first || k >= t.first+int64(n):
		margin := int64(1)
		if k < t.first-int64(n) || k >= t.first+2*int64(n) {
			margin = int64(n) / 2
		}
		if k < t.first {
			t.first = k - margin
		} else {
			t.first = k - int64(n) + 1 + margin
		}
	}
	t.first = min(t.first, last-int64(n)+1)
}

// rescale gives the columns another step; the one that at is in stays in its place.
func (t *timeline) rescale(at time.Time, step time.Duration) {
	x := int64(0)
	if t.step > 0 {
		x = columnOf(at, t.step) - t.first
	}
	t.step, t.first = step, columnOf(at, step)-x
}

// ticks are the steps between times that are written below the lanes.
var ticks = []time.Duration{
	10 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
	30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
}

// tick chooses a step that leaves room for each time, and how they are written.
func (t timeline) tick() (step time.Duration, format string) {
	for _, step := range ticks {
		format := "15:04"
		switch {
		case step < time.Minute:
			format = time.TimeOnly
		case step >= 24*time.Hour:
			format = "2 Jan"
		}
		if int(step/t.step) >= len(format)+4 {
			return step, format
		}
	}
	return ticks[len(ticks)-1], "2 Jan"
}

// drawAxis writes clock times below the columns, and that of the cursor, if there is
// one, in front of them.
func (t timeline) drawAxis(f *Frame, c *canvas.Canvas, cursor time.Time) {
	step, format := t.tick()
	_, zone := t.at(t.n).In(f.Now.Location()).Zone()
	shift := time.Duration(zone) * time.Second
	own, from, to := "", t.n, t.n
	if !cursor.IsZero() {
		own = clockDate(f.Now, cursor)
		from = max(0, min(t.column(cursor)-canvas.Width(own)/2, t.n-canvas.Width(own)))
		to = from + canvas.Width(own)
	}
	for k := columnOf(t.at(0).Add(shift), step); ; k++ {
		at := beginOf(k, step).Add(-shift)
		x := t.column(at)
		if x >= t.n {
			break
		}
		label := at.In(f.Now.Location()).Format(tickFormat(at.In(f.Now.Location()), format))
		if x < 0 || x+1+len(label) > t.n || x <= to && x+1+len(label) >= from {
			continue
		}
		c.Rune(x, 0, f.Marks.Tick, muted)
		c.Put(x+1, 0, label, muted)
	}
	c.Put(from, 0, own, accent)
}

// tickFormat writes midnight as a date.
func tickFormat(at time.Time, format string) string {
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return "2 Jan"
	}
	return format
}

// clockDate writes a time, with its date if that is not today's.
func clockDate(now, t time.Time) string {
	t = t.In(now.Location())
	if sameDay(now, t) {
		return t.Format(time.TimeOnly)
	}
	return t.Format("2 Jan 15:04:05")
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// scale is how much time a column is: as chosen, or so little that what is known
// fills the width, up to a point.
func (p *lanes) scale(h *model.History) time.Duration {
	if p.scrub.scale > 0 {
		return p.scrub.scale
	}
	for _, s := range scales {
		if s >= widestOwn || h.Seen.Sub(h.Begin) < time.Duration(max(p.line.n, 1))*s {
			return s
		}
	}
	return widestOwn
}
