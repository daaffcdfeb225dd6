package drafts

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"kscope/model"
)

// jsonLines are objects, one a line; empty lines are passed over.
type jsonLines struct{ *lines }

// Next implements model.Drafts.
func (j *jsonLines) Next() (model.Draft, bool, error) {
	for {
		line, ok, err := j.next()
		if !ok {
			return model.Draft{}, false, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		o := &object{line: line, n: j.n, draft: model.Draft{Line: j.n, Partition: model.AllPartitions}}
		if err := o.read(); err != nil {
			return model.Draft{}, false, err
		}
		return o.draft, true, nil
	}
}

// An object is one line being read.
type object struct {
	line  []byte
	n     int64
	d     *json.Decoder
	draft model.Draft

	keyEncoding, valueEncoding encoding
}

// An encoding is what key_encoding or value_encoding said, and where.
type encoding struct {
	word string
	at   int
}

// A misread is what is wrong with a line, at a byte of it.
type misread struct {
	at   int
	says string
}

func (e *misread) Error() string { return e.says }

// read reads the whole line.
func (o *object) read() error {
	if !utf8.Valid(o.line) {
		at := 0
		for r, n := utf8.DecodeRune(o.line); r != utf8.RuneError || n != 1; r, n = utf8.DecodeRune(o.line[at:]) {
			at += n
		}
		return problemAt(o.n, columnAt(o.line, at), "it is not UTF-8: write such bytes as base64, and say so in value_encoding")
	}
	o.d = json.NewDecoder(bytes.NewReader(o.line))
	err := o.object()
	if err == nil {
		if _, rest := o.d.Token(); !errors.Is(rest, io.EOF) {
			err = &misread{int(o.d.InputOffset()), "there is more after the object"}
		}
	}
	if err == nil {
		err = o.decode()
	}
	if err == nil {
		return nil
	}
	at, says := int(o.d.InputOffset()), err.Error()
	var syntax *json.SyntaxError
	var read *misread
	switch {
	case errors.As(err, &read):
		at = read.at
	case errors.As(err, &syntax):
		at = int(syntax.Offset) - 1
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at, says = len(o.line), "the object does not end"
	}
	return problemAt(o.n, columnAt(o.line, at), says)
}

// object reads the names of the object and what they stand for.
func (o *object) object() error {
	if t, err := o.d.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return &misread{0, "a record must be an object such as {\"value\": \"v\"}"}
	}
	for o.d.More() {
		t, err := o.d.Token()
		if err != nil {
			return err
		}
		name, at := t.(string), int(o.d.InputOffset())
		var raw json.RawMessage
		if err := o.d.Decode(&raw); err != nil {
			return err
		}
		if says := o.field(name, raw, at); says != "" {
			return &misread{o.begin(name, at, raw), says}
		}
	}
	_, err := o.d.Token()
	return err
}

// begin is where a name, or what it stands for, begins: at is the end of the name.
func (o *object) begin(name string, at int, raw []byte) int {
	if _, known := ignored[name]; !known && !fields[name] {
		return max(0, at-len(name)-2)
	}
	return int(o.d.InputOffset()) - len(raw)
}

// fields are the names that count; ignored those that say what a record once was.
var (
	fields  = map[string]bool{"key": true, "value": true, "key_encoding": true, "value_encoding": true, "headers": true, "partition": true, "timestamp": true}
	ignored = map[string]bool{"topic": true, "offset": true, "timestamp_type": true, "leader_epoch": true}
)

// field takes in what a name stands for, and says what is wrong with it.
func (o *object) field(name string, raw json.RawMessage, at int) string {
	d := &o.draft
	switch name {
	case "key":
		d.Key, d.HasKey = payload(raw), true
	case "value":
		d.Value, d.HasValue = payload(raw), true
	case "key_encoding":
		return o.keyEncoding.read(raw, at)
	case "value_encoding":
		return o.valueEncoding.read(raw, at)
	case "headers":
		return o.headers(raw)
	case "partition":
		var n *int32
		if json.Unmarshal(raw, &n) != nil || n != nil && *n < 0 {
			return "a partition must be a whole number from 0"
		}
		if n != nil {
			d.Partition = *n
		}
	case "timestamp":
		return o.timestamp(raw)
	default:
		if !ignored[name] {
			return fmt.Sprintf("there is no field %q; there are key, value, headers, partition and timestamp", name)
		}
	}
	return ""
}

func (o *object) timestamp(raw json.RawMessage) string {
	var s string
	if string(raw) == "null" {
		return ""
	}
	if json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	t, ok := timeOf(s)
	if !ok {
		return "a timestamp must be milliseconds since 1970, or as in 2026-03-01T12:00:00Z"
	}
	o.draft.Timestamp = t
	return ""
}

// payload returns a string's text, null as nil, and anything else as it stands.
func payload(raw json.RawMessage) []byte {
	if raw[0] != '"' {
		if string(raw) == "null" {
			return nil
		}
		return append([]byte{}, raw...)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil // not reached: the decoder has read it as a string
	}
	return append([]byte{}, s...)
}

func (e *encoding) read(raw json.RawMessage, at int) string {
	if json.Unmarshal(raw, &e.word) != nil || e.word != "" && e.word != "base64" {
		return "an encoding must be base64"
	}
	e.at = at
	return ""
}

// decoded returns the bytes that a text in base64 stands for.
func (e encoding) decoded(text []byte) ([]byte, *misread) {
	if e.word == "" || text == nil {
		return text, nil
	}
	bytes, err := base64.StdEncoding.AppendDecode([]byte{}, text)
	if err != nil {
		return nil, &misread{e.at, "it is said to be base64 and is not"}
	}
	return bytes, nil
}

// decode decodes key and value once both they and their encodings are known.
func (o *object) decode() error {
	var bad *misread
	if o.draft.Key, bad = o.keyEncoding.decoded(o.draft.Key); bad != nil {
		return bad
	}
	if o.draft.Value, bad = o.valueEncoding.decoded(o.draft.Value); bad != nil {
		return bad
	}
	return nil
}

// A headerField is one header as `kscope tail -o json` prints it.
type headerField struct {
	Key           *string `json:"key"`
	KeyEncoding   string  `json:"key_encoding"`
	Value         *string `json:"value"`
	ValueEncoding string  `json:"value_encoding"`
}

func (o *object) headers(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	var list []headerField
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if d.Decode(&list) != nil {
		return `headers must be as in [{"key": "source", "value": "test"}]`
	}
	for _, f := range list {
		h, says := f.header()
		if says != "" {
			return says
		}
		o.draft.Headers = append(o.draft.Headers, h)
	}
	return ""
}

func (f *headerField) header() (model.Header, string) {
	if f.Key == nil {
		return model.Header{}, "a header has no key"
	}
	var value []byte
	if f.Value != nil {
		value = append([]byte{}, *f.Value...)
	}
	for _, word := range []string{f.KeyEncoding, f.ValueEncoding} {
		if word != "" && word != "base64" {
			return model.Header{}, "an encoding must be base64"
		}
	}
	key, bad := encoding{word: f.KeyEncoding}.decoded([]byte(*f.Key))
	if bad == nil {
		value, bad = encoding{word: f.ValueEncoding}.decoded(value)
	}
	if bad != nil {
		return model.Header{}, "a header is said to be base64 and is not"
	}
	return model.Header{Key: string(key), Value: value}, ""
}
