package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"kscope/model"
)

// A value is one of a JSON document, and where in it that stands.
type value struct {
	at   int64 // offset of its first byte
	is   any   // nil, bool, json.Number, string, []value, *object
	path string
}

// An object has its members in the order they are in.
type object struct{ members []member }

type member struct {
	name string
	value
}

// get returns the member of a name, nil if there is none; of several the last.
func (o *object) get(name string) *value {
	for i := len(o.members) - 1; i >= 0; i-- {
		if o.members[i].name == name {
			return &o.members[i].value
		}
	}
	return nil
}

// A fault is what is wrong with a JSON document, and where.
type fault struct {
	at   int64
	path string // empty for the document as a whole
	says string
}

func (f *fault) Error() string { return f.says }

func (v *value) fault(format string, args ...any) error {
	return &fault{v.at, v.path, fmt.Sprintf(format, args...)}
}

// parse reads a JSON document.
func parse(doc []byte) (value, error) {
	p := parser{json.NewDecoder(bytes.NewReader(doc)), doc}
	p.UseNumber()
	v, err := p.value("", 0)
	if err == nil {
		if at := p.next(); at < int64(len(doc)) {
			return v, &fault{at, "", "something follows the end of the JSON"}
		}
	}
	return v, err
}

type parser struct {
	*json.Decoder
	doc []byte
}

// next is where the next token begins.
func (p *parser) next() int64 {
	at := p.InputOffset()
	for at < int64(len(p.doc)) && strings.IndexByte(" \t\r\n,:", p.doc[at]) >= 0 {
		at++
	}
	return at
}

func (p *parser) value(path string, depth int) (value, error) {
	v := value{at: p.next(), path: path}
	token, err := p.Token()
	switch {
	case err != nil:
		return v, p.syntax(err, path)
	case depth > deepest:
		return v, v.fault("%v", errTooDeep)
	}
	switch token {
	case json.Delim('['):
		v.is, err = p.list(path, depth+1)
	case json.Delim('{'):
		v.is, err = p.object(path, depth+1)
	default:
		v.is = token
	}
	return v, err
}

func (p *parser) list(path string, depth int) ([]value, error) {
	list := []value{}
	for p.More() {
		v, err := p.value(path+"["+strconv.Itoa(len(list))+"]", depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := p.Token()
	return list, p.syntax(err, path)
}

func (p *parser) object(path string, depth int) (*object, error) {
	o := &object{}
	for p.More() {
		token, err := p.Token()
		if err != nil {
			return nil, p.syntax(err, path)
		}
		name, _ := token.(string)
		v, err := p.value(join(path, name), depth)
		if err != nil {
			return nil, err
		}
		o.members = append(o.members, member{name, v})
	}
	_, err := p.Token()
	return o, p.syntax(err, path)
}

// join is the path of a member.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (p *parser) syntax(err error, path string) error {
	if err == nil {
		return nil
	}
	f := &fault{p.next(), path, "this is no JSON: " + err.Error()}
	var s *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.at, f.says = int64(len(p.doc)), "the JSON ends too soon"
	case errors.As(err, &s):
		f.at = max(0, s.Offset-1)
	}
	return f
}

// kind is the word for what a value is.
func (v *value) kind() string {
	switch is := v.is.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(is)
	case json.Number:
		return is.String()
	case string:
		if len(is) > 40 {
			return "a string"
		}
		return strconv.Quote(is)
	case []value:
		return "a list"
	}
	return "an object"
}

// lineOf returns where an offset is, for people: both count from 1.
func lineOf(doc []byte, at int64) (line, column int) {
	before := doc[:min(max(at, 0), int64(len(doc)))]
	line = bytes.Count(before, []byte("\n")) + 1
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// problem says a fault to whoever typed the document.
func problem(doc []byte, err error) *model.Problem {
	p := &model.Problem{Kind: model.Invalid, Says: upper(err.Error()), Cause: err}
	var f *fault
	if !errors.As(err, &f) {
		return p
	}
	if f.path != "" {
		p.Says = f.path + ": " + f.says
	}
	line, column := lineOf(doc, f.at)
	p.Fix = fmt.Sprintf("see line %d, column %d", line, column)
	return p
}

// upper begins a sentence.
func upper(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return strings.ToUpper(string(r)) + s[size:]
}
