//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"image/color"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kscope/ui/e2e/terminal"
)

// A palette is the colours that a stream asked for.
type palette struct{ basic, indexed, direct int }

// coloursIn counts what the SGR sequences of a stream do.
func coloursIn(stream []byte) palette {
	var p palette
	for _, piece := range terminal.Pieces(stream) {
		if piece.Kind != terminal.CSI || !strings.HasSuffix(piece.Text, "m") || strings.ContainsAny(piece.Text, "<>=?") {
			continue
		}
		codes := strings.FieldsFunc(piece.Text[2:len(piece.Text)-1], func(r rune) bool { return r == ';' })
		for i := 0; i < len(codes); i++ {
			n, _ := strconv.Atoi(strings.SplitN(codes[i], ":", 2)[0])
			switch {
			case n == 38 || n == 48 || n == 58:
				rest := append(strings.Split(codes[i], ":")[1:], codes[i+1:]...)
				if len(rest) > 0 && rest[0] == "5" {
					p.indexed++
					i += 2
				} else {
					p.direct++
					i += 4
				}
			case n >= 30 && n <= 37, n >= 40 && n <= 47, n >= 90 && n <= 97, n >= 100 && n <= 107:
				p.basic++
			}
		}
	}
	return p
}

// tour goes through what has colours.
func (s *session) tour() {
	s.t.Helper()
	s.choose("orders")
	s.press("4", "w")
	s.see("nothing is sent")
	s.press("v", "v")
	s.see(spreadPane)
	s.press("?")
	s.see("what keys do here")
	s.press("esc")
	s.lose("what keys do here")
	s.press("p")
	s.see("Compose")
	s.press("esc")
	s.lose("Compose")
}

func TestNoColorTakesAnyValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"yes", "1", "0"} {
		t.Run(value, func(t *testing.T) {
			s := open(t, setup{args: []string{"--demo"}, env: []string{"NO_COLOR=" + value}})
			s.settled()
			s.tour()
			s.press("T", "T") // not even the next theme
			s.see("NO_COLOR")
			if p := coloursIn(s.Stream()); p != (palette{}) {
				t.Errorf("colours were used: %+v", p)
			}
			if bytes.Contains(s.Stream(), []byte("\x1b]11;#")) || bytes.Contains(s.Stream(), []byte("\x1b]11;rgb")) {
				t.Error("the background was changed")
			}
		})
	}
}

func TestNoColorThatIsEmptyCountsForNothing(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo"}, env: []string{"NO_COLOR="}})
	s.settled()
	if p := coloursIn(s.Stream()); p.direct == 0 {
		t.Errorf("there are no colours: %+v", p)
	}
}

func TestThemes(t *testing.T) {
	t.Parallel()
	looks := map[string]string{}
	for _, theme := range []string{"dark", "light", "high-contrast", "16"} {
		t.Run(theme, func(t *testing.T) {
			s := demo(t, "--theme", theme)
			s.tour()
			p := coloursIn(s.Stream())
			switch {
			case theme == "16" && (p.basic == 0 || p.indexed+p.direct > 0):
				t.Errorf("16 colours are %+v", p)
			case theme != "16" && p.direct == 0:
				t.Errorf("the colours are %+v", p)
			}
			if theme == "16" {
				return // text has the terminal's own colour
			}
			if bright(s.ink()) == (theme == "light") {
				t.Errorf("text has the colour %v", s.ink())
			}
			looks[theme] = fmt.Sprint(s.ink(), s.Background())
		})
	}
	if looks["dark"] == looks["light"] || looks["dark"] == looks["high-contrast"] {
		t.Errorf("themes look alike: %v", looks)
	}
}

// ink is the colour of a topic's figures.
func (s *session) ink() color.Color {
	s.t.Helper()
	var ink color.Color
	s.until("topic payments", func(shot *terminal.Shot) bool {
		x, y, ok := shot.Find("payments ")
		if ok {
			ink = shot.Cell(x, y).Style.Fg
		}
		return ok && ink != nil
	})
	return ink
}

func bright(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return (299*r+587*g+114*b)/1000 > 0x7fff
}

func TestTheThemeFollowsTheTerminalsBackground(t *testing.T) {
	t.Parallel()
	for _, ground := range []struct {
		name  string
		color color.Color
		light bool
	}{
		{"white", color.White, true},
		{"ivory", color.RGBA{0xfd, 0xf6, 0xe3, 255}, true},
		{"black", color.Black, false},
		{"navy", color.RGBA{0, 0x2b, 0x36, 255}, false},
	} {
		t.Run(ground.name, func(t *testing.T) {
			s := open(t, setup{args: []string{"--demo"}, ground: ground.color})
			s.settled()
			s.until("text that can be read on "+ground.name, func(*terminal.Shot) bool { return bright(s.ink()) != ground.light })
		})
	}
}

func TestThemesAreGoneThroughByAKey(t *testing.T) {
	t.Parallel()
	s := demo(t)
	var seen []string
	for range 4 {
		before := theme(s.Shot())
		s.press("T")
		now := ""
		s.until("another theme than "+before, func(shot *terminal.Shot) bool { now = theme(shot); return now != "" && now != before })
		seen = append(seen, now)
		s.intact()
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) < 4 {
		t.Errorf("the themes were %v", seen)
	}
}

// theme is what the footer says the theme is.
func theme(shot *terminal.Shot) string {
	name, ok := strings.CutPrefix(shot.Row(shot.Height-1), " theme ")
	if !ok {
		return ""
	}
	return name
}

func TestFewerColoursWhereTheTerminalHasFewer(t *testing.T) {
	t.Parallel()
	s := open(t, setup{args: []string{"--demo"}, env: []string{"COLORTERM="}})
	s.settled()
	if p := coloursIn(s.Stream()); p.direct > 0 || p.indexed == 0 {
		t.Errorf("a terminal of 256 colours was sent %+v", p)
	}
}
