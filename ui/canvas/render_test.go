package canvas

import (
	"strings"
	"testing"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"kscope/themes"
)

func theme(t testing.TB, name string) *themes.Theme {
	t.Helper()
	th, ok := themes.Named(name)
	if !ok {
		t.Fatalf("no theme %q", name)
	}
	return th
}

// mustFill checks what every rendering promises: as many rows as the canvas
// has, each exactly as wide, with nothing for the terminal to obey but SGR.
func mustFill(t testing.TB, c *Canvas, out string) {
	t.Helper()
	w, h := c.Size()
	rows := strings.Split(out, "\n")
	if h == 0 && out == "" {
		return
	}
	if len(rows) != h {
		t.Fatalf("%d rows, want %d:\n%q", len(rows), h, out)
	}
	for y, row := range rows {
		plain := withoutSGR(t, row)
		if got := ansi.StringWidthWc(plain); got != w {
			t.Fatalf("row %d is %d columns, want %d: %q", y, got, w, row)
		}
		for _, r := range plain {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r == utf8.RuneError && !strings.ContainsRune(c.Text(), r) {
				t.Fatalf("row %d has %U: %q", y, r, row)
			}
		}
		if w > 0 && !strings.HasSuffix(row, "\x1b[m") {
			t.Fatalf("row %d does not end in a reset: %q", y, row)
		}
	}
}

// withoutSGR takes out \x1b[…m and nothing else, so that any other sequence is
// left to be found.
func withoutSGR(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.TrimLeft(after, "0123456789;")
		if !strings.HasPrefix(end, "m") {
			t.Fatalf("a sequence that is no SGR: %q", after)
		}
		s = end[1:]
	}
}

