package canvas

import (
	"math"
	"slices"
	"strings"
	"testing"

	"kscope/themes"
)

func dark(t testing.TB) *themes.Theme {
	t.Helper()
	d, ok := themes.Named("dark")
	if !ok {
		t.Fatal("no dark theme")
	}
	return d
}

func TestBoxAndList(t *testing.T) {
	m := dark(t).Marks()
	c := New(40, 5)
	text, muted := themes.Text.S(), themes.Muted.S()
	r := c.Bounds()
	c.Box(r, m, true, Title{
		Key: "2", Name: "Topics",
		Facts: []Seg{{"orders", text}, {" · RF 3", muted}},
		Right: []Seg{{"24", text}},
	})
	in := r.In()
	c.Tint(Rect{in.X, in.Y, in.W, 1}, themes.Selected)
	c.Rune(in.X, in.Y, m.Here, themes.Accent.B())
	c.Cut(in.X+2, in.Y, 8, "orders-by-region", text)
	c.Right(in.X+12, in.Y, 5, "1,204", text)
	c.Right(in.X+18, in.Y, 5, "1,204,551", text)
	c.Bar(in.X+24, in.Y, 4, m, 5, 8, themes.Leader.S())
	c.Spark(in.X+29, in.Y, 5, m, []float64{9, 0, 1, 4, 8}, themes.Quiet.S())
	c.Mid(in.X, in.Y+1, in.W, "注文 e\u0301 👩\u200d👧", text)
	c.Scroll(r, m, 0, 3, 12, true)
	want := "" +
		"╭─ 2 Topics  orders · RF 3 ─────── 24 ─╮\n" +
		"│▸ orders-…  1,204     … ━━╸─ ▇▁▂▄▆    ┃\n" +
		"│             注文 e\u0301 👩👧              │\n" +
		"│                                      │\n" +
		"╰──────────────────────────────────────╯\n"
	if got := c.Text(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// line draws on one row and returns what stands there, blanks as dots.
func line(w int, draw func(c *Canvas)) string {
	c := New(w, 1)
	draw(c)
	return strings.ReplaceAll(c.g.text(c.g.cells), " ", ".")
}

func TestLines(t *testing.T) {
	text := themes.Text.S()
	for _, c := range []struct {
		name string
		draw func(c *Canvas)
		want string
	}{
		{"left of the edge", func(c *Canvas) { c.Put(-2, 0, "abcd", text) }, "cd......"},
		{"right of the edge", func(c *Canvas) { c.Put(6, 0, "abcd", text) }, "......ab"},
		{"outside", func(c *Canvas) {
			c.Put(9, 0, "a", text)
			c.Put(-9, 0, "a", text)
			c.Put(0, 1, "注", text)
			c.Put(0, -1, "a", text)
		}, "........"},
		{"wide over the left edge", func(c *Canvas) { c.Put(-1, 0, "注文", text) }, ".文....."},
		{"wide over the right edge", func(c *Canvas) { c.Put(5, 0, "注文", text) }, ".....注."},
		{"narrow on a left half", func(c *Canvas) { c.Put(0, 0, "注文", text); c.Put(2, 0, "x", text) }, "注x....."},
		{"narrow on a right half", func(c *Canvas) { c.Put(0, 0, "注文", text); c.Rune(1, 0, 'x', text) }, ".x文...."},
		{"wide on two halves", func(c *Canvas) { c.Put(0, 0, "注文", text); c.Put(1, 0, "語", text) }, ".語....."},
		{"plain over wide", func(c *Canvas) { c.Put(0, 0, "a注文", text); c.Put(2, 0, "xy", text) }, "a.xy...."},
		{"filled half", func(c *Canvas) { c.Put(0, 0, "注文", text); c.Fill(Rect{1, 0, 2, 1}, themes.Keep) }, "........"},
		{"cleared part", func(c *Canvas) { c.Put(0, 0, "注文語", text); c.Sub(Rect{1, 0, 2, 1}).Clear() }, "....語.."},
		{"part clips", func(c *Canvas) { c.Sub(Rect{2, 0, 3, 1}).Put(-1, 0, "abcdef", text) }, "..bcd..."},
		{"part of a part", func(c *Canvas) { c.Sub(Rect{2, 0, 4, 1}).Sub(Rect{1, 0, 9, 1}).Put(0, 0, "abcdef", text) }, "...abc.."},
		{"wide in a part", func(c *Canvas) { c.Sub(Rect{2, 0, 3, 1}).Put(0, 0, "注文", text) }, "..注...."},
		{"cut", func(c *Canvas) { c.Cut(0, 0, 5, "orders", text) }, "orde…..."},
		{"cut that fits", func(c *Canvas) { c.Cut(0, 0, 6, "orders", text) }, "orders.."},
		{"cut to one", func(c *Canvas) { c.Cut(0, 0, 1, "orders", text) }, "…......."},
		{"cut to nothing", func(c *Canvas) { c.Cut(0, 0, 0, "orders", text); c.Cut(0, 0, -3, "orders", text) }, "........"},
		{"cut before a wide one", func(c *Canvas) { c.Cut(0, 0, 4, "注文語", text) }, "注…....."},
		{"right", func(c *Canvas) { c.Right(0, 0, 6, "1,204", text) }, ".1,204.."},
		{"right that does not fit", func(c *Canvas) { c.Right(0, 0, 4, "1,204", text) }, "...…...."},
		{"middle", func(c *Canvas) { c.Mid(0, 0, 7, "abc", text) }, "..abc..."},
		{"middle that does not fit", func(c *Canvas) { c.Mid(1, 0, 3, "abcd", text) }, ".ab…...."},
		{"segments", func(c *Canvas) { c.Segs(0, 0, 8, Seg{"ab", text}, Seg{"cd", text}) }, "abcd...."},
		{"segments that just fit", func(c *Canvas) { c.Segs(0, 0, 4, Seg{"ab", text}, Seg{"cd", text}, Seg{"", text}) }, "abcd...."},
		{"segments cut between", func(c *Canvas) { c.Segs(0, 0, 2, Seg{"ab", text}, Seg{"cd", text}) }, "a…......"},
		{"segments cut within", func(c *Canvas) { c.Segs(0, 0, 5, Seg{"ab", text}, Seg{"cdef", text}) }, "abcd…..."},
		{"no room for segments", func(c *Canvas) { c.Segs(0, 0, 0, Seg{"ab", text}) }, "........"},
		{"a rune to be shown", func(c *Canvas) { c.Rune(0, 0, '\x1b', text) }, "^[......"},
		{"a rune without width", func(c *Canvas) { c.Rune(0, 0, '\u0301', text) }, "⟨U+0301⟩"},
		{"a wide rune", func(c *Canvas) { c.Rune(7, 0, '注', text); c.Rune(0, 0, '注', text) }, "注......"},
		{"not UTF-8", func(c *Canvas) { c.Put(0, 0, "a\xffb", text) }, `a\xffb..`},
	} {
		if got := line(8, c.draw); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestGroundBelowIsKept(t *testing.T) {
	c := New(4, 1)
	c.Tint(c.Bounds(), themes.Selected)
	c.Put(0, 0, "a", themes.Warn.B())
	c.Put(1, 0, "b", themes.Warn.On(themes.WarnTint))
	c.Fill(Rect{2, 0, 1, 1}, themes.Field)
	c.Tint(Rect{3, 0, 1, 1}, themes.Keep)
	want := []themes.Style{
		{Ink: themes.Warn, Ground: themes.Selected, Attr: themes.Bold},
		{Ink: themes.Warn, Ground: themes.WarnTint},
		{Ground: themes.Field},
		{Ground: themes.Selected},
	}
	for i, w := range want {
		if got := c.g.cells[i].style; got != w {
			t.Errorf("cell %d is %+v, want %+v", i, got, w)
		}
	}
	c.Dim()
	if c.g.cells[0].style.Attr != themes.Bold|themes.Dim {
		t.Error("below a dialog nothing stepped back")
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "orders": 6, "注文": 4, "e\u0301": 1, "🇩🇪": 2, "👩\u200d👩\u200d👧\u200d👦": 8, "👍🏽": 2, "✈\ufe0f": 1,
		"\x1b[2J": 5, "a\nb": 4, "\xff": 4, "\u202e": 8, "\u1112\u1161\u11ab": 2, "ｱ": 1, "Ａ": 2,
	} {
		if got := Width(s); got != want {
			t.Errorf("Width(%+q) = %d, want %d", s, got, want)
		}
	}
}

func TestRect(t *testing.T) {
	r := Rect{2, 3, 10, 5}
	for _, c := range []struct {
		name      string
		got, want Rect
	}{
		{"in", r.In(), Rect{3, 4, 8, 3}},
		{"in what is too small", Rect{0, 0, 1, 1}.In(), Rect{1, 1, 0, 0}},
		{"meet", r.Meet(Rect{0, 0, 4, 4}), Rect{2, 3, 2, 1}},
		{"meet nowhere", r.Meet(Rect{20, 0, 4, 9}), Rect{20, 3, 0, 5}},
		{"centre", r.Centre(4, 9), Rect{5, 3, 4, 5}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, c.got, c.want)
		}
	}
	for _, c := range []struct {
		name       string
		cut        func(int) (Rect, Rect)
		part, rest Rect
	}{
		{"left", r.Left, Rect{2, 3, 4, 5}, Rect{6, 3, 6, 5}},
		{"right", r.Right, Rect{8, 3, 4, 5}, Rect{2, 3, 6, 5}},
		{"top", r.Top, Rect{2, 3, 10, 4}, Rect{2, 7, 10, 1}},
		{"bottom", r.Bottom, Rect{2, 4, 10, 4}, Rect{2, 3, 10, 1}},
	} {
		if part, rest := c.cut(4); part != c.part || rest != c.rest {
			t.Errorf("%s: %+v and %+v", c.name, part, rest)
		}
		if part, rest := c.cut(99); part != r || !rest.Empty() {
			t.Errorf("%s of more than there is: %+v and %+v", c.name, part, rest)
		}
		if part, rest := c.cut(-1); !part.Empty() || rest != r {
			t.Errorf("%s of less than nothing: %+v and %+v", c.name, part, rest)
		}
	}
	if !r.Contains(2, 3) || r.Contains(12, 3) || r.Contains(2, 8) || !r.Contains(11, 7) {
		t.Error("a rectangle does not know its cells")
	}
}

func TestFigures(t *testing.T) {
	m, st := dark(t).Marks(), themes.Leader.S()
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		draw func(c *Canvas)
		want string
	}{
		{"half a bar", func(c *Canvas) { c.Bar(0, 0, 4, m, 1, 2, st) }, "━━──...."},
		{"to the half column", func(c *Canvas) { c.Bar(0, 0, 4, m, 3, 8, st) }, "━╸──...."},
		{"more than the whole", func(c *Canvas) { c.Bar(0, 0, 4, m, 9, 8, st) }, "━━━━...."},
		{"of nothing", func(c *Canvas) {
			c.Bar(0, 0, 2, m, 1, 0, st)
			c.Bar(2, 0, 2, m, nan, nan, st)
			c.Bar(4, 0, -1, m, 1, 1, st)
		}, "────...."},
		{"sparkline", func(c *Canvas) { c.Spark(0, 0, 5, m, []float64{0, 1, 3, 6}, st) }, ".▁▂▄▇..."},
		{"its newest at the right", func(c *Canvas) { c.Spark(0, 0, 2, m, []float64{9, 9, 1, 6}, st) }, "▂▇......"},
		{"gaps and nonsense", func(c *Canvas) { c.Spark(0, 0, 5, m, []float64{nan, -1, inf, 2, 1}, st) }, ".▁▇▇▄..."},
		{"nothing ever", func(c *Canvas) { c.Spark(0, 0, 2, m, []float64{0, 0}, st); c.Spark(3, 0, 0, m, []float64{1}, st) }, "▁▁......"},
	} {
		if got := line(8, c.draw); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// thumb lists the rows of a frame of height h that its scroll mark covers.
func thumb(h, top, seen, all int) (rows []int) {
	c := New(3, h)
	m := themes.Auto(nil).Marks()
	c.Scroll(c.Bounds(), m, top, seen, all, true)
	for y := range h {
		if c.g.cells[y*3+2].r == m.Scroll {
			rows = append(rows, y)
		}
	}
	return rows
}

func TestScroll(t *testing.T) {
	for _, c := range []struct {
		h, top, seen, all int
		want              []int
	}{
		{10, 0, 8, 8, nil},
		{10, 0, 8, 16, []int{1, 2, 3, 4}},
		{10, 8, 8, 16, []int{5, 6, 7, 8}},
		{10, 99, 8, 16, []int{5, 6, 7, 8}},
		{10, -5, 8, 200000, []int{1}},
		{10, 199992, 8, 200000, []int{8}},
		{2, 0, 0, 5, nil},
	} {
		if got := thumb(c.h, c.top, c.seen, c.all); !slices.Equal(got, c.want) {
			t.Errorf("%+v: rows %v", c, got)
		}
	}
}

func TestBoxes(t *testing.T) {
	m, text := dark(t).Marks(), themes.Text.S()
	full := Title{Key: "4", Name: "Partitions", Facts: []Seg{{"orders", text}}, Right: []Seg{{"2 URP", text}}}
	for _, c := range []struct {
		w    int
		t    Title
		want string
	}{
		{40, full, "╭─ 4 Partitions  orders ─────── 2 URP ─╮"},
		{30, full, "╭─ 4 Partitions ───── 2 URP ─╮"},
		{24, full, "╭─ 4 Partitions  ord… ─╮"},
		{12, full, "╭─ 4 Par… ─╮"},
		{5, full, "╭───╮"},
		{2, full, "╭╮"},
		{1, full, ""},
		{10, Title{}, "╭────────╮"},
		{14, Title{Name: "Key"}, "╭─ Key ──────╮"},
		{20, Title{Facts: []Seg{{"orders", text}}}, "╭─ orders ─────────╮"},
	} {
		box := New(c.w, 2)
		box.Box(box.Bounds(), m, false, c.t)
		got, _, _ := strings.Cut(box.Text(), "\n")
		if got != c.want {
			t.Errorf("width %d: %q, want %q", c.w, got, c.want)
		}
	}
}
