package ui

import (
	"image/color"
	"slices"

	"kscope/themes"
	"kscope/ui/canvas"
)

// A look is the theme, and whether it follows the terminal's own colours.
type look struct {
	theme *themes.Theme
	auto  bool
	mono  bool // NO_COLOR is set
	ascii bool
}

func newLook(o Options) look {
	// A terminal that gives frames two columns, as some East Asian locales do,
	// has no frames that fit.
	l := look{mono: o.NoColor, ascii: o.ASCII || canvas.Width("─") != 1}
	switch t, ok := themes.Named(o.Theme); {
	case o.NoColor:
		l.set(named("mono"))
	case ok:
		l.set(t)
	default:
		l.auto = true
		l.set(themes.Auto(nil))
	}
	return l
}

func named(name string) *themes.Theme {
	t, _ := themes.Named(name)
	return t
}

func (l *look) set(t *themes.Theme) {
	if l.ascii {
		t = t.WithASCII()
	}
	l.theme = t
}

// onto takes the terminal's background, if no theme was asked for.
func (l *look) onto(background color.Color) {
	if l.auto {
		l.set(themes.Auto(background))
	}
}

// next goes to the next theme by name, and says what came of it.
func (l *look) next() string {
	if l.mono {
		return "NO_COLOR is set: there is no other theme"
	}
	names := themes.Names()
	i := slices.Index(names, l.theme.Name())
	if l.auto { // it looks like one of these already
		i = slices.Index(names, map[bool]string{true: "dark", false: "light"}[l.theme.Dark()])
	}
	l.auto = false
	l.set(named(names[(i+1)%len(names)]))
	return "theme " + l.theme.Name()
}
