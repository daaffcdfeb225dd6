package main

import (
	"image"
	"image/color"
	"image/draw"
	"strings"

	"codeberg.org/go-fonts/dejavu/dejavusansmono"
	"codeberg.org/go-fonts/dejavu/dejavusansmonobold"
	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// margin is around the screen, in pixels.
const margin = 10

func face(ttf []byte, points float64) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, err
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: points, DPI: 72, Hinting: font.HintingFull})
}

// parse reads #rrggbb; anything else is black.
func parse(hex string) color.RGBA {
	c := color.RGBA{A: 255}
	for i, p := range []*uint8{&c.R, &c.G, &c.B} {
		for _, digit := range strings.ToLower(hex)[min(1+2*i, len(hex)):min(3+2*i, len(hex))] {
			*p = *p<<4 | uint8(strings.IndexRune("0123456789abcdef", digit))
		}
	}
	return c
}

// cells are what a terminal shows: an emulator, or what was kept of one.
type cells interface {
	Width() int
	Height() int
	CellAt(x, y int) *uv.Cell
}

// newPainter returns what draws cells on a ground.
func newPainter(ground string, points float64) (*painter, error) {
	regular, err := face(dejavusansmono.TTF, points)
	if err != nil {
		return nil, err
	}
	bold, err := face(dejavusansmonobold.TTF, points)
	if err != nil {
		return nil, err
	}
	advance, _ := regular.GlyphAdvance('M')
	metrics := regular.Metrics()
	p := &painter{
		cw: advance.Round(), ch: (metrics.Ascent + metrics.Descent).Ceil(), ascent: metrics.Ascent.Ceil(),
		regular: regular, bold: bold, ink: color.RGBA{0xd9, 0xdd, 0xe5, 255}, ground: parse(ground),
	}
	if luminance(p.ground) > 128 {
		p.ink = color.RGBA{0x20, 0x24, 0x2c, 255}
	}
	return p, nil
}

func luminance(c color.RGBA) int { return (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000 }

// A painter turns cells into pixels.
type painter struct {
	cw, ch, ascent int
	regular, bold  font.Face
	ink, ground    color.RGBA
	image          *image.RGBA
}

func (p *painter) paint(screen cells) *image.RGBA {
	w, h := screen.Width(), screen.Height()
	p.image = image.NewRGBA(image.Rect(0, 0, w*p.cw+2*margin, h*p.ch+2*margin))
	draw.Draw(p.image, p.image.Bounds(), image.NewUniform(p.ground), image.Point{}, draw.Src)
	for y := range h {
		for x := range w {
			if c := screen.CellAt(x, y); c != nil && c.Width > 0 {
				p.cell(x, y, c)
			}
		}
	}
	return p.image
}

func (p *painter) cell(x, y int, c *uv.Cell) {
	var ink, ground color.Color = p.ink, p.ground
	if c.Style.Fg != nil {
		ink = c.Style.Fg
	}
	if c.Style.Bg != nil {
		ground = c.Style.Bg
	}
	if c.Style.Attrs&uv.AttrReverse != 0 {
		ink, ground = ground, ink
	}
	r := image.Rect(margin+x*p.cw, margin+y*p.ch, margin+(x+c.Width)*p.cw, margin+(y+1)*p.ch)
	draw.Draw(p.image, r, image.NewUniform(ground), image.Point{}, draw.Src)
	if strings.TrimSpace(c.Content) == "" {
		return
	}
	f := p.regular
	if c.Style.Attrs&uv.AttrBold != 0 {
		f = p.bold
	}
	d := font.Drawer{Dst: p.image, Src: image.NewUniform(ink), Face: f, Dot: fixed.P(r.Min.X, r.Min.Y+p.ascent)}
	d.DrawString(c.Content)
}
