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
// much of it as leaves room for a final …; nothing when w ≤ 0. It looks at no
// more of a long text than it returns.
func Truncate(s string, w int) string {
	start, _, all := fit(s, w)
	switch {
	case all:
		return start
	case w <= 0:
		return ""
	}
	start, _, _ = fit(start, w-1)
	return start + string(ellipsis)
}

// ellipsis is one column wide even where … is not.
var ellipsis = func() rune {
	if widths.RuneWidth('…') != 1 {
		return '~'
	}
	return '…'
}()

// Ends returns s, made safe, if it takes at most w columns, and else as much of its
// beginning and of its end as leaves room for a … between them: names that begin alike
// differ at their end.
func Ends(s string, w int) string {
	whole, _, all := fit(s, w)
	if all || w < 3 {
		return Truncate(s, w)
	}
	end := endOf(s, (w-1)/2)
	start, _, _ := fit(whole, w-1-Width(end))
	return start + string(ellipsis) + end
}

// endOf returns, made safe, as much of the end of s as fits in w columns.
func endOf(s string, w int) string {
	if most := (w + 2) * maxColumn; len(s) > most {
		s = s[len(s)-most:]
		for len(s) > 0 && !utf8.RuneStart(s[0]) {
			s = s[1:]
		}
	}
	s = clean.Text(s)
	var begins, columns []int // of the clusters; what they take together until then
	cols := 0
	for i := 0; i < len(s); {
		size, n := cluster(s[i:])
		begins, columns = append(begins, i), append(columns, cols)
		i, cols = i+size, cols+n
	}
	for i, at := range begins {
		if cols-columns[i] <= w {
			return s[at:]
		}
	}
	return ""
}

// maxColumn bounds the bytes of one column of text before it is made safe: a
// letter, what is dropped on it, a joiner and its marks.
const maxColumn = 48

// fit returns, made safe, as much of the start of s as fits in w columns, how
// many it takes, and whether it is all of s.
func fit(s string, w int) (start string, cols int, all bool) {
	w = max(w, 0)
	if most := (w + 2) * maxColumn; len(s) > most {
		s = s[:most] // where this cuts a rune is out of sight
	}
	if isPlain(s) {
		n := min(len(s), w)
		return s[:n], n, n == len(s)
	}
	s = clean.Text(s)
	for i := 0; i < len(s); {
		size, n := cluster(s[i:])
		if cols+n > w {
			return s[:i], cols, false
		}
		i, cols = i+size, cols+n
	}
	return s, cols, true
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
