package ui

import (
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"
	"github.com/sahilm/fuzzy"

	"kscope/ui/canvas"
)

// A filter narrows the rows of a list: letters match fuzzily, best first; a ~ in
// front makes a regular expression of the rest.
type filter struct {
	input  textinput.Model
	typing bool
}

func newFilter() filter {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 200
	return filter{input: in}
}

// text is what was typed.
func (f *filter) text() string { return f.input.Value() }

// open starts typing, on the text that is there.
func (f *filter) open() {
	f.typing = true
	f.input.Focus()
	f.input.CursorEnd()
}

// clear drops the filter.
func (f *filter) clear() {
	f.typing = false
	f.input.SetValue("")
	f.input.Blur()
}

// take gives a key or pasted text to the filter while it is open. It reports
// whether the text changed, and whether the key was used at all.
func (f *filter) take(msg any) (changed, used bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter":
			f.typing = false
			f.input.Blur()
			return false, true
		case "esc":
			f.clear()
			return true, true
		case "up", "down", "pgup", "pgdown", "tab", "shift+tab", "ctrl+c":
			return false, false
		}
	}
	before := f.input.Value()
	f.input, _ = f.input.Update(msg.(tea.Msg))
	return f.input.Value() != before, true
}

// narrows reports whether the filter leaves anything out.
func (f *filter) narrows() bool {
	return f.text() != "" && f.text() != "~" && f.problem() == ""
}

// problem says what is wrong with the filter; empty if nothing is.
func (f *filter) problem() string {
	if pattern, ok := strings.CutPrefix(f.text(), "~"); ok {
		if _, err := regexp.Compile(pattern); err != nil {
			return "not a regexp"
		}
	}
	return ""
}

// segs is how the filter shows in a frame; nil if there is none.
func (f *filter) segs() []canvas.Seg {
	if !f.typing && f.text() == "" {
		return nil
	}
	style := text
	if f.problem() != "" {
		style = bad
	}
	segs := []canvas.Seg{{Text: "/", Style: accent}}
	if !f.typing {
		return append(segs, canvas.Seg{Text: f.text(), Style: style})
	}
	return append(segs, typed(f.input.Value(), f.input.Position(), style)...)
}

// typed shows text with a cursor in it.
func typed(value string, at int, style canvasStyle) []canvas.Seg {
	runes := []rune(value)
	at = min(at, len(runes))
	under, after := " ", ""
	if at < len(runes) {
		under, after = string(runes[at]), string(runes[at+1:])
	}
	return []canvas.Seg{
		{Text: string(runes[:at]), Style: style},
		{Text: under, Style: cursor},
		{Text: after, Style: style},
	}
}

// match returns which of n texts match the pattern: their indexes, best first
// for a fuzzy pattern and in order for a regular expression. It may be called
// off the loop.
func match(pattern string, n int, text func(int) string) []int32 {
	if expr, ok := strings.CutPrefix(pattern, "~"); ok {
		return matchRegexp(expr, n, text)
	}
	found := fuzzy.FindFromNoSort(pattern, lines{n, text})
	slices.SortStableFunc(found, func(a, b fuzzy.Match) int { return b.Score - a.Score })
	hits := make([]int32, len(found))
	for i, m := range found {
		hits[i] = int32(m.Index)
	}
	return hits
}

func matchRegexp(expr string, n int, text func(int) string) []int32 {
	re, err := regexp.Compile(expr)
	var hits []int32
	for i := range n {
		if err != nil || re.MatchString(text(i)) {
			hits = append(hits, int32(i))
		}
	}
	return hits
}

// lines is what fuzzy searches.
type lines struct {
	n    int
	text func(int) string
}

func (l lines) String(i int) string { return l.text(i) }
func (l lines) Len() int            { return l.n }
