package match

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
	"github.com/expr-lang/expr/types"
)

// A compiler makes a condition of what was typed. What can be worked out without the
// language's machine becomes a chain of functions; the rest is left to the machine,
// see rewrite.go.
type compiler struct {
	m      *Matcher
	config *conf.Config
	source file.Source
	runes  []rune            // of the source
	long   map[string]string // names that stand for numbers which the language has no room for
	fault  *Fault            // the first
}

// maxNodes bounds how large a condition may be.
const maxNodes = 2000

func compileCondition(m *Matcher, typed string) (condition, error) {
	c := &compiler{m: m, runes: []rune(typed), long: map[string]string{}}
	if strings.TrimSpace(typed) == "" {
		return nil, &Fault{Says: "after = goes a condition, such as =value.total > 10", Column: 1}
	}
	source, err := c.shorten(typed)
	if err != nil {
		return nil, c.exprFault(err)
	}
	c.source = file.NewSource(source)
	c.config = c.language()
	tree, err := parser.ParseWithConfig(source, c.config)
	if err != nil {
		return nil, c.exprFault(err)
	}
	result, err := checker.Check(tree, c.config)
	if err != nil {
		return nil, c.exprFault(err)
	}
	if k := result.Kind(); k != reflect.Bool && k != reflect.Interface {
		return nil, &Fault{Says: "this is no condition: compare it with something", Column: 1 + tree.Node.Location().From}
	}
	test := c.condition(tree.Node)
	if c.fault != nil {
		return nil, c.fault
	}
	return test, nil
}

// allowed are the functions of the language that conditions may use. What they cost
// is bounded by what a record holds, and by the steps of a State.
var allowed = []string{
	"all", "none", "any", "one", "filter", "map", "count", "sum", "find", "findIndex",
	"len", "lower", "upper", "trim", "abs", "int", "float", "string", "min", "max", "first", "last", "keys", "values",
}

// language is what can be said in a condition.
func (c *compiler) language() *conf.Config {
	config := conf.CreateNew()
	known := map[string]bool{}
	for _, name := range allowed {
		known[name] = true
	}
	for name := range config.Builtins {
		if !known[name] {
			delete(config.Builtins, name)
			config.Disabled[name] = true
		}
	}
	env := types.Map{
		"key": types.Any, "value": types.Any, "headers": types.Any, "topic": types.String,
		"partition": types.Int, "offset": types.Int, "size": types.Int, "timestamp": types.Any,
	}
	for name := range c.long {
		env[name] = types.Any
	}
	config.WithEnv(env)
	config.Optimize = false
	config.MaxNodes = maxNodes
	for name, f := range functions {
		f(config, name)
	}
	return config
}

// shorten puts a name of the same length for each whole number that is no int64, as
// the language has none larger.
func (c *compiler) shorten(typed string) (string, error) {
	tokens, err := lexer.Lex(file.NewSource(typed))
	if err != nil {
		return "", err
	}
	short := []rune(typed)
	for i := range tokens {
		t := &tokens[i]
		raw := strings.ReplaceAll(t.Value, "_", "")
		if t.Kind != lexer.Number || len(raw) < 19 || strings.Trim(raw, "0123456789") != "" || numberOf(raw).kind == integer {
			continue
		}
		name := fmt.Sprintf("_%0*d", t.To-t.From-1, len(c.long))
		copy(short[t.From:t.To], []rune(name))
		c.long[name] = raw
	}
	return string(short), nil
}

// text is a node as one would write it.
func (c *compiler) text(n ast.Node) string {
	text := n.String()
	for name, raw := range c.long {
		text = strings.ReplaceAll(text, name, raw)
	}
	return text
}

// fail keeps the first fault.
func (c *compiler) fail(n ast.Node, says string) {
	if c.fault == nil {
		c.fault = at(n.Location(), says)
	}
}

// condition compiles a node that is to be true.
func (c *compiler) condition(n ast.Node) condition {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			test := c.condition(n.Node)
			return func(s *State) bool { return !test(s) }
		}
	case *ast.BinaryNode:
		if test := c.binary(n); test != nil {
			return test
		}
	}
	if o, ok := c.operand(n); ok {
		return c.truthOf(n, o)
	}
	return c.program(n)
}

// truthOf is a condition that is a boolean of the record.
func (c *compiler) truthOf(n ast.Node, o operand) condition {
	complaint := complaints{left: c.text(n), kind: noBoolean}
	return func(s *State) bool {
		v := o.read(s)
		if v.kind != boolean && v.kind != null {
			s.complain(&complaint, v.kind, null)
		}
		return v.kind == boolean && v.i == 1
	}
}

