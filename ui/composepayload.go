package ui

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
	"kscope/ui/canvas"
)

// The ways to give the bytes of a key or a value.
const (
	asNone   = "none" // null
	asEmpty  = "empty"
	asText   = "text"
	asJSON   = "json"
	asHex    = "hex"
	asBase64 = "base64"
	asFile   = "file"
	asSchema = "schema"    // JSON that is encoded as the topic's schema has it
	asNull   = "tombstone" // null, of a value
)

// A payloadField is a key or a value: text, and in which way it is meant.
type payloadField struct {
	text   textField
	path   textField // of the file, for asFile
	mode   *choiceField
	rest   map[string]string // what stands in place of the text where there is none
	file   fileFacts
	schema schemaUse
	cached payload
}

// A payload is the bytes that a field stands for, or why it stands for none.
type payload struct {
	key   string // mode and version that it is of
	bytes []byte // nil: null
	fault string // where and why it makes no sense; empty if it does
}

// fileFacts is what is known of a file that is to be sent.
type fileFacts struct {
	asked, path string // the one to be looked at, the one that was
	size        int64
	err         error
}

// newPayload returns a field for a part of a record. The schema is offered where there
// is one.
func newPayload(part model.Part, ways ...string) *payloadField {
	p := &payloadField{mode: newChoice(ways...), schema: schemaUse{part: part, message: newChoice()}}
	p.mode.off = func(i int) bool { return ways[i] == asSchema && i != p.mode.chosen && !p.schema.known() }
	return p
}

func newKeyField() *payloadField {
	p := newPayload(model.PartKey, asNone, asEmpty, asText, asJSON, asSchema, asHex, asBase64)
	p.rest = map[string]string{asNone: "null: any partition may get the record", asEmpty: "empty, which is a key like any other"}
	p.text.least, p.text.tall, p.text.hint = 1, 4, "an empty key, which is not null"
	return p
}

func newValueField() *payloadField {
	p := newPayload(model.PartValue, asText, asJSON, asSchema, asNull, asEmpty, asHex, asBase64, asFile)
	p.rest = map[string]string{asNull: "null: deletes the key from a compacted topic", asEmpty: "empty, which is not null"}
	p.text.least, p.text.tall, p.text.many, p.text.hint = 3, 12, true, "empty, which is not null"
	p.path.least, p.path.tall, p.path.hint = 1, 1, "the path of a file, read when the record is sent"
	return p
}

// as is the way that is chosen.
func (t *payloadField) as() string { return t.mode.words[t.mode.chosen] }

// be chooses a way.
func (t *payloadField) be(as string) {
	for i, word := range t.mode.words {
		if word == as {
			t.mode.chosen = i
		}
	}
}

// isNull reports whether there are no bytes, not even none.
func (t *payloadField) isNull() bool { return t.as() == asNone || t.as() == asNull }

// fill has the field stand for bytes, in the way that shows them best.
func (t *payloadField) fill(b []byte) {
	t.text.set("")
	switch {
	case b == nil:
		t.be(asNone)
		t.be(asNull)
	case len(b) == 0:
		t.be(asEmpty)
	case !utf8.Valid(b):
		t.be(asHex)
		t.text.set(hex.EncodeToString(b))
	case (b[0] == '{' || b[0] == '[') && json.Valid(b):
		t.be(asJSON)
		t.text.set(string(b))
	default:
		t.be(asText)
		t.text.set(string(b))
	}
}

// edited takes in what an editor left of a text. Editors end a file with a line end,
// which is no part of a text that had none.
func (t *payloadField) edited(before string, left []byte) {
	if !strings.HasSuffix(before, "\n") {
		left = bytes.TrimSuffix(left, []byte("\n"))
	}
	switch {
	case string(left) == before:
	case !utf8.Valid(left):
		t.fill(left)
	default:
		t.text.set(string(left))
		if t.rest[t.as()] != "" || t.as() == asFile {
			t.be(asText)
		}
	}
}

// in is where typing goes.
func (t *payloadField) in() *textField {
	if t.as() == asFile {
		return &t.path
	}
	return &t.text
}

// enter implements field.
func (t *payloadField) enter(int) {}

// turn implements field.
func (t *payloadField) turn(int) bool { return false }

// take implements field. Who types where there are no bytes wants some.
func (t *payloadField) take(f *Frame, msg any) bool {
	if t.rest[t.as()] == "" {
		return t.in().take(f, msg)
	}
	before := t.text.version
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey && k.Text == "" {
		return false
	}
	used := t.text.take(f, msg)
	if t.text.version != before {
		t.be(asText)
	}
	return used
}

// lines implements field.
func (t *payloadField) lines(w int) int {
	if t.rest[t.as()] != "" {
		return t.text.least
	}
	return t.in().lines(w)
}

// used implements field.
func (t *payloadField) used(w int) int { return w }

// draw implements field.
func (t *payloadField) draw(f *Frame, c *canvas.Canvas, focused bool) {
	says := t.rest[t.as()]
	if says == "" {
		t.in().draw(f, c, focused)
		return
	}
	empty := textField{}
	empty.draw(f, c, focused)
	w, _ := c.Size()
	x := 1
	if focused {
		x = 2
	}
	sign := canvas.Seg{Text: string(f.Marks.Null) + " ", Style: change}
	if !t.isNull() {
		sign.Text = `"" `
	}
	c.Segs(x, 0, w-x-1, sign, canvas.Seg{Text: says, Style: muted})
}

