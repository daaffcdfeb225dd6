package themes

import (
	"image/color"
	"strconv"
	"sync/atomic"
)

// A Theme turns styles into escape sequences. It may be used by several
// goroutines.
type Theme struct {
	name   string
	dark   bool
	ground color.Color // nil when Base is the terminal's own
	marks  *Marks
	write  func(b []byte, s Style) []byte // the parameters of s, each after a semicolon
	pairs  bool                           // an ink may bring a ground of its own

	// table remembers each sequence once it was asked for.
	table *[int(inks) * int(grounds)]atomic.Pointer[looks]
}

// looks are the sequences of one ink on one ground, by their attributes.
type looks [1 << attrs]atomic.Pointer[string]

func newTheme(name string, dark bool, write func([]byte, Style) []byte) *Theme {
	return &Theme{
		name: name, dark: dark, marks: &unicodeMarks, write: write,
		table: new([int(inks) * int(grounds)]atomic.Pointer[looks]),
	}
}

// NewTheme works a palette out. Its [Base] is the palette's ground.
func NewTheme(p Palette) *Theme {
	c := p.derive()
	t := newTheme(p.Name, c.dark, c.truecolor)
	t.ground = toRGB(p.Ground)
	return t
}

var named = []struct {
	name string
	make func() *Theme
}{
	{"dark", func() *Theme { return NewTheme(Dark) }},
	{"light", func() *Theme { return NewTheme(Light) }},
	{"high-contrast", func() *Theme { return NewTheme(HighContrast) }},
	{"16", newSixteen},
	{"mono", newMono},
}

// Named returns one of the themes that [Names] lists. "16" keeps to the sixteen
// ANSI colours and the terminal's own ground; "mono" uses no colour at all, as
// NO_COLOR asks for: focus and selection are reversed, bold or underlined.
func Named(name string) (*Theme, bool) {
	for _, n := range named {
		if n.name == name {
			return n.make(), true
		}
	}
	return nil, false
}

// Names lists the themes that come with the program.
func Names() []string {
	names := make([]string, len(named))
	for i, n := range named {
		names[i] = n.name
	}
	return names
}

// Auto returns a theme for a terminal with this background: [Base] stays the
// terminal's own and every ink and tint is derived from it. With a nil
// background, one that the terminal did not tell, the theme is the dark one
// with plain text left in the terminal's own colour, which reads either way.
func Auto(background color.Color) *Theme {
	if background == nil {
		return newTheme("auto", true, Dark.derive().overUnknown)
	}
	c := onto(toRGB(background)).derive()
	return newTheme("auto", c.dark, c.overTerminal)
}

// onto fits the dark or the light palette to a background.
func onto(g rgb) Palette {
	p, edge := Dark, white
	if contrast(g, black) > contrast(g, white) {
		p, edge = Light, black
	}
	p.Ground = g
	if contrast(toRGB(p.Ink), g) < 2*readableContrast { // a ground in the middle: take the ink further from it
		p.Ink = mix(toRGB(p.Ink), edge, .8)
	}
	return p
}

// Name returns the theme's name: one of [Names], "auto", or its palette's.
func (t *Theme) Name() string { return t.name }

// Dark reports whether the text is lighter than the ground. Themes that leave
// the ground to the terminal without knowing it count as dark.
func (t *Theme) Dark() bool { return t.dark }

// Ground returns the colour the terminal's background is to be set to, or nil
// when it is to stay what it is.
func (t *Theme) Ground() color.Color { return t.ground }

// WithASCII returns the theme with [Marks] that need no more than ASCII.
func (t *Theme) WithASCII() *Theme {
	a := *t
	a.marks = &asciiMarks
	return &a
}

// Marks returns the glyphs that go with the theme.
func (t *Theme) Marks() *Marks { return t.marks }

// SGR returns the escape sequence that switches to s whatever was set before.
// [Keep] counts as [Base]. Colours are 24 bits deep except in "16" and "mono";
// the renderer reduces them for terminals with fewer.
func (t *Theme) SGR(s Style) string {
	at := &t.table[int(s.Ink)*int(grounds)+int(s.Ground)]
	row := at.Load()
	if row == nil {
		at.CompareAndSwap(nil, new(looks))
		row = at.Load()
	}
	if known := row[s.Attr].Load(); known != nil {
		return *known
	}
	made := string(append(t.write([]byte("\x1b[0"), Style{s.Ink, max(s.Ground, Base), s.Attr}), 'm'))
	row[s.Attr].Store(&made)
	return made
}

// BlanksAlike reports whether a blank looks the same in both styles.
func (t *Theme) BlanksAlike(a, b Style) bool {
	const shows = Underline | Reverse
	return a.Ground == b.Ground && (a.Attr|b.Attr)&shows == 0 && (a.Attr^b.Attr)&Dim == 0 &&
		(a.Ink == b.Ink || !t.pairs)
}

// attributes appends the parameters of what needs no colour.
func attributes(b []byte, a Attr) []byte {
	if a&Dim != 0 {
		a &^= Bold
	}
	for _, p := range []struct {
		a   Attr
		sgr string
	}{{Bold, ";1"}, {Italic, ";3"}, {Underline, ";4"}, {Reverse, ";7"}} {
		if a&p.a != 0 {
			b = append(b, p.sgr...)
		}
	}
	return b
}

func (c *colours) truecolor(b []byte, s Style) []byte {
	ink, ground := c.pair(s)
	b = attributes(b, s.Attr)
	b = appendRGB(append(b, ";38;2"...), ink)
	return appendRGB(append(b, ";48;2"...), ground)
}

// overTerminal is truecolor on the terminal's own ground.
func (c *colours) overTerminal(b []byte, s Style) []byte {
	if s.Ground != Base {
		return c.truecolor(b, s)
	}
	ink, _ := c.pair(s)
	b = attributes(b, s.Attr)
	return appendRGB(append(b, ";38;2"...), ink)
}

// overUnknown is overTerminal with plain text in the terminal's own colour.
func (c *colours) overUnknown(b []byte, s Style) []byte {
	if s.Ink == Text && s.Ground == Base && s.Attr&Dim == 0 {
		return attributes(b, s.Attr)
	}
	return c.overTerminal(b, s)
}

func appendRGB(b []byte, c rgb) []byte {
	for _, v := range [...]uint8{c.R, c.G, c.B} {
		b = strconv.AppendUint(append(b, ';'), uint64(v), 10)
	}
	return b
}
