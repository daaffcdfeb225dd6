package themes

import (
	"fmt"
	"image/color"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func mustNamed(t testing.TB, name string) *Theme {
	t.Helper()
	th, ok := Named(name)
	if !ok {
		t.Fatalf("no theme %q", name)
	}
	return th
}

// truecolor reads the colours back out of a sequence; nil for the terminal's own.
func truecolor(t testing.TB, sgr string) (ink, ground color.Color) {
	t.Helper()
	p := strings.Split(strings.TrimSuffix(strings.TrimPrefix(sgr, "\x1b["), "m"), ";")
	for i := 0; i < len(p); i++ {
		if p[i] != "38" && p[i] != "48" {
			continue
		}
		var v [3]int
		for j := range v {
			v[j], _ = strconv.Atoi(p[i+2+j])
		}
		c := color.RGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), 255}
		if p[i] == "38" {
			ink = c
		} else {
			ground = c
		}
		i += 4
	}
	return ink, ground
}

// ratio is WCAG 2's contrast, written apart from the program's.
func ratio(a, b color.Color) float64 {
	l := func(c color.Color) float64 {
		f := func(v uint32) float64 {
			x := float64(v) / 0xffff
			if x <= .03928 {
				return x / 12.92
			}
			return math.Pow((x+.055)/1.055, 2.4)
		}
		r, g, b, _ := c.RGBA()
		return .2126*f(r) + .7152*f(g) + .0722*f(b)
	}
	x, y := l(a), l(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// seenOnly are inks that carry nothing alone and may stay below the ratio.
func seenOnly(i Ink) bool { return i == Faint || i == Quiet }

// TestEveryTextReads is the contrast table: every ink on every ground.
func TestEveryTextReads(t *testing.T) {
	themes := map[string]*Theme{"dark": nil, "light": nil, "high-contrast": nil}
	for name := range themes {
		themes[name] = mustNamed(t, name)
	}
	backgrounds := []uint32{0x000000, 0x1e1e1e, 0x002b36, 0x282a36, 0x300a24, 0x5f5f5f, 0x777777, 0x808080, 0xa0a0a0, 0xd0d0d0, 0xfdf6e3, 0xffffff, 0x0000aa, 0xffff00, 0xff0000}
	for _, g := range backgrounds {
		themes[fmt.Sprintf("auto on %06x", g)] = Auto(hex(g))
	}
	for name, th := range themes {
		least := map[string]float64{}
		for i := range inks {
			for g := Base; g < grounds; g++ {
				ink, ground := truecolor(t, th.SGR(Style{Ink: i, Ground: g}))
				if ground == nil {
					v, _ := strconv.ParseUint(strings.TrimPrefix(name, "auto on "), 16, 32)
					ground = hex(uint32(v))
				}
				r := ratio(ink, ground)
				if !seenOnly(i) && r < 4.5 {
					t.Errorf("%s: ink %d on ground %d: %.2f", name, i, g, r)
				}
				kind := "signals"
				switch {
				case i == Text || i == Muted:
					kind = []string{"text", "", "muted"}[i]
				case seenOnly(i):
					kind = "seen only"
				}
				if l, ok := least[kind]; !ok || r < l {
					least[kind] = r
				}
			}
		}
		t.Logf("%-16s text %.2f muted %.2f signals %.2f seen only %.2f",
			name, least["text"], least["muted"], least["signals"], least["seen only"])
	}
}

// Panes tell rows apart by their ground, so a tint must differ from the screen.
func TestTintsStandOff(t *testing.T) {
	for _, name := range []string{"dark", "light", "high-contrast"} {
		th := mustNamed(t, name)
		seen := map[color.Color]Ground{}
		for g := Base; g < grounds; g++ {
			_, c := truecolor(t, th.SGR(Style{Ground: g}))
			if o, ok := seen[c]; ok {
				t.Errorf("%s: grounds %d and %d are the same", name, o, g)
			}
			seen[c] = g
		}
	}
}

var sequence = regexp.MustCompile(`^\x1b\[0(;\d+)*m$`)

func TestSequences(t *testing.T) {
	for _, name := range Names() {
		th := mustNamed(t, name)
		for i := range inks {
			for g := range grounds {
				for a := range Attr(1 << attrs) {
					s := th.SGR(Style{i, g, a})
					if !sequence.MatchString(s) || ansi.Strip(s) != "" {
						t.Fatalf("%s: %q", name, s)
					}
					if g == Keep && s != th.SGR(Style{i, Base, a}) {
						t.Fatalf("%s: Keep is not Base: %q", name, s)
					}
				}
			}
		}
	}
}

func TestDarkSequence(t *testing.T) {
	th := mustNamed(t, "dark")
	if got, want := th.SGR(Text.S()), "\x1b[0;38;2;217;221;229;48;2;19;22;28m"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if got := th.SGR(Accent.B().U()); !strings.HasPrefix(got, "\x1b[0;1;4;38;2;") {
		t.Errorf("bold and underlined: %q", got)
	}
	if th.Ground() == nil || !th.Dark() || th.Name() != "dark" {
		t.Errorf("ground %v dark %v name %q", th.Ground(), th.Dark(), th.Name())
	}
}

func TestAutoKeepsTheTerminalsGround(t *testing.T) {
	th := Auto(hex(0x002b36))
	if th.Ground() != nil {
		t.Errorf("ground is %v", th.Ground())
	}
	for _, i := range []Ink{Text, Muted} {
		if got := th.SGR(i.S()); strings.Contains(got, "48;") || !strings.Contains(got, "38;2;") {
			t.Errorf("ink %d is %q", i, got)
		}
	}
	if got := th.SGR(Text.On(Selected)); !strings.Contains(got, "48;2;") || !strings.Contains(got, "38;2;") {
		t.Errorf("selected is %q", got)
	}
	for _, c := range []struct {
		g    uint32
		dark bool
	}{{0x000000, true}, {0x555555, true}, {0xbbbbbb, false}, {0xffffff, false}} {
		if Auto(hex(c.g)).Dark() != c.dark {
			t.Errorf("on %06x dark is %v", c.g, !c.dark)
		}
	}
}

func TestUnknownBackground(t *testing.T) {
	th := Auto(nil)
	if !th.Dark() || th.Ground() != nil {
		t.Errorf("dark %v ground %v", th.Dark(), th.Ground())
	}
	for s, want := range map[Style]string{
		Text.S():        "\x1b[0m",
		Text.B():        "\x1b[0;1m",
		Text.On(Filled): mustNamed(t, "dark").SGR(Text.On(Filled)),
		{Attr: Dim}:     "\x1b[0;38;2;86;89;97m",
		Accent.S():      "\x1b[0;38;2;149;190;255m",
	} {
		if got := th.SGR(s); got != want {
			t.Errorf("%+v is %q, want %q", s, got, want)
		}
	}
}

// The ANSI colours as terminals show them.
var ansiPalettes = map[string][16]uint32{
	"xterm":   {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff},
	"VGA":     {0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa, 0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff},
	"GNOME":   {0x2e3436, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf, 0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2, 0xeeeeec},
	"Windows": {0x0c0c0c, 0xc50f1f, 0x13a10e, 0xc19c00, 0x0037da, 0x881798, 0x3a96dd, 0xcccccc, 0x767676, 0xe74856, 0x16c60c, 0xf9f1a5, 0x3b78ff, 0xb4009e, 0x61d6d6, 0xf2f2f2},
}

// TestSixteen: no colour but the sixteen; never an ink without a ground or the
// reverse, for nobody knows the terminal's own; and what is a pair reads, in
// schemes that were made without us at 3.5 at least.
func TestSixteen(t *testing.T) {
	th := mustNamed(t, "16")
	allowed := []int{0, 1, 2, 3, 4, 7}
	for i := range inks {
		for g := Base; g < grounds; g++ {
			for a := range Attr(1 << attrs) {
				ink, ground := -1, -1
				s := th.SGR(Style{i, g, a})
				for _, p := range strings.Split(s[2:len(s)-1], ";") {
					n, _ := strconv.Atoi(p)
					switch {
					case n >= 30 && n <= 37:
						ink = n - 30
					case n >= 90 && n <= 97:
						ink = n - 90 + 8
					case n >= 40 && n <= 47:
						ground = n - 40
					case n >= 100 && n <= 107:
						ground = n - 100 + 8
					case !slices.Contains(allowed, n):
						t.Fatalf("%q", s)
					}
				}
				if (ink < 0) != (ground < 0) {
					t.Fatalf("half a pair: %q", s)
				}
				for name, p := range ansiPalettes {
					if ink >= 0 && ratio(hex(p[ink]), hex(p[ground])) < 3.5 {
						t.Errorf("%s: %q reads at %.2f", name, s, ratio(hex(p[ink]), hex(p[ground])))
					}
				}
			}
		}
	}
	if th.Ground() != nil {
		t.Error("sets the terminal's ground")
	}
}

func TestMonoHasNoColourButShowsFocus(t *testing.T) {
	th := mustNamed(t, "mono")
	for i := range inks {
		for g := Base; g < grounds; g++ {
			for a := range Attr(1 << attrs) {
				s := th.SGR(Style{i, g, a})
				for _, p := range strings.Split(s[2:len(s)-1], ";") {
					if n, _ := strconv.Atoi(p); n > 7 {
						t.Fatalf("%q has colour", s)
					}
				}
			}
		}
	}
	for _, c := range []struct {
		s    Style
		want string
	}{
		{Text.S(), "\x1b[0m"},
		{Text.On(Selected), "\x1b[0;7m"},
		{OnAccent.On(Filled), "\x1b[0;1;7m"},
		{Text.On(Resting), "\x1b[0;4m"},
		{Warn.S(), "\x1b[0;1m"},
		{Style{Ground: Selected, Attr: Reverse}, "\x1b[0m"},
		{Style{Ground: Selected, Attr: Dim}, "\x1b[0;2m"},
	} {
		if got := th.SGR(c.s); got != c.want {
			t.Errorf("%+v is %q, want %q", c.s, got, c.want)
		}
	}
}

func TestDimStepsBack(t *testing.T) {
	for _, name := range []string{"dark", "light", "high-contrast"} {
		th := mustNamed(t, name)
		for i := range inks {
			ink, ground := truecolor(t, th.SGR(Style{Ink: i}))
			dimmed, _ := truecolor(t, th.SGR(Style{Ink: i, Attr: Dim | Bold}))
			if i != OnAccent && ratio(dimmed, ground) >= ratio(ink, ground) {
				t.Errorf("%s: ink %d does not step back", name, i)
			}
		}
	}
}

// Frames carry nothing alone, but they must be there.
func TestFramesAreSeen(t *testing.T) {
	for _, g := range []uint32{0x000000, 0x1e1e1e, 0x5f5f5f, 0x777777, 0xa0a0a0, 0xffffff} {
		for _, i := range []Ink{Faint, Quiet} {
			ink, _ := truecolor(t, Auto(hex(g)).SGR(Style{Ink: i}))
			if r := ratio(ink, hex(g)); r < 1.4 {
				t.Errorf("ink %d on %06x: %.2f", i, g, r)
			}
		}
	}
}

func TestSeveralGoroutinesMayAsk(t *testing.T) {
	th, want := mustNamed(t, "dark"), mustNamed(t, "dark").SGR(Warn.On(Selected))
	got := make(chan string)
	for range 8 {
		go func() { got <- th.SGR(Warn.On(Selected)) }()
	}
	for range 8 {
		if s := <-got; s != want {
			t.Errorf("got %q, want %q", s, want)
		}
	}
}

func TestRawInkIsNotLifted(t *testing.T) {
	th := mustNamed(t, "dark")
	lifted, _ := truecolor(t, th.SGR(Muted.On(Selected)))
	raw, _ := truecolor(t, th.SGR(Style{Muted, Selected, Raw}))
	plain, _ := truecolor(t, th.SGR(Muted.S()))
	if raw != plain || lifted == plain {
		t.Errorf("plain %v raw %v lifted %v", plain, raw, lifted)
	}
}

func TestHeatAndMembers(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want Ground
	}{{math.NaN(), Heat1}, {-1, Heat1}, {0, Heat1}, {.5, Heat4}, {.99, Heat7}, {1, Heat7}, {math.Inf(1), Heat7}} {
		if got := Heat(c.f); got != c.want {
			t.Errorf("Heat(%v) = %d, want %d", c.f, got, c.want)
		}
	}
	if Member(0) != MemberA || Member(15) != MemberH || MemberTint(8) != MemberTintA || MemberTint(7) != MemberTintH {
		t.Error("members do not go round")
	}
}

// A blank in a theme whose inks bring their ground shows the ink.
func TestBlanksAlike(t *testing.T) {
	for _, c := range []struct {
		theme string
		a, b  Style
		want  bool
	}{
		{"dark", Warn.S(), Text.B(), true},
		{"dark", Warn.S(), Warn.On(Selected), false},
		{"dark", Warn.S(), Warn.S().U(), false},
		{"dark", Warn.S(), Style{Ink: Warn, Attr: Dim}, false},
		{"16", Warn.S(), Text.S(), false},
		{"16", Warn.S(), Warn.B(), true},
		{"mono", Warn.S(), Text.S(), true},
	} {
		if got := mustNamed(t, c.theme).BlanksAlike(c.a, c.b); got != c.want {
			t.Errorf("%s: %+v and %+v: %v", c.theme, c.a, c.b, got)
		}
	}
}

func TestUnknownName(t *testing.T) {
	if th, ok := Named("pink"); ok || th != nil {
		t.Error("there is no such theme")
	}
}

func BenchmarkSGR(b *testing.B) {
	th := mustNamed(b, "dark")
	s := Muted.On(Selected)
	for b.Loop() {
		th.SGR(s)
	}
}

// BenchmarkNewTheme asks a new theme for every style a screen may use.
func BenchmarkNewTheme(b *testing.B) {
	for b.Loop() {
		th := NewTheme(Dark)
		for i := range inks {
			for g := Base; g < grounds; g++ {
				th.SGR(Style{Ink: i, Ground: g})
			}
		}
	}
}

// A thin line is seen on its ground, and less than what is to be read.
func TestThinLines(t *testing.T) {
	for _, name := range []string{"dark", "light", "high-contrast"} {
		th := mustNamed(t, name)
		for n := range Members {
			thin, ground := truecolor(t, th.SGR(Style{Member(n), MemberTint(n), Thin}))
			full, _ := truecolor(t, th.SGR(Style{Ink: Member(n), Ground: MemberTint(n)}))
			if r := ratio(thin, ground); r < 1.2 || r >= ratio(full, ground) {
				t.Errorf("%s: the line of member %d stands out by %.2f", name, n, r)
			}
		}
	}
}
