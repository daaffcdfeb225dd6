package clean

import (
	"unicode"
	"unicode/utf8"
)

// A class says how a rune is written.
type class uint8

const (
	hidden   class = iota // shown by its number
	letter                // stands for itself
	control               // C0 and DEL
	mark                  // sits on the letter before it, takes no column
	spacing               // sits on the letter before it, takes a column
	joiner                // ZWJ, ZWNJ
	selector              // variation selectors
	tone                  // emoji modifiers
	regional              // halves of flags
	jamo                  // conjoining Hangul
)

const (
	zwnj = 0x200c
	zwj  = 0x200d
)

// bmp holds the class of each rune of the basic plane, four bits each: the
// tables of package unicode are searched once, when the program starts.
var bmp = func() (t [0x10000 / 2]byte) {
	set := func(lo, hi, step rune, c class) {
		for r := lo; r <= hi && r < 0x10000; r += step {
			shift := uint(r&1) * 4
			t[r/2] = t[r/2]&^(15<<shift) | byte(c)<<shift
		}
	}
	fill := func(table *unicode.RangeTable, c class) {
		for _, v := range table.R16 {
			set(rune(v.Lo), rune(v.Hi), rune(v.Stride), c)
		}
	}
	for _, table := range []*unicode.RangeTable{unicode.L, unicode.N, unicode.P, unicode.S, unicode.Zs, unicode.Co} {
		fill(table, letter)
	}
	fill(unicode.Mn, mark)
	fill(unicode.Me, mark)
	fill(unicode.Mc, spacing)
	fill(unicode.Other_Default_Ignorable_Code_Point, hidden)
	fill(unicode.Variation_Selector, selector)
	set(jamoL, 0x11ff, 1, jamo)
	set(0xa960, 0xa97f, 1, jamo)   // extended initial consonants
	set(0xd7b0, 0xd7ff, 1, jamo)   // extended vowels and finals
	set(0x302e, 0x302f, 1, hidden) // tone marks of old Hangul, two columns or none
	set(0x0d4e, 0x0d4e, 1, hidden) // sits on the letter after it
	set(zwnj, zwj, 1, joiner)
	set(0, 0x1f, 1, control)
	set(0x7f, 0x7f, 1, control)
	return t
}()

func classOf(r rune) class {
	if r < 0x10000 {
		return class(bmp[r/2] >> (uint(r&1) * 4) & 15)
	}
	switch {
	case r >= 0x1f1e6 && r <= 0x1f1ff:
		return regional
	case r >= 0x1f3fb && r <= 0x1f3ff:
		return tone
	case r >= 0xe0100 && r <= 0xe01ef:
		return selector
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, prepended):
		return hidden
	case unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Co):
		return letter
	case unicode.In(r, unicode.Mn, unicode.Me):
		return mark
	case unicode.Is(unicode.Mc, r):
		return spacing
	}
	return hidden
}

// prepended are letters above the basic plane that sit on the letter after
// them (Grapheme_Cluster_Break=Prepend).
var prepended = &unicode.RangeTable{R32: []unicode.Range32{
	{0x111c2, 0x111c3, 1},
	{0x113d1, 0x113d1, 1},
	{0x1193f, 0x11941, 2},
	{0x11a84, 0x11a89, 1},
	{0x11d46, 0x11d46, 1},
	{0x11f02, 0x11f02, 1},
}}

// Plain reports whether r stands for itself wherever it stands, on columns of
// its own.
func Plain(r rune) bool { return classOf(r) == letter }

// Mark reports whether r takes no column of its own but sits on the letter
// before it.
func Mark(r rune) bool { return r >= 0x300 && classOf(r) == mark }

// Spacing reports whether r sits on the letter before it and yet takes a
// column, as many vowels of Indic scripts do.
func Spacing(r rune) bool { return r >= 0x300 && classOf(r) == spacing }

// Regional reports whether r is half of a flag.
func Regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

func isRegional(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return Regional(r)
}

// isEmoji is true for the symbols that emoji sequences are built from. It is
// wider than Extended_Pictographic and needs no table: the planes of pictures
// and the blocks of symbols.
func isEmoji(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff && !Regional(r) || r >= 0x2190 && r <= 0x2bff && unicode.Is(unicode.S, r) ||
		r == 0xa9 || r == 0xae || r == 0x203c || r == 0x2049 || r == 0x2122 || r == 0x2139 || r == 0x3030 || r == 0x303d || r == 0x3297 || r == 0x3299
}

func isKeycap(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// joins reports whether r is written in a script that uses joiners.
func joins(r rune) bool {
	return r >= 0x0600 && unicode.In(r, joining...) && unicode.In(r, unicode.L, unicode.M)
}

var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
	unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
}
