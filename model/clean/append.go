package clean

import (
	"unicode"
	"unicode/utf8"
)

// A writer makes one text safe. It looks one rune ahead and remembers what a
// mark or joiner would join.
type writer struct {
	dst     []byte
	base    rune // what a following mark would sit on; 0 for nothing
	marks   int  // how many marks sit there
	dropped bool // a selector or tone that belonged there was left out
}

func appendText(dst []byte, s string) []byte {
	w := writer{dst: dst}
	for i := 0; i < len(s); {
		if n := plain(s[i:]); n > 1 { // the last may be what a mark sits on
			w.dst = append(w.dst, s[i:i+n-1]...)
			i += n - 1
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			w.byte(s[i])
		} else {
			n += w.rune(r, s[i+n:])
		}
		i += n
	}
	return w.dst
}

// rune writes r and returns how many bytes of the rest it took along.
func (w *writer) rune(r rune, rest string) int {
	switch classOf(r) {
	case letter:
		w.keep(r)
	case control:
		w.caret(r)
	case mark:
		w.mark(r)
	case spacing:
		w.spacing(r)
	case joiner:
		w.joiner(r, rest)
	case selector:
		w.selector(r)
	case tone:
		w.tone(r)
	case regional:
		return w.flag(r, rest)
	case jamo:
		return w.hangul(r, rest)
	default:
		w.show(r)
	}
	return 0
}

func (w *writer) keep(r rune) {
	w.dst = utf8.AppendRune(w.dst, r)
	w.base, w.marks, w.dropped = r, 0, false
}

// escape writes what stands for something else; no mark may sit on it.
func (w *writer) escape(s ...byte) {
	w.dst = append(w.dst, s...)
	w.base, w.marks = 0, 0
}

const hex = "0123456789abcdef"

func (w *writer) byte(c byte) { w.escape('\\', 'x', hex[c>>4], hex[c&15]) }

func (w *writer) caret(r rune) {
	switch r {
	case '\n':
		w.escape('\\', 'n')
	case '\r':
		w.escape('\\', 'r')
	case '\t':
		w.escape('\\', 't')
	default: // 0x00 to 0x1f become @ to _, and DEL becomes ?
		w.escape('^', byte(r)^0x40)
	}
}

const hexUpper = "0123456789ABCDEF"

// show writes the code point's number, at least four digits long.
func (w *writer) show(r rune) {
	w.dst = append(w.dst, "⟨U+"...)
	digits := 4
	for r>>(4*digits) != 0 {
		digits++
	}
	for d := digits - 1; d >= 0; d-- {
		w.dst = append(w.dst, hexUpper[r>>(4*d)&15])
	}
	w.dst = append(w.dst, "⟩"...)
	w.base, w.marks = 0, 0
}

func (w *writer) mark(r rune) {
	if w.base == 0 || w.marks == maxMarks {
		w.show(r)
		return
	}
	w.dst = utf8.AppendRune(w.dst, r)
	w.marks++
}

// spacing is a mark with a width of its own, as many Indic vowels are.
func (w *writer) spacing(r rune) {
	if w.base == 0 {
		w.show(r)
		return
	}
	w.keep(r)
}

// joiner drops a joiner between two runes that it belongs between: emoji, or
// letters of a script that is written with joiners.
func (w *writer) joiner(r rune, rest string) {
	next, _ := utf8.DecodeRuneInString(rest)
	emoji := r == zwj && isEmoji(w.base) && isEmoji(next)
	if emoji || joins(w.base) && joins(next) {
		return
	}
	w.show(r)
}

// selector drops a variation selector on something that has variants.
func (w *writer) selector(r rune) {
	w.drop(r, isEmoji(w.base) || isKeycap(w.base) || unicode.Is(unicode.Han, w.base))
}

// tone drops a skin tone that follows an emoji.
func (w *writer) tone(r rune) { w.drop(r, isEmoji(w.base)) }

// drop leaves r out if it belongs to the base: one at most, so that a long text
// is never without columns.
func (w *writer) drop(r rune, belongs bool) {
	if !belongs || w.dropped || w.marks > 0 {
		w.show(r)
		return
	}
	w.dropped = true
}

// flag keeps regional indicators in pairs only.
func (w *writer) flag(r rune, rest string) int {
	if !isRegional(rest) {
		w.show(r)
		return 0
	}
	next, n := utf8.DecodeRuneInString(rest)
	w.keep(r)
	w.keep(next)
	return n
}

// Conjoining Hangul as in Unicode chapter 3.12.
const (
	jamoL, jamoV, jamoT = 0x1100, 0x1161, 0x11a7
	countL, countV      = 19, 21
	countT              = 28
	syllables           = 0xac00
)

// hangul composes a leading consonant, a vowel and perhaps a final consonant
// into one syllable. What does not compose is shown.
func (w *writer) hangul(r rune, rest string) int {
	if t := r - jamoT; t > 0 && t < countT && w.marks == 0 && isOpenSyllable(w.base) {
		w.dst = w.dst[:len(w.dst)-utf8.RuneLen(w.base)]
		w.keep(w.base + t)
		return 0
	}
	l := r - jamoL
	next, n := utf8.DecodeRuneInString(rest)
	if v := next - jamoV; l >= 0 && l < countL && v >= 0 && v < countV {
		w.keep(syllables + (l*countV+v)*countT)
		return n
	}
	w.show(r)
	return 0
}

func isOpenSyllable(r rune) bool {
	return r >= syllables && r < syllables+countL*countV*countT && (r-syllables)%countT == 0
}
