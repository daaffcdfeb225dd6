package ui

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// The columns of the list of rebalances.
const (
	rebalanceTime = iota
	rebalanceEpochs
	rebalanceTrigger
	rebalanceWho
	rebalanceMoved
	rebalanceKept
	rebalanceLost
	rebalanceTook
	rebalanceBar
	rebalancePause
	rebalanceLag
	rebalanceOrigin
)

// longRebalance is from when on one is marked as long.
const longRebalance = 10 * time.Second

func (p *rebalances) rebalanceColumns(kind model.GroupKind) []column[*model.Rebalance] {
	figure := func(of func(r *model.Rebalance) float64) func(*model.Snapshot, *model.Rebalance) float64 {
		return func(_ *model.Snapshot, r *model.Rebalance) float64 { return of(r) }
	}
	counted := func(of func(r *model.Rebalance) int, st canvasStyle) func(*Frame, *model.Rebalance) canvas.Seg {
		return func(_ *Frame, r *model.Rebalance) canvas.Seg {
			if r.Before == nil {
				return canvas.Seg{Text: "?", Style: muted}
			}
			return countSeg(of(r), st)
		}
	}
	moved, kept, lost := func(r *model.Rebalance) int { return r.Moved }, func(r *model.Rebalance) int { return r.Kept }, func(r *model.Rebalance) int { return r.Lost }
	return []column[*model.Rebalance]{
		rebalanceTime: {title: "time", width: 8, falls: true, draw: drawRebalanceTime,
			figure: figure(func(r *model.Rebalance) float64 { return float64(r.Begun.UnixNano()) })},
		rebalanceEpochs: {title: generationWord(kind), width: 7, flex: true, most: 13, cell: epochsSeg,
			figure: figure(func(r *model.Rebalance) float64 { return known(float64(r.To)) })},
		rebalanceTrigger: {title: "trigger", width: 14, cell: triggerSeg, word: func(r *model.Rebalance) string { return string(r.Trigger) }},
		rebalanceWho: {title: "who", width: 10, flex: true, most: 26, draw: drawWho,
			word: func(r *model.Rebalance) string { return fmt.Sprint(r.Who) }},
		rebalanceMoved: {title: "moved", width: 5, right: true, keep: 1, falls: true, cell: counted(moved, text), figure: figure(func(r *model.Rebalance) float64 { return float64(r.Moved) })},
		rebalanceKept:  {title: "kept", width: 5, right: true, keep: 5, falls: true, cell: counted(kept, muted), figure: figure(func(r *model.Rebalance) float64 { return float64(r.Kept) })},
		rebalanceLost:  {title: "lost", width: 5, right: true, keep: 6, falls: true, cell: counted(lost, warn), figure: figure(func(r *model.Rebalance) float64 { return float64(r.Lost) })},
		rebalanceTook:  {title: "took", width: 7, right: true, falls: true, cell: tookSeg, figure: figure(tookFigure)},
		rebalanceBar:   {width: 11, keep: 8, draw: p.drawTook},
		rebalancePause: {title: "pause", width: 10, right: true, keep: 2, falls: true, cell: pauseSeg, figure: figure(func(r *model.Rebalance) float64 { return known(float64(r.Pause)) })},
		rebalanceLag:   {title: "lag built", width: 9, right: true, keep: 4, falls: true, cell: lagBuiltSeg, figure: figure(func(r *model.Rebalance) float64 { return known(float64(r.LagBuilt)) })},
		rebalanceOrigin: {title: "known", width: 12, right: true, keep: 7, cell: originSeg, word: func(r *model.Rebalance) string {
			return string(r.Origin) + strconv.FormatBool(r.Past)
		}},
	}
}

// generationWord is what numbers a group's rebalances.
func generationWord(kind model.GroupKind) string {
	if kind == model.Classic || kind == "" {
		return "gen"
	}
	return "epoch"
}