// binary compiles what needs no machine; nil if it does need one.
func (c *compiler) binary(n *ast.BinaryNode) condition {
	switch n.Operator {
	case "and", "&&":
		a, b := c.condition(n.Left), c.condition(n.Right)
		return func(s *State) bool { return a(s) && b(s) }
	case "or", "||":
		a, b := c.condition(n.Left), c.condition(n.Right)
		return func(s *State) bool { return a(s) || b(s) }
	case "in":
		return c.among(n)
	}
	a, ok := c.operand(n.Left)
	if !ok {
		return nil
	}
	b, ok := c.operand(n.Right)
	if !ok {
		return nil
	}
	c.asTime(n.Right, a, &b)
	c.asTime(n.Left, b, &a)
	switch n.Operator {
	case "==":
		return c.equality(n, a, b)
	case "!=":
		same := c.equality(n, a, b)
		return func(s *State) bool { return !same(s) }
	case "<", "<=", ">", ">=":
		return c.order(n, a, b)
	case "contains", "startsWith", "endsWith":
		return c.textual(n, a, b, map[string]func(a, b string) bool{
			"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix}[n.Operator])
	case "matches":
		return c.matches(n, a, b)
	}
	return nil
}

// asTime reads a constant that is compared with a time as one.
func (c *compiler) asTime(n ast.Node, with operand, o *operand) {
	if !with.time || o.constant == nil || o.constant.kind != text {
		return
	}
	v, ok := timeOf(o.constant.s, time.Now())
	if !ok {
		c.fail(n, fmt.Sprintf("%q is no time: write 14:03, 15m, yesterday 14:03 or 2026-11-26T14:03:00Z", o.constant.s))
	}
	*o = operand{read: func(*State) value { return v }, constant: &v, time: true}
}

func (c *compiler) equality(n *ast.BinaryNode, a, b operand) condition {
	complaint := c.unlike(n)
	return func(s *State) bool {
		x, y := a.read(s), b.read(s)
		same, ok := equal(x, y)
		if !ok {
			s.complain(complaint, x.kind, y.kind)
		}
		return same
	}
}

func (c *compiler) unlike(n *ast.BinaryNode) *complaints {
	return &complaints{left: c.text(n.Left), right: c.text(n.Right), kind: unlike}
}

// bounds are the orders that an operator lets through.
var bounds = map[string][2]int{
	"<": {math.MinInt, -1}, "<=": {math.MinInt, 0}, ">": {1, math.MaxInt}, ">=": {0, math.MaxInt},
}

func (c *compiler) order(n *ast.BinaryNode, a, b operand) condition {
	complaint, bound := c.unlike(n), bounds[n.Operator]
	return func(s *State) bool {
		x, y := a.read(s), b.read(s)
		order, ok := compare(x, y)
		if !ok {
			if x.kind != null && y.kind != null {
				s.complain(complaint, x.kind, y.kind)
			}
			return false
		}
		return bound[0] <= order && order <= bound[1]
	}
}

func (c *compiler) textual(n *ast.BinaryNode, a, b operand, holds func(a, b string) bool) condition {
	left, right := complaints{left: c.text(n.Left), kind: noText}, complaints{left: c.text(n.Right), kind: noText}
	return func(s *State) bool {
		x, y := a.read(s), b.read(s)
		return s.isText(&left, x) && s.isText(&right, y) && holds(x.s, y.s)
	}
}

func (c *compiler) matches(n *ast.BinaryNode, a, b operand) condition {
	if b.constant == nil || b.constant.kind != text {
		c.fail(n.Right, `after matches goes a regular expression in quotes`)
		return func(*State) bool { return false }
	}
	re, err := regexp.Compile(b.constant.s)
	if err != nil {
		c.fail(n.Right, regexpFault("", err).Says)
	}
	complaint := complaints{left: c.text(n.Left), kind: noText}
	return func(s *State) bool {
		x := a.read(s)
		return s.isText(&complaint, x) && re.MatchString(x.s)
	}
}

// among compiles x in ["a", "b"], x in 1..3 and "x" in headers; nil if it needs the
// machine.
func (c *compiler) among(n *ast.BinaryNode) condition {
	a, ok := c.operand(n.Left)
	if !ok {
		return nil
	}
	if id, ok := n.Right.(*ast.IdentifierNode); ok && id.Value == "headers" {
		return func(s *State) bool {
			v := a.read(s)
			return v.kind == text && hasHeader(s, v.s)
		}
	}
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		return nil
	}
	var values []value
	for _, item := range list.Nodes {
		v, ok := c.constant(item)
		if !ok {
			return nil
		}
		values = append(values, v)
	}
	return func(s *State) bool {
		x := a.read(s)
		for i := range values {
			if same, _ := equal(x, values[i]); same {
				return true
			}
		}
		return false
	}
}
