package canvas

import (
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"kscope/model/clean"
)

// Widths are those of the renderer below (x/ansi's WcWidth): the sum over the
// runes, marks without width, everything else as package runewidth has it with
// these options. A screen is straight only if both count alike.
var widths = runewidth.Condition{
	EastAsianWidth:     eastAsian(os.Getenv("RUNEWIDTH_EASTASIAN")),
	StrictEmojiNeutral: true,
}

func eastAsian(env string) bool {
	on, err := strconv.ParseBool(env)
	return err == nil && on
}

// Width returns how many columns s takes once it is made safe, as everything
// is that is put on a canvas.
func Width(s string) int {
	if isPlain(s) {
		return len(s)
	}
	return width(clean.Text(s))
}

// Truncate returns s, made safe, if it takes at most w columns, and else as
// much of it as leaves room for a final …; nothing when w ≤ 0.
func Truncate(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if isPlain(s) {
		if len(s) <= w {
			return s
		}
		return s[:w-1] + "…"
	}
	s = clean.Text(s)
	if width(s) <= w {
		return s
	}
	n, used := 0, 0
	for n < len(s) {
		size, cols := cluster(s[n:])
		if used+cols > w-1 {
			break
		}
		n, used = n+size, used+cols
	}
	return s[:n] + "…"
}

// isPlain reports whether s is printable ASCII, a column each.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i]-0x20 >= 0x5f {
			return false
		}
	}
	return true
}

// width measures a clean text.
func width(s string) (w int) {
	for _, r := range s {
		w += runeWidth(r)
	}
	return w
}

func runeWidth(r rune) int {
	if r < 0x7f {
		return 1
	}
	if clean.Mark(r) {
		return 0
	}
	return widths.RuneWidth(r)
}

// cluster returns the size in bytes and the columns of what stands first in a
// clean, non-empty text and cannot be taken apart: a rune with its marks, or
// the two halves of a flag. It never takes more than two columns.
func cluster(s string) (size, cols int) {
	r, size := utf8.DecodeRuneInString(s)
	cols = runeWidth(r)
	if clean.Regional(r) {
		if next, n := utf8.DecodeRuneInString(s[size:]); clean.Regional(next) {
			size, cols = size+n, cols+runeWidth(next)
		}
	}
	for size < len(s) && s[size] >= utf8.RuneSelf {
		next, n := utf8.DecodeRuneInString(s[size:])
		if !clean.Mark(next) && !(cols == 1 && clean.Spacing(next)) {
			break
		}
		size, cols = size+n, cols+runeWidth(next)
	}
	return size, cols
}