func drawRebalanceTime(f *Frame, c *canvas.Canvas, r *model.Rebalance, w int) {
	at := r.Begun.In(f.Now.Location())
	switch {
	case sameDay(f.Now, at):
		c.Put(0, 0, at.Format(time.TimeOnly), bold)
	case w >= len("22 Nov 15:04:05"):
		c.Put(0, 0, at.Format("_2 Jan 15:04:05"), bold)
	default:
		c.Cut(0, 0, w, at.Format("_2 Jan"), bold)
	}
}

func epochsSeg(f *Frame, r *model.Rebalance) canvas.Seg {
	return canvas.Seg{Text: generations(r, string(f.Marks.Arrow)), Style: muted}
}

// generations writes the generation, or epoch, before and after: ~46→47 if that is
// inferred.
func generations(r *model.Rebalance, arrow string) string {
	number := func(n int32) string {
		if n == model.NoEpoch {
			return "?"
		}
		return strconv.Itoa(int(n))
	}
	s := number(r.From) + arrow + number(r.To)
	if r.From == r.To && r.To != model.NoEpoch {
		s = number(r.To) // what changed did not count
	}
	if r.Inferred {
		s = "~" + s
	}
	return s
}

// countSeg writes a number of partitions; that there are none stands back.
func countSeg(n int, st canvasStyle) canvas.Seg {
	if n == 0 {
		st = muted
	}
	return canvas.Seg{Text: count(n), Style: st}
}

// triggerSeg says what set a rebalance off, with a mark.
func triggerSeg(f *Frame, r *model.Rebalance) canvas.Seg {
	sign, st := triggerMark(f.Marks, r.Trigger)
	switch {
	case r.Trigger == "" && r.Before == nil:
		return canvas.Seg{Text: "not seen", Style: muted} // it was under way before anything was known
	case r.Trigger == "":
		return canvas.Seg{Text: dash, Style: muted}
	}
	return canvas.Seg{Text: string(sign) + " " + string(r.Trigger), Style: st}
}

func triggerMark(m *themes.Marks, t model.Trigger) (rune, canvasStyle) {
	switch t {
	case model.Joined:
		return m.Adding, good
	case model.Rejoined:
		return m.Adding, text
	case model.Left:
		return m.Removing, muted
	case model.Expired:
		return m.Offline, bad
	case model.Departed:
		return m.Removing, warn
	case model.Replaced:
		return m.NotEqual, text
	case model.FollowUp:
		return m.Arrow, muted
	}
	return '~', text // what is wanted is another: subscription, partitions, assignor
}

// drawWho draws the first of those who caused a rebalance, and how many others.
func drawWho(f *Frame, c *canvas.Canvas, r *model.Rebalance, w int) {
	h := history(f)
	if h == nil || len(r.Who) == 0 {
		c.Put(0, 0, dash, muted)
		return
	}
	more := ""
	if n := len(r.Who) - 1; n > 0 {
		more = " +" + count(n)
	}
	x := drawSeat(c, 0, 0, w-len(more), h, r.Who[0], text)
	c.Put(x, 0, more, muted)
}

// drawSeat draws a member's letter and name in w cells, and returns the cell after.
func drawSeat(c *canvas.Canvas, x, y, w int, h *model.History, seat int, st canvasStyle) int {
	if seat < 0 || seat >= len(h.Seats) {
		return c.Cut(x, y, w, dash, muted)
	}
	s := &h.Seats[seat]
	c.Put(x, y, letterOf(s.Letter), memberInk(s.Letter))
	return c.Name(x+2, y, w-2, s.Name, st)
}

// whoWords names those who caused a rebalance.
func whoWords(h *model.History, who []int) string {
	var names []string
	for _, seat := range who {
		if seat >= 0 && seat < len(h.Seats) {
			names = append(names, h.Seats[seat].Name)
		}
	}
	return cmp.Or(strings.Join(names, " and "), "nobody in particular")
}

// cmpWord is a word that may be missing.
func cmpWord(s string) string { return cmp.Or(s, "for no known reason") }

