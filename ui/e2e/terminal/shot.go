//go:build unix

package terminal

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// A Shot is what a screen showed at one moment.
type Shot struct {
	Width, Height int
	cells         []uv.Cell
}

// Cell returns a cell; it must be on the screen.
func (s *Shot) Cell(x, y int) *uv.Cell { return &s.cells[y*s.Width+x] }

// glyph is what a cell shows: a blank is " ", the right half of a wide character
// is "".
func (s *Shot) glyph(x, y int) string {
	c := s.Cell(x, y)
	if c.Content == "" && c.Width != 0 {
		return " "
	}
	return c.Content
}

// Part returns what w cells of a row show.
func (s *Shot) Part(x, y, w int) string {
	var b strings.Builder
	for i := range w {
		b.WriteString(s.glyph(x+i, y))
	}
	return b.String()
}

// Row returns a row, without the blanks at its end; empty if there is none.
func (s *Shot) Row(y int) string {
	if y < 0 || y >= s.Height {
		return ""
	}
	return strings.TrimRight(s.Part(0, y, s.Width), " ")
}

// Text returns all rows.
func (s *Shot) Text() string {
	rows := make([]string, s.Height)
	for y := range rows {
		rows[y] = s.Row(y)
	}
	return strings.Join(rows, "\n")
}

// Shows reports whether all of these are on the screen, each within a row.
func (s *Shot) Shows(words ...string) bool {
	text := s.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Find returns the first cell of the first row that shows word, and whether there
// is one.
func (s *Shot) Find(word string) (x, y int, ok bool) {
	for y := range s.Height {
		if strings.Contains(s.Row(y), word) {
			for x := range s.Width {
				if strings.HasPrefix(s.Part(x, y, s.Width-x), word) {
					return x, y, true
				}
			}
		}
	}
	return 0, 0, false
}

// A Frame is a box on the screen.
type Frame struct {
	X, Y, W, H int      // with its edges
	Title      string   // what stands on the upper edge
	Rows       []string // inside, without blanks at the end
	shot       *Shot
}

// Text is what is inside.
func (f *Frame) Text() string { return strings.Join(f.Rows, "\n") }

// Row returns the first row inside that has all of these words; empty if none.
func (f *Frame) Row(words ...string) string {
row:
	for _, r := range f.Rows {
		for _, w := range words {
			if !strings.Contains(r, w) {
				continue row
			}
		}
		return r
	}
	return ""
}

// Edge returns the cell of the frame's upper left corner.
func (f *Frame) Edge() *uv.Cell { return f.shot.Cell(f.X, f.Y) }

// Frames returns every box, in the order of their upper left corners. The error
// says which one is not closed.
func (s *Shot) Frames() ([]*Frame, error) {
	var frames []*Frame
	for y := range s.Height {
		for x := range s.Width {
			if s.glyph(x, y) != "╭" {
				continue
			}
			f, err := s.frame(x, y)
			if err != nil {
				return frames, err
			}
			frames = append(frames, f)
		}
	}
	return frames, nil
}

// frame follows the edges of the box whose upper left corner is at a cell.
func (s *Shot) frame(x, y int) (*Frame, error) {
	right, bottom := x+1, y+1
	for right < s.Width && s.glyph(right, y) != "╮" {
		right++
	}
	for bottom < s.Height && s.glyph(x, bottom) == "│" {
		bottom++
	}
	broken := func(what string, x, y int) error {
		return fmt.Errorf("the frame whose upper left corner is in column %d, row %d has no %s in column %d, row %d", x, y, what, right, bottom)
	}
	switch {
	case right == s.Width:
		return nil, broken("upper right corner", x, y)
	case bottom == s.Height || s.glyph(x, bottom) != "╰":
		return nil, broken("lower left corner", x, y)
	case s.glyph(right, bottom) != "╯":
		return nil, broken("lower right corner", x, y)
	}
	for i := x + 1; i < right; i++ {
		if s.glyph(i, bottom) != "─" {
			return nil, broken("unbroken lower edge", x, y)
		}
	}
	f := &Frame{X: x, Y: y, W: right - x + 1, H: bottom - y + 1, Title: s.Part(x+1, y, right-x-1), shot: s}
	for i := y + 1; i < bottom; i++ {
		if g := s.glyph(right, i); g != "│" && g != "┃" { // what of a list is seen
			return nil, broken(fmt.Sprintf("right edge in row %d", i), x, y)
		}
		f.Rows = append(f.Rows, strings.TrimRight(s.Part(x+1, i, right-x-1), " "))
	}
	return f, nil
}

// Pane returns the box with these words on its upper edge, nil if there is none.
func (s *Shot) Pane(words string) *Frame {
	for y := range s.Height {
		for x := range s.Width {
			if s.glyph(x, y) != "╭" {
				continue
			}
			if f, err := s.frame(x, y); err == nil && strings.Contains(f.Title, words) {
				return f
			}
		}
	}
	return nil
}

// Strays returns what stands outside of all frames in rows from..to, which must
// hold frames alone; empty if nothing does.
func (s *Shot) Strays(frames []*Frame, from, to int) string {
	for y := from; y < to; y++ {
		for x := range s.Width {
			if g := s.glyph(x, y); g != " " && g != "" && !inside(frames, x, y) {
				return fmt.Sprintf("%q in column %d, row %d is outside of every frame", g, x, y)
			}
		}
	}
	return ""
}

func inside(frames []*Frame, x, y int) bool {
	for _, f := range frames {
		if x >= f.X && x < f.X+f.W && y >= f.Y && y < f.Y+f.H {
			return true
		}
	}
	return false
}
