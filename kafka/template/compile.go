package template

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Template is compiled text. It may be used by several goroutines, each with a
// Record of its own.
type Template struct {
	parts []part
	size  int // of the parts that are constant
}

// A part appends its share of a record's text.
type part func(dst []byte, r *Record) []byte

// An Error is what is wrong with a template, and where.
type Error struct {
	Line, Column int // from 1, in characters
	Offset       int // in bytes
	Says         string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Line == 1 {
		return fmt.Sprintf("column %d: %s", e.Column, e.Says)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Says)
}

// Compile reads text. Errors are *Error.
func Compile(text string) (*Template, error) {
	t := &Template{}
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			t.constant(text[at:])
			break
		}
		t.constant(text[at : at+open])
		p := &parser{text: text, at: at + open + len("{{")}
		made, err := p.action()
		if err != nil {
			return nil, err
		}
		t.parts = append(t.parts, made)
		at = p.at
	}
	return t, nil
}

// constant appends text that stands for itself.
func (t *Template) constant(text string) {
	if text == "" {
		return
	}
	t.size += len(text)
	t.parts = append(t.parts, func(dst []byte, _ *Record) []byte { return append(dst, text...) })
}

// Constant reports whether all records get the same.
func (t *Template) Constant() bool {
	return len(t.parts) == 0 || len(t.parts) == 1 && t.size > 0
}

// Append appends what the template makes of a record.
func (t *Template) Append(dst []byte, r *Record) []byte {
	for _, p := range t.parts {
		dst = p(dst, r)
	}
	return dst
}

// A parser reads what stands between {{ and }}.
type parser struct {
	text string
	at   int
}

// fault is an error at a place in the text.
func (p *parser) fault(at int, format string, args ...any) error {
	before := p.text[:at]
	line := strings.Count(before, "\n")
	if line > 0 {
		before = before[strings.LastIndexByte(before, '\n')+1:]
	}
	return &Error{Line: line + 1, Column: utf8.RuneCountInString(before) + 1, Offset: at, Says: fmt.Sprintf(format, args...)}
}

// A word is a function's name, a number, or quoted text.
type word struct {
	at     int
	text   string // without quotes
	quoted bool
}

// action reads up to and with }}.
func (p *parser) action() (part, error) {
	begin := p.at - len("{{")
	var words []word
	filter := ""
	for {
		p.at += len(p.text[p.at:]) - len(strings.TrimLeft(p.text[p.at:], " \t\n"))
		rest := p.text[p.at:]
		switch {
		case strings.HasPrefix(rest, "}}"):
			p.at += len("}}")
			return p.make(begin, words, filter)
		case rest == "":
			return nil, p.fault(begin, "this {{ has no }}")
		case filter != "":
			return nil, p.fault(p.at, "}} must follow here")
		}
		if rest[0] == '|' && len(words) > 0 {
			p.at++
			w, err := p.word()
			if err != nil {
				return nil, err
			}
			if w.text != "json" || w.quoted {
				return nil, p.fault(w.at, "only json may follow a |")
			}
			filter = w.text
			continue
		}
		w, err := p.word()
		if err != nil {
			return nil, err
		}
		words = append(words, w)
	}
}

// word reads one word after blanks.
func (p *parser) word() (word, error) {
	p.at += len(p.text[p.at:]) - len(strings.TrimLeft(p.text[p.at:], " \t\n"))
	rest, at := p.text[p.at:], p.at
	if rest != "" && (rest[0] == '"' || rest[0] == '`') {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return word{}, p.fault(at, "this text has no closing quote, or a \\ that means nothing")
		}
		p.at += len(quoted)
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return word{}, p.fault(at, "this is no quoted text")
		}
		return word{at, text, true}, nil
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !plain(r) })
	if end < 0 {
		end = len(rest)
	}
	if end == 0 {
		return word{}, p.fault(at, "a function, a number or quoted text must stand here")
	}
	p.at += end
	return word{at, rest[:end], false}, nil
}

// plain reports whether a word without quotes may hold a character.
func plain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-+.", r)
}

func (p *parser) make(begin int, words []word, filter string) (part, error) {
	if len(words) == 0 {
		return nil, p.fault(begin, "nothing stands between {{ and }}")
	}
	name, args := words[0], words[1:]
	made, err := p.function(name, args)
	if err != nil || filter == "" {
		return made, err
	}
	return func(dst []byte, r *Record) []byte {
		begin := len(dst)
		dst = made(dst, r)
		r.spare = append(r.spare[:0], dst[begin:]...)
		return appendJSON(dst[:begin], r.spare)
	}, nil
}

func (p *parser) function(name word, args []word) (part, error) {
	if name.quoted {
		if len(args) > 0 {
			return nil, p.fault(args[0].at, "nothing may follow text but |")
		}
		text := name.text
		return func(dst []byte, _ *Record) []byte { return append(dst, text...) }, nil
	}
	f, ok := functions[name.text]
	if !ok {
		return nil, p.fault(name.at, "there is no function %q; there are %s", name.text, known())
	}
	if len(args) < f.least {
		return nil, p.fault(name.at, "%s wants %s", name.text, f.wants)
	}
	if f.most >= 0 && len(args) > f.most {
		return nil, p.fault(args[f.most].at, "%s wants %s", name.text, f.wants)
	}
	made, err := f.make(args)
	if err != nil {
		at := name.at
		if err.arg < len(args) {
			at = args[err.arg].at
		}
		return nil, p.fault(at, "%s", err.says)
	}
	return made, nil
}

// Quote returns a template that makes just this text.
func Quote(text string) string {
	return strings.ReplaceAll(text, "{{", `{{"{{"}}`)
}
