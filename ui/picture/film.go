package main

import (
	"image"
	"image/color"
	"image/gif"
	"os"
	"slices"
	"strings"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// between is how long it is from one frame of a film to the next.
const between = 250 * time.Millisecond

// colouring is how many colours a frame has: fewer make the file half as large, and the
// edges of letters less fine.
const colouring = 31

// A still is what two terminals showed at one moment, the second to the right of the
// first.
type still struct {
	w, h int
	rows []uv.Cell
}

// Width implements cells.
func (s *still) Width() int { return s.w }

// Height implements cells.
func (s *still) Height() int { return s.h }

// CellAt implements cells.
func (s *still) CellAt(x, y int) *uv.Cell { return &s.rows[y*s.w+x] }

// keep copies what terminals show, with a column between them.
func keep(terminals []*terminal) *still {
	s := &still{w: -1}
	for _, t := range terminals {
		s.w, s.h = s.w+1+t.screen.Width(), t.screen.Height()
	}
	s.rows = make([]uv.Cell, s.w*s.h)
	left := 0
	for _, t := range terminals {
		t.mu.Lock()
		for y := range s.h {
			for x := range t.screen.Width() {
				if c := t.screen.CellAt(x, y); c != nil {
					s.rows[y*s.w+left+x] = *c
				}
			}
		}
		t.mu.Unlock()
		left += t.screen.Width() + 1
	}
	return s
}

// same reports whether two stills show the same.
func (s *still) same(other *still) bool {
	return slices.EqualFunc(s.rows, other.rows, func(a, b uv.Cell) bool { return a.Equal(&b) })
}

// shootFilm presses keys, and from the word film on keeps what is seen meanwhile. It is painted afterwards:
// that would take time from the programs.
func (o *order) shootFilm(t *terminal) error {
	before, keys, cut := strings.Cut(o.keys, "film")
	if !cut {
		before, keys = "", o.keys
	}
	if err := t.press(before); err != nil {
		return err
	}
	terminals := []*terminal{t}
	if len(o.beside) > 0 {
		other, err := start(o.w, o.h, o.ground, o.beside)
		if err != nil {
			return err
		}
		defer other.end()
		terminals = []*terminal{other, t}
	}
	pressed := make(chan error, 1)
	go func() { pressed <- t.press(keys) }()
	var stills []*still
	tick := time.NewTicker(between)
	defer tick.Stop()
	for begin := time.Now(); time.Since(begin) < o.film; <-tick.C {
		stills = append(stills, keep(terminals))
	}
	if err := <-pressed; err != nil {
		return err
	}
	return o.develop(stills)
}

// develop writes stills as a GIF: of each only the rectangle that is not as before, and
// nothing where nothing changed.
func (o *order) develop(stills []*still) error {
	p, err := newPainter(o.ground, o.points)
	if err != nil {
		return err
	}
	film := &gif.GIF{}
	var before *image.RGBA
	for i, s := range stills {
		if i > 0 && s.same(stills[i-1]) {
			film.Delay[len(film.Delay)-1] += int(between / (10 * time.Millisecond))
			continue
		}
		now := p.paint(s)
		changed := now.Bounds()
		if before != nil {
			changed = difference(before, now)
		}
		if !changed.Empty() {
			film.Image = append(film.Image, covering(paletted(now.SubImage(changed).(*image.RGBA), colouring), now, before))
			film.Delay = append(film.Delay, int(between/(10*time.Millisecond)))
		}
		before = now
	}
	film.Delay[len(film.Delay)-1] += 300 // the end is looked at
	file, err := os.Create(o.out)
	if err != nil {
		return err
	}
	if err := gif.EncodeAll(file, film); err != nil {
		return err
	}
	return file.Close()
}

// covering makes transparent what is as it was before, which makes the file a fraction
// as large.
func covering(frame *image.Paletted, now, before *image.RGBA) *image.Paletted {
	if before == nil {
		return frame
	}
	clear := uint8(len(frame.Palette))
	frame.Palette = append(frame.Palette, color.RGBA{})
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		for x := frame.Rect.Min.X; x < frame.Rect.Max.X; x++ {
			if now.RGBAAt(x, y) == before.RGBAAt(x, y) {
				frame.SetColorIndex(x, y, clear)
			}
		}
	}
	return frame
}

// difference is the smallest rectangle outside of which two pictures are the same.
func difference(a, b *image.RGBA) (r image.Rectangle) {
	bounds := a.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}
