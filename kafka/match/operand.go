package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"kscope/model"
)

// An operand is a part of a condition that is worked out without the language's
// machine, and without allocating.
type operand struct {
	read func(*State) value
	// constant is what read always returns; nil if it depends on the record.
	constant *value
	part     bool       // it is a key or a value as text,
	whole    model.Part // which it is then
	time     bool       // it is a time, whatever the record
}

// now is the time a record is looked at; zero until it is asked for.
type now struct{ t time.Time }

func (s *State) clock() time.Time {
	if s.now.t.IsZero() {
		s.now.t = time.Now()
	}
	return s.now.t
}

// operand reads a node; ok is false if it is not that simple.
func (c *compiler) operand(n ast.Node) (o operand, ok bool) {
	if v, ok := c.constant(n); ok {
		return operand{read: func(*State) value { return v }, constant: &v}, true
	}
	switch n := n.(type) {
	case *ast.IdentifierNode:
		o, ok = named[n.Value]
	case *ast.ChainNode:
		return c.operand(n.Node)
	case *ast.MemberNode:
		o, ok = c.member(n)
	case *ast.BuiltinNode:
		o, ok = c.folded(n)
	case *ast.CallNode:
		o, ok = c.past(n)
	}
	return o, ok
}

// named are the things of a record that have a name.
var named = map[string]operand{
	"key":       {part: true, whole: model.PartKey, read: func(s *State) value { return payload(s.record.Key) }},
	"value":     {part: true, whole: model.PartValue, read: func(s *State) value { return payload(s.record.Value) }},
	"topic":     {read: func(s *State) value { return textOf(s.record.Topic) }},
	"partition": {read: func(s *State) value { return number(int64(s.record.Partition)) }},
	"offset":    {read: func(s *State) value { return number(s.record.Offset) }},
	"size":      {read: func(s *State) value { return number(sizeOf(s)) }},
	"timestamp": {time: true, read: func(s *State) value { return moment(s.record.Timestamp) }},
}

func payload(b []byte) value {
	if b == nil {
		return value{}
	}
	return textOf(stringOf(b))
}

func sizeOf(s *State) int64 {
	r := s.record
	n := len(r.Key) + len(r.Value)
	for i := range r.Headers {
		n += len(r.Headers[i].Key) + len(r.Headers[i].Value)
	}
	return int64(n)
}

// header is the last header of a name.
func header(s *State, name string) value {
	for _, h := range slices.Backward(s.record.Headers) {
		if h.Key == name {
			return payload(h.Value)
		}
	}
	return value{}
}

func hasHeader(s *State, name string) bool {
	for i := range s.record.Headers {
		if s.record.Headers[i].Key == name {
			return true
		}
	}
	return false
}

// constant reads a node that is the same for every record.
func (c *compiler) constant(n ast.Node) (v value, ok bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return value{}, true
	case *ast.BoolNode:
		return truth(n.Value), true
	case *ast.IntegerNode:
		return number(int64(n.Value)), true
	case *ast.FloatNode:
		return value{kind: decimal, f: n.Value, s: c.digits(n)}, true
	case *ast.StringNode:
		return textOf(n.Value), true
	case *ast.IdentifierNode:
		raw, ok := c.long[n.Value]
		return numberOf(raw), ok
	case *ast.UnaryNode:
		v, ok := c.constant(n.Node)
		if n.Operator != "-" || !ok || !v.isNumber() {
			return value{}, false
		}
		return negative(v), true
	}
	return value{}, false
}

func negative(v value) value {
	if v.kind == integer {
		return numberOf("-" + strconv.FormatInt(v.i, 10))
	}
	return numberOf("-" + v.s)
}

// digits is a number as it was written: a float64 may not hold all its digits.
func (c *compiler) digits(n *ast.FloatNode) string {
	l := n.Location()
	raw := strings.ReplaceAll(string(c.runes[min(l.From, len(c.runes)):min(l.To, len(c.runes))]), "_", "")
	if f, err := strconv.ParseFloat(raw, 64); err == nil && f == n.Value {
		return raw
	}
	return strconv.FormatFloat(n.Value, 'g', -1, 64)
}

// member reads value.total, value["a b"].items[0] and headers["x"].
func (c *compiler) member(n *ast.MemberNode) (o operand, ok bool) {
	if id, ok := n.Node.(*ast.IdentifierNode); ok && id.Value == "headers" {
		name, ok := n.Property.(*ast.StringNode)
		if !ok {
			return o, false
		}
		return operand{read: func(s *State) value { return header(s, name.Value) }}, true
	}
	f, ok := c.path(n)
	if !ok {
		return o, false
	}
	i := c.fieldIndex(f)
	return operand{read: func(s *State) value { return s.field(i) }}, true
}

// path reads the steps from a key or a value into its JSON.
func (c *compiler) path(n ast.Node) (f *field, ok bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		o := named[n.Value]
		return &field{part: o.whole}, o.part
	case *ast.ChainNode:
		return c.path(n.Node)
	case *ast.MemberNode:
		f, ok := c.path(n.Node)
		if !ok || n.Method {
			return nil, false
		}
		switch p := n.Property.(type) {
		case *ast.StringNode:
			f.steps = append(f.steps, fieldStep(p.Value))
			return f, true
		case *ast.IntegerNode:
			f.steps = append(f.steps, indexStep(p.Value))
			return f, p.Value >= 0
		}
	}
	return nil, false
}

// fieldIndex is where States keep a field; the same for the same field.
func (c *compiler) fieldIndex(f *field) int {
	same := func(o *field) bool { return o.part == f.part && slices.Equal(o.steps, f.steps) }
	if i := slices.IndexFunc(c.m.fields, same); i >= 0 {
		return i
	}
	c.m.fields = append(c.m.fields, f)
	return len(c.m.fields) - 1
}

// folded reads lower(…) and upper(…).
func (c *compiler) folded(n *ast.BuiltinNode) (o operand, ok bool) {
	fold := map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper}[n.Name]
	if fold == nil || len(n.Arguments) != 1 {
		return o, false
	}
	of, ok := c.operand(n.Arguments[0])
	return operand{read: func(s *State) value {
		v := of.read(s)
		if v.kind == text {
			v.s = fold(v.s)
		}
		return v
	}}, ok
}

// past reads ago("15m") and now().
func (c *compiler) past(n *ast.CallNode) (o operand, ok bool) {
	callee, _ := n.Callee.(*ast.IdentifierNode)
	if callee == nil || callee.Value != "ago" && callee.Value != "now" {
		return o, false
	}
	var span time.Duration
	if len(n.Arguments) == 1 {
		typed, ok := n.Arguments[0].(*ast.StringNode)
		if !ok {
			c.fail(n.Arguments[0], `ago takes a span as text, such as ago("15m")`)
			return o, false
		}
		if span, ok = model.ParseSpan(typed.Value); !ok {
			c.fail(typed, fmt.Sprintf("%q is no span of time: write 15m, 2h30m or 3d", typed.Value))
		}
	}
	return operand{time: true, read: func(s *State) value { return moment(s.clock().Add(-span)) }}, true
}