// TestTerminalShowsTheCells looks at a rendering through a terminal: every
// character in its cell, with its colours.
func TestTerminalShowsTheCells(t *testing.T) {
	th := theme(t, "dark")
	c := New(30, 4)
	c.Put(0, 0, "topic 注文 done", themes.Text.S())
	c.Put(0, 1, "👩\u200d👧x 🇩🇪y ✈\ufe0fz", themes.Warn.B())
	c.Put(0, 2, "a\x1b[2Jb\nc\u202ed", themes.Muted.On(themes.Selected))
	c.Put(29, 3, "注", themes.Text.S()) // half of it does not fit
	c.Put(27, 3, "注|", themes.Text.S().U())
	out := c.Render(th)
	mustFill(t, c, out)

	e := vt.NewEmulator(30, 4)
	if _, err := e.WriteString(strings.ReplaceAll(out, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		x, y int
		text string
	}{
		{0, 0, "t"}, {6, 0, "注"}, {8, 0, "文"}, {11, 0, "d"},
		{0, 1, "👩"}, {2, 1, "👧"}, {4, 1, "x"}, {8, 1, "y"}, {10, 1, "✈"}, {11, 1, "z"},
		{0, 2, "a"}, {1, 2, "^"}, {2, 2, "["}, {6, 2, "b"}, {7, 2, `\`}, {8, 2, "n"}, {9, 2, "c"}, {10, 2, "⟨"}, {18, 2, "d"},
		{27, 3, "注"}, {29, 3, "|"},
	} {
		if got := e.CellAt(want.x, want.y); got.Content != want.text {
			t.Errorf("at %d,%d stands %q, want %q", want.x, want.y, got.Content, want.text)
		}
	}
	if got := e.CellAt(0, 1); got.Style.Attrs&uv.AttrBold == 0 {
		t.Error("a warning in bold is not bold")
	}
	_, _, _, opaque := e.CellAt(0, 2).Style.Bg.RGBA()
	if e.CellAt(0, 2).Style.Bg == e.CellAt(25, 2).Style.Bg || opaque == 0 {
		t.Error("the selected ground is not that of the screen")
	}
	if e.CellAt(27, 3).Style.Underline == uv.UnderlineNone {
		t.Error("underlined text is not")
	}
}

// TestRendererCountsAlike draws the canvas as Bubble Tea does.
func TestRendererCountsAlike(t *testing.T) {
	c := New(24, 2)
	c.Put(0, 0, "注文 e\u0301 नि 🇩🇪 👩\u200d👧|", themes.Text.S())
	c.Rune(23, 0, '│', themes.Faint.S())
	c.Rune(23, 1, '│', themes.Faint.S())
	s := uv.NewScreenBuffer(24, 2)
	uv.NewStyledString(c.Render(theme(t, "dark"))).Draw(s, s.Bounds())
	for y := range 2 {
		if got := s.CellAt(23, y); got == nil || got.Content != "│" {
			t.Errorf("row %d: the frame is not at its place: %v", y, got)
		}
	}
	if got := s.CellAt(5, 0); got == nil || got.Content != "e\u0301" {
		t.Errorf("the accent is lost: %v", got)
	}
}

func TestRowsAreKept(t *testing.T) {
	th := theme(t, "dark")
	c := New(10, 3)
	c.Put(0, 1, "one", themes.Text.S())
	first := c.Render(th)
	if again := c.Render(th); again != first {
		t.Error("nothing changed, and yet:", again)
	}
	c.Put(0, 1, "two", themes.Text.S())
	if second := c.Render(th); second != strings.Replace(first, "one", "two", 1) {
		t.Errorf("%q after %q", second, first)
	}
	light := c.Render(theme(t, "light"))
	if fresh := copyOf(c).Render(theme(t, "light")); light != fresh {
		t.Errorf("rows of the dark theme stayed: %q", light)
	}
	c.Resize(8, 2)
	c.Put(0, 1, "two", themes.Text.S())
	if got := c.Render(th); got != copyOf(c).Render(th) {
		t.Errorf("after a change of size: %q", got)
	}
	mustFill(t, c, c.Render(th))
}

// copyOf draws the same cells on a canvas that remembers nothing.
func copyOf(c *Canvas) *Canvas {
	o := New(c.Size())
	copy(o.g.cells, c.g.cells)
	o.g.texts, o.g.index = c.g.texts, c.g.index
	return o
}

func TestSequencesOnlyOnChange(t *testing.T) {
	c := New(12, 1)
	c.Put(0, 0, "ab", themes.Text.S())
	c.Put(4, 0, "cd", themes.Text.S()) // the blanks between look alike in any ink
	c.Put(6, 0, "ef", themes.Warn.S())
	if n := strings.Count(c.Render(theme(t, "dark")), "\x1b["); n != 3 {
		t.Errorf("%d sequences, want text, warning and reset: %q", n, c.Render(theme(t, "dark")))
	}
	// An ink that brings its ground must not run on over blanks.
	if n := strings.Count(c.Render(theme(t, "16")), "\x1b["); n != 4 {
		t.Errorf("%d sequences, want text, warning, text and reset: %q", n, c.Render(theme(t, "16")))
	}
}

func TestASCIIHasNoOtherEllipsis(t *testing.T) {
	c := New(6, 1)
	c.Cut(0, 0, 5, "orders", themes.Text.S())
	if got := withoutSGR(t, c.Render(theme(t, "dark").WithASCII())); got != "orde~ " {
		t.Errorf("got %q", got)
	}
	if got := withoutSGR(t, c.Render(theme(t, "dark"))); got != "orde… " {
		t.Errorf("got %q", got)
	}
}

func TestPartRendersAlone(t *testing.T) {
	c := New(10, 3)
	c.Put(0, 1, "a注b注c", themes.Text.S())
	for _, s := range []struct {
		r    Rect
		want string
	}{
		{Rect{0, 1, 4, 1}, "a注b"},
		{Rect{0, 1, 2, 1}, "a "}, // the right half is outside
		{Rect{2, 1, 3, 1}, " b "},
		{Rect{6, 1, 6, 1}, "c     "}, // more than there is
		{Rect{-2, 1, 4, 1}, "  a "},
	} {
		part := c.Sub(s.r)
		out := part.Render(theme(t, "dark"))
		mustFill(t, part, out)
		if got := withoutSGR(t, out); got != s.want {
			t.Errorf("%+v renders %q, want %q", s.r, got, s.want)
		}
	}
}

// FuzzPut writes anything anywhere, twice over, in parts and whole.
func FuzzPut(f *testing.F) {
	for _, s := range []string{"plain", "注文", "e\u0301\u0302", "\x1b[31m\x9b", "👩🏽\u200d🚀🇩🇪", "कि", "\xff\n\t", "กำ", "ｶﾞ"} {
		f.Add(s, s+"x", 3, 1, 5, uint8(7))
		f.Add(s, "注", -1, 0, 2, uint8(0xa4))
	}
	dark, _ := themes.Named("dark")
	f.Fuzz(func(t *testing.T, a, b string, x, y, w int, how uint8) {
		if len(a)+len(b) > 1<<12 {
			return
		}
		x, y, w = x%20, y%6, w%20
		c := New(int(how%17), int(how%5))
		st := themes.Style{Ink: themes.Ink(how % 8), Ground: themes.Ground(how % 12), Attr: themes.Attr(how % 32)}
		start := 4 - int(how%3)
		if got := c.Put(start, y, a, st); got != start+Width(a) {
			t.Fatalf("Put(%q) at %d returns %d, width %d", a, start, got, Width(a))
		}
		out := c.Render(dark)
		mustFill(t, c, out)
		part := c.Sub(Rect{x, y, w, 2})
		for i, draw := range []func(){
			func() {
				if end := part.Cut(x/2, 0, w, b, st); end > x/2+max(w, 0) {
					t.Fatalf("Cut(%q) in %d ends at %d", b, w, end-x/2)
				}
			},
			func() {
				if end := part.Name(x/2, 0, w, b, st); end > x/2+max(w, 0) {
					t.Fatalf("Name(%q) in %d ends at %d", b, w, end-x/2)
				}
			},
			func() { part.Right(0, 1, w, b, st) },
			func() { c.Mid(x, y, w, b, st) },
			func() {
				if end := c.Segs(x, y, w, Seg{b, st}, Seg{a, st}); end > x+max(w, 0) {
					t.Fatalf("Segs in %d end at %d", w, end-x)
				}
			},
			func() { part.Fill(Rect{1, 0, w / 2, 1}, st.Ground) },
			func() { c.Tint(Rect{x, y, w, 1}, st.Ground) },
			func() {
				c.Box(Rect{x, y, w, 4}, dark.Marks(), how%2 == 0, Title{Key: "1", Name: a, Right: []Seg{{b, st}}})
			},
			func() { part.Clear() },
			func() { part.Dim() },
		} {
			draw()
			wholeCharacters(t, i, c)
			out := c.Render(dark)
			mustFill(t, c, out)
			if fresh := copyOf(c).Render(dark); fresh != out {
				t.Fatalf("step %d: kept rows are stale:\n%q\n%q", i, out, fresh)
			}
			mustFill(t, part, part.Render(dark))
		}
	})
}

// wholeCharacters holds the grid's own rule: a left half stands before a right
// half, and the other way round; no ground is Keep.
func wholeCharacters(t *testing.T, step int, c *Canvas) {
	t.Helper()
	w, h := c.Size()
	for y := range h {
		for x := range w {
			p := c.g.cells[y*w+x]
			if p.kind == head && (x+1 == w || c.g.cells[y*w+x+1].kind != tail) ||
				p.kind == tail && (x == 0 || c.g.cells[y*w+x-1].kind != head) {
				t.Fatalf("step %d: half a character at %d,%d", step, x, y)
			}
			if p.style.Ground == themes.Keep {
				t.Fatalf("step %d: no ground at %d,%d", step, x, y)
			}
		}
	}
}

func FuzzTruncate(f *testing.F) {
	f.Add("orders", 3)
	f.Add("👩🏽\u200d🚀 注文", 4)
	f.Add(strings.Repeat("❤\ufe0f\ufe0f\u0301", 50), 2)
	f.Fuzz(func(t *testing.T, s string, w int) {
		w %= 40
		got := Truncate(s, w)
		if n := Width(got); n > max(w, 0) {
			t.Fatalf("Truncate(%q, %d) = %q, %d columns", s, w, got, n)
		}
		if Width(s) <= w {
			if Width(got) != Width(s) {
				t.Fatalf("Truncate(%q, %d) = %q though it fits", s, w, got)
			}
			return
		}
		if w > 0 && !strings.HasSuffix(got, "…") || w <= 0 && got != "" {
			t.Fatalf("Truncate(%q, %d) = %q", s, w, got)
		}
		if w > 0 && Width(got) < w-1 {
			t.Fatalf("Truncate(%q, %d) = %q wastes room", s, w, got)
		}
		if got := Width(s); got != ansi.StringWidthWc(cleanly(s)) {
			t.Fatalf("Width(%q) = %d", s, got)
		}
	})
}

// cleanly is what a canvas as wide as need be shows of s.
func cleanly(s string) string {
	c := New(Width(s), 1)
	c.Put(0, 0, s, themes.Text.S())
	return c.g.text(c.g.cells)
}
