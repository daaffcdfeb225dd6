package terminal

import (
	"errors"
	"fmt"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// A Piece is a part of what a program wrote: one sequence that a terminal acts
// upon, or one character.
type Piece struct {
	Kind Kind
	Text string
	At   int // in the stream, in bytes
}

// Kind is what a piece is to a terminal.
type Kind int

// The kinds of pieces.
const (
	Character Kind = iota
	Control        // C0, DEL
	CSI
	OSC
	Text       // DCS, SOS, PM, APC: a string to the terminal
	Escape     // ESC and what else may follow it
	Unfinished // a sequence that the stream ends in
	Invalid    // a byte that is not UTF-8
)

// Pieces takes a stream apart as ECMA-48 has it, strictly: it knows nothing of
// what a terminal would forgive.
func Pieces(stream []byte) []Piece {
	var pieces []Piece
	for at := 0; at < len(stream); {
		kind, n := piece(stream[at:])
		pieces = append(pieces, Piece{kind, string(stream[at : at+n]), at})
		at += n
	}
	return pieces
}

func piece(b []byte) (Kind, int) {
	switch {
	case b[0] == 0x1b && len(b) > 1:
		return escape(b)
	case b[0] == 0x1b:
		return Unfinished, 1
	case b[0] < ' ' || b[0] == 0x7f:
		return Control, 1
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		if !utf8.FullRune(b) {
			return Unfinished, len(b)
		}
		return Invalid, 1
	}
	return Character, n
}

func escape(b []byte) (Kind, int) {
	switch b[1] {
	case '[':
		n := 2
		for n < len(b) && b[n] >= 0x20 && b[n] < 0x40 {
			n++
		}
		if n == len(b) {
			return Unfinished, n
		}
		return CSI, n + 1
	case ']':
		return stringTo(b, OSC)
	case 'P', 'X', '^', '_':
		return stringTo(b, Text)
	}
	n := 1
	for n < len(b) && b[n] >= 0x20 && b[n] < 0x30 {
		n++
	}
	if n == len(b) {
		return Unfinished, n
	}
	return Escape, n + 1
}

// stringTo finds the end of a control string: ST, or BEL after an OSC.
func stringTo(b []byte, kind Kind) (Kind, int) {
	for n := 2; n < len(b); n++ {
		switch {
		case kind == OSC && b[n] == 7:
			return kind, n + 1
		case b[n] == 0x1b && n+1 < len(b) && b[n+1] == '\\':
			return kind, n + 2
		}
	}
	return Unfinished, len(b)
}

// What the program has a use for. Anything else on the wire came from data.
var known = map[Kind]*regexp.Regexp{
	Control: regexp.MustCompile(`^[\r\n\t\x08]$`), // ways to move the cursor
	CSI: regexp.MustCompile(`^\x1b\[(` +
		`[0-9;]*[ABCDEGHJKLMPSTXZ@bdfmr` + "`" + `]|` + // move, erase, insert, repeat, scroll; colour
		`[0-9:;]*m|` +
		`\?5W|` + // tab stops every eight columns
		`\?(7|25|1000|1002|1003|1006|1049|2004|2026|2027)[hl]|` + // wrap, cursor, mouse, screen, paste, all at once, clusters
		`\?(2026|2027)\$p|` + // may I?
		`[>=<?][0-9;]*u|` + // the keyboard
		`>[0-9;]*m|` + // modified keys
		`[0-9]* q` + // the cursor's shape
		`)$`),
	OSC: regexp.MustCompile(`^\x1b\](` +
		`[02];(kscope [^\x00-\x1f\x7f\x{80}-\x{9f}]*)?|` + // the window's title
		`1[0-2];\?|` + // the terminal's colours
		`11;(#[0-9a-f]{6}|rgb:[0-9a-f/]+)|` +
		`11[0-2];?|` +
		`52;c;[A-Za-z0-9+/=]*` + // the clipboard
		`)(\x07|\x1b\\)$`),
	Escape: regexp.MustCompile(`^\x1b[M78=>]$`),
}

// Foreign returns the first piece that the program has no use for, as an error:
// data that got through to the terminal.
func Foreign(pieces []Piece) error {
	for i, p := range pieces {
		if p.Kind == Unfinished && i == len(pieces)-1 {
			continue // the rest is still to come
		}
		if p.Kind == Character {
			if r, _ := utf8.DecodeRuneInString(p.Text); hidden(r) {
				return fmt.Errorf("the character %U was written to the terminal, byte %d", r, p.At)
			}
			continue
		}
		if re := known[p.Kind]; re == nil || !re.MatchString(p.Text) {
			return fmt.Errorf("%q was written to the terminal, byte %d", p.Text, p.At)
		}
	}
	return nil
}

// hidden reports whether a terminal shows nothing for a character, or acts on it.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

var (
	keyboardPushed = regexp.MustCompile(`^\x1b\[>.*u$`)
	keyboardPopped = regexp.MustCompile(`^\x1b\[<.*u$`)
	groundSet      = regexp.MustCompile(`^\x1b\]11;[^?]`)
	groundReset    = regexp.MustCompile(`^\x1b\]111`)
)

// balanced returns nil if what was pushed was popped and what was set was reset:
// the keyboard's protocol and the background.
func balanced(stream []byte) error {
	var wrong []error
	keys, ground := 0, false
	for _, p := range Pieces(stream) {
		switch {
		case p.Kind == CSI && keyboardPushed.MatchString(p.Text):
			keys++
		case p.Kind == CSI && keyboardPopped.MatchString(p.Text):
			keys--
		case p.Kind == OSC && groundSet.MatchString(p.Text):
			ground = true
		case p.Kind == OSC && groundReset.MatchString(p.Text):
			ground = false
		}
	}
	if keys > 0 {
		wrong = append(wrong, fmt.Errorf("the keyboard's protocol was pushed %d times more than popped", keys))
	}
	if ground {
		wrong = append(wrong, errors.New("the background was left changed"))
	}
	return errors.Join(wrong...)
}
