package ui

import (
	"bytes"
	"context"
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode"

	"kscope/model"
	"kscope/ui/canvas"
)

// A tailSearch looks for a text in the records of a tail that are kept. It goes through
// them off the loop, some at a time, and takes in those that come.
type tailSearch struct {
	line   typedLine
	needle *needle   // what is looked for; nil if nothing is
	since  time.Time // when the tail was opened that hits are of
	hits   []uint64  // sequence numbers, ascending
	upTo   uint64    // all records up to this one were looked at
	busy   bool
}

// A needle is what is looked for. What runs off the loop knows it by its address.
type needle struct {
	exact   []byte         // case counts: these bytes
	pattern *regexp.Regexp // else; of a ~ too
	wanted  context.Context
	drop    func() // nobody waits for it any more
}

// newNeedle reads what was typed: text, in which case counts if it has a capital, or a
// regular expression after a ~. It returns nil if there is nothing to look for.
func newNeedle(typed string) (*needle, error) {
	expr, isExpr := strings.CutPrefix(typed, "~")
	switch {
	case expr == "":
		return nil, nil
	case !isExpr && strings.IndexFunc(typed, unicode.IsUpper) >= 0:
		return wanted(&needle{exact: []byte(typed)}), nil
	case !isExpr:
		expr = "(?i)" + regexp.QuoteMeta(typed)
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	return wanted(&needle{pattern: re}), nil
}

// wanted makes a needle that can be dropped.
func wanted(n *needle) *needle {
	n.wanted, n.drop = context.WithCancel(context.Background())
	return n
}

// in reports whether it is in some bytes.
func (n *needle) in(b []byte) bool {
	if n.pattern != nil {
		return n.pattern.Match(b)
	}
	return bytes.Contains(b, n.exact)
}

// at returns where it is in a text, as pairs of indexes.
func (n *needle) at(s string) [][]int {
	if n.pattern != nil {
		return n.pattern.FindAllStringIndex(s, -1)
	}
	var found [][]int
	for from := 0; ; {
		i := strings.Index(s[from:], string(n.exact))
		if i < 0 {
			return found
		}
		found = append(found, []int{from + i, from + i + len(n.exact)})
		from += i + len(n.exact)
	}
}

// inRecord reports whether it is in the key, the value or the headers.
func (n *needle) inRecord(r *model.Record) bool {
	if n.in(r.Value) || n.in(r.Key) {
		return true
	}
	for i := range r.Headers {
		if n.in([]byte(r.Headers[i].Key)) || n.in(r.Headers[i].Value) {
			return true
		}
	}
	return false
}

// look begins to look for what was typed.
func (s *tailSearch) look() {
	n, err := newNeedle(s.line.text())
	s.line.fault = ""
	if err != nil {
		s.line.fault = "not a regular expression"
	}
	s.drop()
	s.needle = n
}

// drop gives up what is looked for.
func (s *tailSearch) drop() {
	if s.needle != nil {
		s.needle.drop()
	}
	s.needle, s.hits, s.upTo, s.busy = nil, nil, 0, false
}

// clear ends the search.
func (s *tailSearch) clear() {
	s.drop()
	s.line.clear()
}

// on reports whether something is looked for, or about to be.
func (s *tailSearch) on() bool { return s.needle != nil || s.line.typing }

// searched is what came of looking at some records.
type searched struct {
	needle *needle
	hits   []uint64
	upTo   uint64
}

// atOnce is how many records are looked at before what was found shows.
const atOnce = 50_000

// arrange looks at records that were not looked at yet: a few at once, many off the
// loop.
func (s *tailSearch) arrange(f *Frame) func() any {
	if !s.since.Equal(f.Tail.Since) { // another tail: its records have other numbers
		s.since = f.Tail.Since
		s.hits, s.upTo = nil, 0
	}
	kept := f.Tail.Ring
	if s.needle == nil || s.busy || kept.Len() == 0 {
		return nil
	}
	first := kept.Find(s.upTo + 1)
	n := min(kept.Len()-first, atOnce)
	if n <= 0 {
		return nil
	}
	needle := s.needle
	work := func() any { return needle.through(kept, first, n) }
	if n <= fewRows/4 {
		s.arranged(work())
		return nil
	}
	s.busy = true
	return work
}

// through looks at n records of a ring.
func (n *needle) through(kept model.RingView, first, count int) searched {
	found := searched{needle: n}
	var r model.Record
	for i := first; i < first+count && !(i%1024 == 0 && n.wanted.Err() != nil); i++ {
		kept.Read(i, &r)
		if found.upTo = r.Seq; n.inRecord(&r) {
			found.hits = append(found.hits, r.Seq)
		}
	}
	return found
}

// arranged takes in what was found, unless something else is looked for by now.
func (s *tailSearch) arranged(result any) bool {
	r, ok := result.(searched)
	if !ok || r.needle != s.needle {
		return ok
	}
	s.busy = false
	s.hits, s.upTo = append(s.hits, r.hits...), max(s.upTo, r.upTo)
	return true
}

// forget lets go of hits that were pushed out.
func (s *tailSearch) forget(oldest uint64) {
	if gone := sort.Search(len(s.hits), func(i int) bool { return s.hits[i] >= oldest }); gone > 0 {
		s.hits = s.hits[gone:]
	}
}

// next returns the first hit after a record, or before it if by is negative.
func (s *tailSearch) next(from uint64, by int) (seq uint64, ok bool) {
	i := sort.Search(len(s.hits), func(i int) bool { return s.hits[i] > from })
	if by < 0 {
		i = sort.Search(len(s.hits), func(i int) bool { return s.hits[i] >= from }) - 1
	}
	if i < 0 || i >= len(s.hits) {
		return 0, false
	}
	return s.hits[i], true
}

// segs is how the search shows: what is looked for, and which of how many one is on.
func (s *tailSearch) segs(f *Frame, at uint64) []canvas.Seg {
	segs := append([]canvas.Seg{{Text: "find ", Style: accent}}, s.line.segs()...)
	switch {
	case s.line.fault != "":
		return append(segs, canvas.Seg{Text: "  " + s.line.fault, Style: bad})
	case s.needle == nil:
		return append(segs, canvas.Seg{Text: "  text, or ~ and a regular expression", Style: muted})
	}
	n := len(s.hits)
	segs = append(segs, canvas.Seg{Text: "  " + plural(n, "record", "records"), Style: bold})
	if i := sort.Search(n, func(i int) bool { return s.hits[i] >= at }); i < n && s.hits[i] == at {
		segs = append(segs, canvas.Seg{Text: ", this is " + count(i+1), Style: text})
	}
	if kept := f.Tail.Ring; s.busy && kept.Len() > 0 {
		segs = append(segs, canvas.Seg{Text: "  searching, " + percent(float64(kept.Find(s.upTo+1))/float64(kept.Len())), Style: warn})
	}
	if !s.line.typing {
		segs = append(segs, canvas.Seg{Text: "  n/N goes through them, esc ends", Style: muted})
	}
	return segs
}

// light marks what is looked for in a stretch of text.
func (s *tailSearch) light(segs []canvas.Seg) []canvas.Seg {
	if s.needle == nil {
		return segs
	}
	var whole strings.Builder
	for _, seg := range segs {
		whole.WriteString(seg.Text)
	}
	found := s.needle.at(whole.String())
	if found == nil {
		return segs
	}
	var out []canvas.Seg
	start := 0
	for _, seg := range segs {
		out = append(out, lit(seg, start, found)...)
		start += len(seg.Text)
	}
	return out
}

// lit splits a segment that begins at start where something was found.
func lit(seg canvas.Seg, start int, found [][]int) []canvas.Seg {
	var out []canvas.Seg
	at, end := start, start+len(seg.Text)
	cut := func(to int, on bool) {
		if to > at {
			piece := canvas.Seg{Text: seg.Text[at-start : to-start], Style: seg.Style}
			if on {
				piece.Style = hit
			}
			out, at = append(out, piece), to
		}
	}
	for _, f := range found {
		if f[1] <= at || f[0] >= end || f[0] == f[1] {
			continue
		}
		cut(max(f[0], at), false)
		cut(min(f[1], end), true)
	}
	cut(end, false)
	return out
}