// read returns the bytes that the field stands for. What a file holds is not known
// before it is read.
func (t *payloadField) read() payload {
	key := t.as() + " " + strconv.Itoa(t.text.version)
	if t.as() == asSchema {
		key += " " + t.schema.key()
	}
	if t.cached.key != key {
		t.cached = payload{key: key}
		if t.as() == asSchema {
			t.cached.bytes, t.cached.fault = t.schema.encode(t.text.value())
		} else {
			t.cached.bytes, t.cached.fault = bytesOf(t.as(), t.text.value())
		}
	}
	return t.cached
}

// bytesOf reads typed text in some way. It returns where and why it makes no sense.
func bytesOf(as, typed string) (b []byte, fault string) {
	switch as {
	case asNone, asNull, asFile:
		return nil, ""
	case asEmpty:
		return []byte{}, ""
	case asJSON:
		return []byte(typed), jsonFault(typed)
	case asHex:
		return hexOf(typed)
	case asBase64:
		return base64Of(typed)
	}
	return []byte(typed), ""
}

// jsonFault says where text is no JSON, and why; empty if it is.
func jsonFault(typed string) string {
	if strings.TrimSpace(typed) == "" {
		return "there is no JSON yet"
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte(typed), new(json.RawMessage)); errors.As(err, &syntax) {
		return where(typed, int(syntax.Offset)-1) + ": " + syntax.Error()
	} else if err != nil {
		return err.Error()
	}
	return ""
}

// where names the place of a byte in text, both counted from 1 and in letters.
func where(typed string, at int) string {
	before := typed[:max(0, min(at, len(typed)))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
	return "line " + count(line) + ", column " + count(column)
}

// hexOf reads hexadecimal digits, with blanks and colons between them as one likes.
func hexOf(typed string) (b []byte, fault string) {
	b = []byte{}
	digits, high := 0, byte(0)
	for i, r := range typed {
		if unicode.IsSpace(r) || r == ':' {
			continue
		}
		v := strings.IndexRune("0123456789abcdef", unicode.ToLower(r))
		if v < 0 {
			return nil, where(typed, i) + ": " + strconv.QuoteRune(r) + " is no hexadecimal digit"
		}
		if digits++; digits%2 == 0 {
			b = append(b, high<<4|byte(v))
		}
		high = byte(v)
	}
	if digits%2 == 1 {
		return nil, "a digit is missing at the end: two make a byte"
	}
	return b, ""
}

// base64Of reads base64, of either alphabet, with or without what fills it up.
func base64Of(typed string) (b []byte, fault string) {
	kept, places := make([]byte, 0, len(typed)), make([]int, 0, len(typed))
	for i := range len(typed) {
		switch c := typed[i]; c {
		case ' ', '\n', '\r', '\t', '=':
		case '-':
			kept, places = append(kept, '+'), append(places, i)
		case '_':
			kept, places = append(kept, '/'), append(places, i)
		default:
			kept, places = append(kept, c), append(places, i)
		}
	}
	b, err := base64.RawStdEncoding.DecodeString(string(kept))
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		if at := int(corrupt); at < len(places) && !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", rune(kept[at])) {
			r, _ := utf8.DecodeRuneInString(typed[places[at]:])
			return nil, where(typed, places[at]) + ": " + strconv.QuoteRune(r) + " is not of base64"
		}
		return nil, "it ends in the middle of a byte: a letter is missing, or one too many"
	}
	return b, ""
}

// note says how the field is understood.
func (t *payloadField) note(f *Frame) []canvas.Seg {
	p := t.read()
	switch {
	case t.as() == asFile:
		return t.fileNote(f)
	case t.rest[t.as()] != "":
		return nil
	case p.fault != "":
		return []canvas.Seg{{Text: mark(f.Marks.Attention, p.fault), Style: warn}}
	case t.as() == asSchema:
		return t.schemaNote(f, p)
	case t.as() == asJSON:
		return []canvas.Seg{{Text: mark(f.Marks.Stable, "valid JSON"), Style: good}, {Text: ", " + plural(len(p.bytes), "byte", "bytes"), Style: muted}}
	}
	return []canvas.Seg{{Text: plural(len(p.bytes), "byte", "bytes"), Style: muted}}
}

// fileNote says what is known of the file.
func (t *payloadField) fileNote(f *Frame) []canvas.Seg {
	path := strings.TrimSpace(t.path.value())
	switch {
	case path == "":
		return nil
	case t.file.path != path:
		return []canvas.Seg{{Text: "looking at it " + string(f.Marks.Ellipsis), Style: muted}}
	case t.file.err != nil:
		return []canvas.Seg{{Text: mark(f.Marks.Attention, t.file.err.Error()), Style: warn}}
	}
	return []canvas.Seg{{Text: size(t.file.size) + ", read when it is sent", Style: muted}}
}

// headersOf reads a list of headers.
func headersOf(l *listField) (headers []model.Header, fault string) {
	for i, item := range l.items {
		h := model.Header{Key: item.name.value()}
		h.Value, fault = bytesOf(l.kinds[item.kind], item.value.value())
		if fault != "" {
			return nil, "header " + count(i+1) + ", " + strconv.Quote(h.Key) + ": " + fault
		}
		headers = append(headers, h)
	}
	return headers, ""
}

// headerKinds are how the value of a header may be given.
var headerKinds = []string{asText, asHex, asBase64, asNone}

// fillHeaders puts headers into a list.
func fillHeaders(l *listField, headers []model.Header) {
	l.items = nil
	for _, h := range headers {
		item := l.add()
		item.name.set(h.Key)
		switch {
		case h.Value == nil:
			item.kind = 3
		case !utf8.Valid(h.Value):
			item.kind = 1
			item.value.set(hex.EncodeToString(h.Value))
		default:
			item.value.set(string(h.Value))
		}
	}
	l.item, l.part = 0, listName
}
