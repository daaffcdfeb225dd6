package export

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kscope/model"
)

// A template is a form that the user gives, as kcat -f takes it.
type template []piece

// A piece appends one thing of a record.
type piece func(p *Printer, dst []byte, r *model.Record) []byte

// pieces are what stands for a letter after a %.
var pieces = map[byte]piece{
	't': func(p *Printer, dst []byte, r *model.Record) []byte { return p.bytes(dst, []byte(r.Topic)) },
	'p': func(_ *Printer, dst []byte, r *model.Record) []byte {
		return strconv.AppendInt(dst, int64(r.Partition), 10)
	},
	'o': func(_ *Printer, dst []byte, r *model.Record) []byte { return strconv.AppendInt(dst, r.Offset, 10) },
	'k': func(p *Printer, dst []byte, r *model.Record) []byte {
		return p.bytes(dst, p.payload(r, model.PartKey))
	},
	's': func(p *Printer, dst []byte, r *model.Record) []byte {
		return p.bytes(dst, p.payload(r, model.PartValue))
	},
	'K': func(_ *Printer, dst []byte, r *model.Record) []byte { return appendLength(dst, r.Key) },
	'S': func(_ *Printer, dst []byte, r *model.Record) []byte { return appendLength(dst, r.Value) },
	'R': func(p *Printer, dst []byte, r *model.Record) []byte {
		return p.bytes(dst, binary.BigEndian.AppendUint32(nil, uint32(len(p.payload(r, model.PartValue)))))
	},
	'T': func(_ *Printer, dst []byte, r *model.Record) []byte { return appendTime(dst, r, "-1") },
	'h': (*Printer).headers,
}

// appendLength appends how many bytes there are, and -1 for null.
func appendLength(dst, b []byte) []byte {
	if b == nil {
		return append(dst, "-1"...)
	}
	return strconv.AppendInt(dst, int64(len(b)), 10)
}

// headers appends name=value, separated by commas; NULL for null, as kcat does.
func (p *Printer) headers(dst []byte, r *model.Record) []byte {
	for i := range r.Headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		h := &r.Headers[i]
		dst = append(p.bytes(dst, []byte(h.Key)), '=')
		if h.Value == nil {
			dst = append(dst, "NULL"...)
		} else {
			dst = p.bytes(dst, h.Value)
		}
	}
	return dst
}

// parseTemplate reads a template. The error is a clause.
func parseTemplate(form string) (template, error) {
	var t template
	var text []byte
	end := func() {
		if len(text) > 0 {
			fixed := text
			t = append(t, func(_ *Printer, dst []byte, _ *model.Record) []byte { return append(dst, fixed...) })
			text = nil
		}
	}
	for rest := form; rest != ""; {
		c := rest[0]
		switch {
		case c != '%' && c != '\\':
			text, rest = append(text, c), rest[1:]
		case len(rest) == 1:
			return nil, fmt.Errorf("something must follow the %c at its end", c)
		case c == '\\':
			var b byte
			var err error
			if b, rest, err = unescape(rest[1:]); err != nil {
				return nil, err
			}
			text = append(text, b)
		case rest[1] == '%':
			text, rest = append(text, '%'), rest[2:]
		default:
			one, ok := pieces[rest[1]]
			if !ok {
				return nil, fmt.Errorf("there is no %%%s: use %%t %%p %%o %%k %%s %%h %%T %%K %%S %%R, or %%%% for a percent sign", firstRune(rest[1:]))
			}
			end()
			t, rest = append(t, one), rest[2:]
		}
	}
	end()
	return t, nil
}

func firstRune(s string) string {
	for _, r := range s {
		return strconv.QuoteRune(r)[1 : len(strconv.QuoteRune(r))-1]
	}
	return ""
}

// unescape reads what follows a backslash.
func unescape(s string) (b byte, rest string, err error) {
	if i := strings.IndexByte(`nrt0\`, s[0]); i >= 0 {
		return "\n\r\t\x00\\"[i], s[1:], nil
	}
	if s[0] == 'x' && len(s) >= 3 {
		if n, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			return byte(n), s[3:], nil
		}
	}
	return 0, "", errors.New(`a backslash goes before n, r, t, 0, xHH or another backslash`)
}

func (t template) append(p *Printer, dst []byte, r *model.Record) []byte {
	for _, one := range t {
		dst = one(p, dst, r)
	}
	return dst
}
