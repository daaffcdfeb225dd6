package themes

import (
	"image/color"
	"math"
)

// rgb is an opaque colour.
type rgb struct{ R, G, B uint8 }

// RGBA implements color.Color.
func (c rgb) RGBA() (r, g, b, a uint32) {
	return uint32(c.R) * 257, uint32(c.G) * 257, uint32(c.B) * 257, 0xffff
}

func hex(v uint32) rgb { return rgb{uint8(v >> 16), uint8(v >> 8), uint8(v)} }

var black, white = hex(0), hex(0xffffff)

func toRGB(c color.Color) rgb {
	r, g, b, _ := c.RGBA()
	return rgb{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}
}

// lab is a colour in OKLab (Björn Ottosson, 2020): distances look like what
// they measure, so equal lightness looks equally bright in every hue.
type lab struct{ L, A, B float64 }

var linear = func() (t [256]float64) {
	for i := range t {
		x := float64(i) / 255
		if x <= .04045 {
			t[i] = x / 12.92
		} else {
			t[i] = math.Pow((x+.055)/1.055, 2.4)
		}
	}
	return t
}()

func gamma(x float64) uint8 {
	if x <= .0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - .055
	}
	return uint8(math.Round(max(0, min(1, x)) * 255))
}

func (c rgb) lab() lab {
	r, g, b := linear[c.R], linear[c.G], linear[c.B]
	l := math.Cbrt(.4122214708*r + .5363325363*g + .0514459929*b)
	m := math.Cbrt(.2119034982*r + .6806995451*g + .1073969566*b)
	s := math.Cbrt(.0883024619*r + .2817188376*g + .6299787005*b)
	return lab{
		.2104542553*l + .793617785*m - .0040720468*s,
		1.9779984951*l - 2.428592205*m + .4505937099*s,
		.0259040371*l + .7827717662*m - .808675766*s,
	}
}

func (c lab) rgb() rgb {
	l := c.L + .3963377774*c.A + .2158037573*c.B
	m := c.L - .1055613458*c.A - .0638541728*c.B
	s := c.L - .0894841775*c.A - 1.291485548*c.B
	l, m, s = l*l*l, m*m*m, s*s*s
	return rgb{
		gamma(4.0767416621*l - 3.3077115913*m + .2309699292*s),
		gamma(-1.2684380046*l + 2.6097574011*m - .3413193965*s),
		gamma(-.0041960863*l - .7034186147*m + 1.707614701*s),
	}
}

// oklch makes a colour of lightness 0 to 1, chroma from 0 (grey), hue in degrees.
func oklch(light, chroma, hue float64) rgb {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	return lab{light, chroma * cos, chroma * sin}.rgb()
}

// mix goes the share f of the way from a to b.
func mix(a, b rgb, f float64) rgb {
	f = max(0, min(1, f))
	x, y := a.lab(), b.lab()
	return lab{x.L + (y.L-x.L)*f, x.A + (y.A-x.A)*f, x.B + (y.B-x.B)*f}.rgb()
}

func (c rgb) luminance() float64 {
	return .2126*linear[c.R] + .7152*linear[c.G] + .0722*linear[c.B]
}

// contrast is the ratio of WCAG 2, from 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	if x < y {
		x, y = y, x
	}
	return (x + .05) / (y + .05)
}

// readableContrast is what WCAG 2 asks of text (level AA).
const readableContrast = 4.5

// visibleContrast is what a line needs to be seen at all.
const visibleContrast = 1.4