func tookSeg(f *Frame, r *model.Rebalance) canvas.Seg {
	st := text
	switch {
	case r.Ended.IsZero():
		st = change
	default:
		if d, _ := tookBy(r, f.Now); d >= longRebalance {
			st = warn
		}
	}
	return canvas.Seg{Text: tookWords(r, f.Now), Style: st}
}

// tookWords say how long a rebalance took, or at least took. A beginning or an end that
// is polled makes it no better known than the poll is: ~2.5 s, or <0.5 s.
func tookWords(r *model.Rebalance, now time.Time) string {
	switch d, seen := tookBy(r, now); {
	case seen && r.Within == 0:
		return seconds(d)
	case seen && d < r.Within:
		return "<" + tenths(d+r.Within)
	case seen:
		return "~" + tenths(d)
	case d > 0:
		return "≥" + seconds(d)
	}
	return "?"
}

// tookBy is how long a rebalance took by now. If its beginning was not seen it took
// longer.
func tookBy(r *model.Rebalance, now time.Time) (d time.Duration, seen bool) {
	if d := r.Took(now); d >= 0 {
		return d, true
	}
	end := r.Ended
	if end.IsZero() {
		end = now
	}
	return max(0, end.Sub(r.Begun)), false
}

func tookFigure(r *model.Rebalance) float64 {
	d, seen := tookBy(r, r.Begun)
	if d == 0 && !seen {
		return math.NaN()
	}
	return float64(d)
}

// tenths writes what is known to a tenth of a second at best.
func tenths(d time.Duration) string {
	return seconds(max(d, 100*time.Millisecond).Round(100 * time.Millisecond))
}

// seconds writes how long something took, to a tenth of a second while that matters.
func seconds(d time.Duration) string {
	switch {
	case d == 0:
		return "0 s"
	case d < time.Second:
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	case d < 100*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return span(d)
}

// drawTook draws how long a rebalance took against the longest.
func (p *rebalances) drawTook(f *Frame, c *canvas.Canvas, r *model.Rebalance, w int) {
	took, seen := tookBy(r, f.Now)
	st := themes.Follower.S()
	switch {
	case took == 0 && !seen:
		return
	case r.Ended.IsZero():
		st = themes.Change.S()
	case took >= longRebalance:
		st = themes.Warn.S()
	}
	c.Bar(0, 0, w, f.Marks, float64(took), float64(max(p.sums.longest, took)), st)
}

func pauseSeg(_ *Frame, r *model.Rebalance) canvas.Seg {
	if r.Pause <= 0 {
		return canvas.Seg{Text: pauseWords(r.Pause), Style: muted}
	}
	return canvas.Seg{Text: pauseWords(r.Pause), Style: text}
}

// pauseWords write partition-seconds without an owner; "?" if they are not known.
func pauseWords(d time.Duration) string {
	switch {
	case d < 0:
		return "?"
	case d == 0:
		return "none"
	case d < 1000*time.Second:
		return fmt.Sprintf("%.1f p·s", d.Seconds())
	}
	return short(d.Seconds()) + " p·s"
}

func lagBuiltSeg(_ *Frame, r *model.Rebalance) canvas.Seg {
	if r.LagBuilt <= 0 {
		return canvas.Seg{Text: lagWords(r.LagBuilt), Style: muted}
	}
	return canvas.Seg{Text: lagWords(r.LagBuilt), Style: text}
}

func lagWords(n int64) string {
	if n < 0 {
		return dash
	}
	return number(n)
}

// originSeg says how a rebalance is known: from the log, past or as it went, or how
// wrong its times may be.
func originSeg(_ *Frame, r *model.Rebalance) canvas.Seg {
	return canvas.Seg{Text: originWords(r), Style: muted}
}

func originWords(r *model.Rebalance) string {
	switch {
	case r.Past:
		return "log, past"
	case r.Origin == model.Logged && r.Within > 0:
		return "log ± " + within(r.Within) // the log tells when it was over
	case r.Origin == model.Logged:
		return "log"
	case r.Within > 0:
		return "± " + within(r.Within)
	}
	return "polled"
}
