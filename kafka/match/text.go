package match

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A search looks for text in bytes. Case counts only if the text has a capital.
type search struct {
	text   []byte
	exact  bool // case counts, or there is none in the text
	ascii  bool
	anchor int  // which byte of an ASCII text to look for first: the rarest
	lower  byte // that byte
	upper  byte // the same as a capital
}

func newSearch(text string) *search {
	s := &search{text: []byte(text), ascii: true}
	s.exact = text != strings.ToLower(text) || text == strings.ToUpper(text)
	for i := range len(text) {
		s.ascii = s.ascii && text[i] < utf8.RuneSelf
		if rarity(text[i]) > rarity(text[s.anchor]) {
			s.anchor = i
		}
	}
	s.lower = text[s.anchor]
	s.upper = upper(s.lower)
	return s
}

// common are the bytes that payloads are full of, the most common first.
const common = "e0ta\"1oinr, 2s:l3c5d4u7698pm-gf_.bhvy"

// rarity ranks bytes: the higher, the fewer there are of it.
func rarity(b byte) int {
	if i := strings.IndexByte(common, b); i >= 0 {
		return i
	}
	return len(common)
}

func (s *search) in(data []byte) bool {
	switch {
	case len(data) < len(s.text) && s.ascii:
		return false
	case s.exact:
		return bytes.Contains(data, s.text)
	case s.ascii:
		return s.inFolded(data)
	}
	return s.inRunes(data)
}

// inFolded looks for an ASCII text in any case: for its rarest byte, and then at what
// is around that.
func (s *search) inFolded(data []byte) bool {
	end := len(data) - (len(s.text) - s.anchor - 1) // the anchor lies before it
	for at := s.anchor; at < end; at++ {
		next := s.nextAnchor(data[at:end])
		if next < 0 {
			return false
		}
		at += next
		if equalFold(data[at-s.anchor:][:len(s.text)], s.text) {
			return true
		}
	}
	return false
}

// nextAnchor is where the anchor is next, in either case; -1 if nowhere.
func (s *search) nextAnchor(data []byte) int {
	low := bytes.IndexByte(data, s.lower)
	if s.lower == s.upper {
		return low
	}
	if low >= 0 {
		data = data[:low]
	}
	if up := bytes.IndexByte(data, s.upper); up >= 0 {
		return up
	}
	return low
}

// equalFold reports whether bytes are a lower case ASCII text in any case.
func equalFold(data, text []byte) bool {
	for i, b := range text {
		if data[i] != b && data[i] != upper(b) {
			return false
		}
	}
	return true
}

func upper(b byte) byte {
	if 'a' <= b && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}

// inRunes looks for any text in any case, rune by rune.
func (s *search) inRunes(data []byte) bool {
	for len(data) > 0 {
		if hasPrefixFold(data, s.text) {
			return true
		}
		_, n := utf8.DecodeRune(data)
		data = data[n:]
	}
	return false
}

func hasPrefixFold(data, text []byte) bool {
	for len(text) > 0 {
		want, n := utf8.DecodeRune(text)
		got, m := utf8.DecodeRune(data)
		if m == 0 || got != want && unicode.ToLower(got) != want {
			return false
		}
		text, data = text[n:], data[m:]
	}
	return true
}
