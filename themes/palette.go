package themes

import "image/color"

// A Palette is everything a theme decides. Greys are mixtures of ground and
// ink; signals share one lightness and chroma and differ in hue, so that no
// signal shouts louder than another. Hues are the same in every theme, so a
// meaning keeps its colour.
type Palette struct {
	Name        string
	Ground, Ink color.Color
	Light       float64 // OKLCH lightness of every signal, 0 to 1
	Chroma      float64 // its chroma: 0 is grey, .15 vivid
	Step        float64 // how far muted text and tints stand off the ground; 1 is normal
}

// The palettes that come with the program.
var (
	Dark         = Palette{"dark", hex(0x13161c), hex(0xd9dde5), .80, .115, 1}
	Light        = Palette{"light", hex(0xfbfaf6), hex(0x20242c), .46, .13, 1.1}
	HighContrast = Palette{"high-contrast", black, white, .88, .15, 1.55}
)

const (
	hueAccent = 262
	hueLeader = 190
	hueChange = 312
	hueGood   = 152
	hueWarn   = 78
	hueBad    = 22
)

var hueMember = [Members]float64{245, 350, 128, 55, 295, 172, 100, 15}

// colours are all colours of a theme.
type colours struct {
	dark   bool
	ink    [inks]rgb
	ground [grounds]rgb
}

// derive works a palette out.
func (p Palette) derive() *colours {
	g, k := toRGB(p.Ground), toRGB(p.Ink)
	c := &colours{dark: k.luminance() > g.luminance()}
	c.inks(p, g, k)
	c.tints(p, g, k)
	return c
}

func (c *colours) inks(p Palette, g, k rgb) {
	signal := func(hue float64) rgb { return oklch(p.Light, p.Chroma, hue) }
	c.ink[Text] = k
	c.ink[Muted] = mix(g, k, min(.64*p.Step, .88))
	c.ink[Faint] = mix(g, k, max(.27, .27+(p.Step-1)*.6))
	c.ink[Accent], c.ink[Leader], c.ink[Change] = signal(hueAccent), signal(hueLeader), signal(hueChange)
	c.ink[Good], c.ink[Warn], c.ink[Bad] = signal(hueGood), signal(hueWarn), signal(hueBad)
	c.ink[Quiet] = mix(g, c.ink[Leader], .46)
	c.ink[OnAccent] = g
	for i, hue := range hueMember {
		c.ink[Member(i)] = signal(hue)
	}
	if c.dark {
		c.ink[Strong] = mix(k, white, .8)
		c.ink[Bad] = oklch(p.Light-.08, p.Chroma+.05, hueBad) // as light as the rest it would be pink
		c.ink[Follower] = mix(g, c.ink[Leader], .62)
	} else {
		c.ink[Strong] = mix(k, black, .8)
		c.ink[Follower] = mix(g, c.ink[Leader], .9)
	}
	c.ink[Legible] = c.ink[Strong]
	c.ground[Base] = g
	for _, i := range []Ink{Faint, Quiet} {
		c.ink[i] = c.lift(c.ink[i], g, visibleContrast)
	}
}

// heat leaves out the middle, where no figure would read.
var heat = [Heats]float64{.08, .19, .30, .41, .52, .80, .97}

func (c *colours) tints(p Palette, g, k rgb) {
	c.ground[Keep], c.ground[Base] = g, g
	tint := func(at Ground, towards rgb, f float64) { c.ground[at] = mix(g, towards, f*p.Step) }
	tint(Surface, k, .07)
	tint(Selected, c.ink[Accent], .24)
	tint(Resting, k, .12)
	tint(Linked, c.ink[Accent], .11)
	tint(LeaderTint, c.ink[Leader], .20)
	tint(ChangeTint, c.ink[Change], .26)
	tint(WarnTint, c.ink[Warn], .18)
	tint(BadTint, c.ink[Bad], .18)
	tint(Field, k, .15)
	c.ground[Filled] = c.ink[Accent]
	for i := range Members {
		tint(MemberTint(i), c.ink[Member(i)], .30)
	}
	for i, f := range heat {
		c.ground[Heat1+Ground(i)] = mix(g, c.ink[Leader], f)
	}
}

// pair returns the colours of s: the ink lifted until it reads on the ground,
// or both pushed towards the screen's ground below a dialog.
func (c *colours) pair(s Style) (ink, ground rgb) {
	base := c.ground[Base]
	ink, ground = c.ink[s.Ink], c.ground[s.Ground]
	switch {
	case s.Attr&Thin != 0:
		ink = mix(ground, ink, .35)
	case s.Ink == Legible:
		ink = c.best(ground)
	case s.Ink != Faint && s.Ink != Quiet && s.Attr&Raw == 0:
		ink = c.lift(ink, ground, readableContrast)
	}
	if s.Attr&Dim != 0 {
		ink, ground = mix(base, ink, .38), mix(base, ground, .25)
	}
	return ink, ground
}

// lift moves an ink towards the best one until it has this contrast with the
// ground, so that muted text stays muted on the screen and rises on a selected
// row.
func (c *colours) lift(ink, ground rgb, least float64) rgb {
	best := c.best(ground)
	for f := 0.; f < 1; f += .08 {
		if m := mix(ink, best, f); contrast(m, ground) >= least {
			return m
		}
	}
	return best
}

// best is the theme's own strong ink or its ground, whichever reads better, or
// black or white where neither reads: one of those two always does, at 4.58 or
// better.
func (c *colours) best(on rgb) rgb {
	better := func(a, b rgb) rgb {
		if contrast(a, on) >= contrast(b, on) {
			return a
		}
		return b
	}
	own := better(c.ink[Strong], c.ground[Base])
	if contrast(own, on) >= readableContrast {
		return own
	}
	return better(black, white)
}
