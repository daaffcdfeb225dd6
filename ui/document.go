package ui

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"kscope/model/clean"
	"kscope/ui/canvas"
)

// A docLine is a line of a document: what it says, and what can be folded away
// behind it.
type docLine struct {
	segs   []canvas.Seg
	indent int // cells that the pieces of a line that is too wide are indented by
	// end is the index of the line that closes what this one opens, counted from
	// this one; 0 if it opens nothing.
	end int
}

// plainLine is a line of words.
func plainLine(s string, st canvasStyle) docLine {
	return docLine{segs: []canvas.Seg{{Text: s, Style: st}}}
}

// mostShown is how much of a value is laid out: what follows is said to be there.
const mostShown = 1 << 20

// textLines lays out text, as much of it as is shown.
func textLines(text string, st canvasStyle) []docLine {
	shown := text[:min(len(text), mostShown)]
	var lines []docLine
	for _, line := range clean.Lines(shown) {
		lines = append(lines, plainLine(line, st))
	}
	return append(lines, more(len(text)-len(shown))...)
}

// more says that so many bytes are not laid out; nothing if there are none.
func more(n int) []docLine {
	if n <= 0 {
		return nil
	}
	return []docLine{plainLine("… and "+size(int64(n))+" more", muted)}
}

// jsonLines lays out JSON indented, its numbers and strings as they are written,
// what is opened ready to be folded. It returns nil if it is none, or too long.
func jsonLines(value []byte) []docLine {
	trimmed := bytes.TrimLeft(value, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' || len(value) > mostShown {
		return nil
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, trimmed, "", "  ") != nil {
		return nil
	}
	var lines []docLine
	var open []int
	for line := range strings.SplitSeq(strings.TrimRight(pretty.String(), " \t\r\n"), "\n") {
		lines = append(lines, jsonLine(line))
		at := len(lines) - 1
		switch last := line[len(line)-1]; {
		case last == '{' || last == '[':
			open = append(open, at)
		case closes(line) && len(open) > 0:
			from := open[len(open)-1]
			open = open[:len(open)-1]
			lines[from].end = at - from
		}
	}
	return lines
}

// closes reports whether a line of indented JSON closes what one before it opened.
func closes(line string) bool {
	line = strings.TrimLeft(line, " ")
	return line[0] == '}' || line[0] == ']'
}

// deepest is how far JSON is indented at most: deeper is not told apart any more.
const deepest = 48

func jsonLine(line string) docLine {
	rest := strings.TrimLeft(line, " ")
	indent := min(len(line)-len(rest), deepest)
	return docLine{segs: append([]canvas.Seg{{Text: strings.Repeat(" ", indent)}}, jsonSegs(rest)...), indent: min(indent+2, deepest)}
}

// hexLines lays out bytes, n a line: where they are, what they are, and what they
// are as ASCII.
func hexLines(b []byte, n int) []docLine {
	shown := b[:min(len(b), mostShown/4)]
	lines := make([]docLine, 0, len(shown)/n+2)
	var at [4]byte
	for i := 0; i < len(shown); i += n {
		row := shown[i:min(i+n, len(shown))]
		at = [4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
		lines = append(lines, docLine{segs: []canvas.Seg{
			{Text: hex.EncodeToString(at[:]) + "  ", Style: muted},
			{Text: hexRow(row, n), Style: text},
			{Text: "  " + printable(row), Style: muted},
		}})
	}
	return append(lines, more(len(b)-len(shown))...)
}

// hexRow is a line of bytes, padded to n.
func hexRow(row []byte, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		if i > 0 && i%8 == 0 {
			b.WriteByte(' ')
		}
		if i < len(row) {
			b.WriteString(hex.EncodeToString(row[i : i+1]))
		} else {
			b.WriteString("  ")
		}
	}
	return b.String()
}

// printable is ASCII, with a dot where that cannot be printed.
func printable(row []byte) string {
	out := make([]byte, len(row))
	for i, c := range row {
		if out[i] = '.'; c >= ' ' && c < 0x7f {
			out[i] = c
		}
	}
	return string(out)
}

// foldSegs breaks a line into pieces of at most w cells, wherever that is; all but
// the first are indented.
func foldSegs(segs []canvas.Seg, w, indent int) [][]canvas.Seg {
	w = max(w, 1)
	indent = min(indent, w/2)
	var pieces [][]canvas.Seg
	var piece []canvas.Seg
	room := w
	for _, s := range segs {
		rest := clean.Text(s.Text)
		for {
			n, cells := startOf(rest, room)
			if n == len(rest) {
				piece, room = append(piece, canvas.Seg{Text: rest, Style: s.Style}), room-cells
				break
			}
			if n == 0 && room >= w-indent { // not even one letter has room: it is cut where it is drawn
				_, n = utf8.DecodeRuneInString(rest)
			}
			pieces = append(pieces, append(piece, canvas.Seg{Text: rest[:n], Style: s.Style}))
			rest, room = rest[n:], w-indent
			piece = []canvas.Seg{{Text: strings.Repeat(" ", indent)}}
		}
	}
	return append(pieces, piece)
}

// startOf returns how many bytes of a safe text fit into w cells, and how many they
// take.
func startOf(s string, w int) (n, cells int) {
	for i := 0; i < len(s); {
		size, one := 1, 1
		if s[i] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if one = 0; !clean.Mark(r) { // a mark stays with its letter
				one = canvas.Width(s[i : i+size])
			}
		}
		if cells+one > w {
			return i, cells
		}
		i, cells = i+size, cells+one
	}
	return len(s), cells
}
