// Package clean turns bytes that came from a cluster into text that a terminal
// can only print. Topic names, group and client ids, header names, keys,
// values and error texts are written by others; some of them are written to
// move a cursor, hide a word or fill a clipboard.
//
// What cannot be printed as it stands is shown, not dropped:
//
//	C0 controls             caret notation: ^[ for escape, ^@ for NUL, ^? for DEL
//	newline, return, tab    \n \r \t
//	bytes that are no UTF-8 \xff
//	everything else unseen  ⟨U+202E⟩: C1, bidi controls, line separators,
//	                        byte order marks, zero-width spaces, tags, fillers,
//	                        unassigned code points, marks without a letter
//
// Where terminals disagree about how wide a sequence is, the text is brought
// to a form on which they agree: joiners, variation selectors and skin tones
// inside an emoji are dropped, so that a family is drawn as its members, and
// conjoining Hangul is composed. Private use stays.
package clean

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// maxMarks is how many combining marks one letter keeps; the others are shown.
// No script in use stacks more.
const maxMarks = 4

// Text returns s safe for a terminal, on one line. It returns s itself,
// without allocating, when there is nothing to change. The result is valid
// UTF-8 and Text(Text(s)) == Text(s).
func Text(s string) string {
	i := plain(s)
	if i == len(s) {
		return s
	}
	if i = unchanged(s, i); i == len(s) {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/4+16)
	return string(appendText(b, s))
}

// Append appends s, made safe as by [Text], to dst.
func Append(dst []byte, s []byte) []byte {
	if isPlain(s) {
		return append(dst, s...)
	}
	return appendText(dst, string(s))
}

// isPlain reports whether s is printable ASCII, 32 bytes at a time.
func isPlain(s []byte) bool {
	for ; len(s) >= 32; s = s[32:] {
		a, b := binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[8:])
		c, d := binary.LittleEndian.Uint64(s[16:]), binary.LittleEndian.Uint64(s[24:])
		if (odd(a)|odd(b)|odd(c)|odd(d))&high != 0 {
			return false
		}
	}
	for ; len(s) >= 8; s = s[8:] {
		if odd(binary.LittleEndian.Uint64(s))&high != 0 {
			return false
		}
	}
	for _, c := range s {
		if c-0x20 >= 0x5f {
			return false
		}
	}
	return true
}

const each, high = 0x0101010101010101, 0x8080808080808080

// odd has a high bit set if one of eight bytes is not printable ASCII: of a byte below
// 0x20 the difference has it, of 0x7f the sum.
func odd(w uint64) uint64 { return w | (w - 0x20*each) | (w + each) }

// Safe reports whether s can be sent to a terminal as it stands, that is
// whether Text(s) == s.
func Safe(s string) bool {
	i := plain(s)
	return i == len(s) || unchanged(s, i) == len(s)
}

// Lines splits s at its newlines ("\n" or "\r\n"), expands tabs to stops every
// eight columns and makes each line safe. A newline at the very end starts no
// line of its own; the empty text has none. Columns are counted a rune each,
// which is exact for the indentation that tabs are used for.
func Lines(s string) []string {
	if s == "" {
		return nil
	}
	s = strings.TrimSuffix(s, "\n")
	lines := make([]string, 0, strings.Count(s, "\n")+1)
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSuffix(line, "\r")
		lines = append(lines, Text(expandTabs(line)))
	}
	return lines
}

const tabStop = 8

func expandTabs(s string) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	column := 0
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == '\t' {
			gap := tabStop - column%tabStop
			b.WriteString("        "[:gap])
			column += gap
		} else {
			b.WriteString(s[:n])
			column++
		}
		s = s[n:]
	}
	return b.String()
}

// plain returns the length of the printable ASCII at the start of s.
func plain(s string) int {
	for i := range len(s) {
		if c := s[i]; c-0x20 >= 0x5f {
			return i
		}
	}
	return len(s)
}

// unchanged returns how far into s, from its plain start of n bytes, every
// rune stands for itself. It gives up at the first one that depends on its
// neighbours in a way worth a closer look.
func unchanged(s string, n int) int {
	marks, base := 0, n > 0
	for i := n; i < len(s); {
		if c := s[i]; c-0x20 < 0x5f {
			marks, base = 0, true
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		switch classOf(r) {
		case letter:
			marks, base = 0, true
		case mark:
			if marks++; !base || marks > maxMarks {
				return i
			}
		case spacing:
			if !base {
				return i
			}
			marks = 0
		case regional:
			_, second := utf8.DecodeRuneInString(s[i+size:])
			if !isRegional(s[i+size:]) {
				return i
			}
			size += second
			marks, base = 0, true
		default:
			return i
		}
		i += size
	}
	return len(s)
}
