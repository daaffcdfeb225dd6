package main

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// paletted returns the picture with at most so many colours, 256 or fewer, which makes the
// file a quarter as large. A screen has a few dozen colours, and the mixtures of them at
// the edges of letters. The colours kept are the commonest ones that differ enough
// from each other, so that a rare colour is not taken for a common one that is
// merely darker.
func paletted(picture *image.RGBA, most int) *image.Paletted {
	all := pixels(picture)
	kept := pick(colours(all), most)
	small := image.NewPaletted(picture.Bounds(), kept)
	index := map[color.RGBA]uint8{}
	for i, c := range all {
		n, ok := index[c]
		if !ok {
			n = uint8(kept.Index(c))
			index[c] = n
		}
		small.Pix[i] = n
	}
	return small
}

// pixels returns the colours of a picture, or of a part of one, row by row.
func pixels(picture *image.RGBA) []color.RGBA {
	b := picture.Bounds()
	all := make([]color.RGBA, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			all = append(all, picture.RGBAAt(x, y))
		}
	}
	return all
}

// colours returns the colours of pixels, the commonest first.
func colours(pixels []color.RGBA) []color.RGBA {
	seen := map[color.RGBA]int{}
	for _, c := range pixels {
		seen[c]++
	}
	all := make([]color.RGBA, 0, len(seen))
	for c := range seen {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(seen[b]-seen[a], cmp.Compare(luminance(a), luminance(b)), int(a.R)-int(b.R), int(a.B)-int(b.B))
	})
	return all
}

// pick keeps so many colours: first those far from every one kept so far, then, as
// long as there is room, those less far.
func pick(all []color.RGBA, most int) color.Palette {
	var kept color.Palette
	taken := map[color.RGBA]bool{}
	for least := 32; least >= 0; least /= 2 {
		for _, c := range all {
			if len(kept) < most && !taken[c] && distance(kept, c) >= least {
				kept = append(kept, c)
				taken[c] = true
			}
		}
		if least == 0 {
			break
		}
	}
	return kept
}

// distance is how far c is from the nearest colour kept, summed over red, green
// and blue.
func distance(kept color.Palette, c color.RGBA) int {
	least := 3 * 255
	for _, k := range kept {
		k := k.(color.RGBA)
		least = min(least, apart(k.R, c.R)+apart(k.G, c.G)+apart(k.B, c.B))
	}
	return least
}

func apart(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
