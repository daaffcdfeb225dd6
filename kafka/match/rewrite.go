package match

import (
	"errors"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	bytecode "github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// memoryBudget is how many elements of lists the machine may make for one record.
const memoryBudget = 100_000

// mostSteps is how many turns all loops of a condition may take for one record.
const mostSteps = 100_000

// program compiles a condition for the language's machine. What the machine makes of
// nil, of numbers and of what a record holds is not what this package says of them:
// these parts are rewritten as calls of functions.go first.
func (c *compiler) program(n ast.Node) condition {
	tree := &parser.Tree{Node: call(n, "$test", c.rewrite(n)), Source: c.source}
	if c.fault != nil {
		return nil
	}
	if _, err := checker.Check(tree, c.config); err != nil {
		c.fault = c.exprFault(err)
		return nil
	}
	program, err := bytecode.Compile(tree, c.config)
	if err != nil {
		c.fault = c.exprFault(err)
		return nil
	}
	return func(s *State) bool {
		out, err := s.machine.Run(program, s)
		if err != nil {
			s.broken(err)
			return false
		}
		return out == true
	}
}

// call makes a node of a call of one of functions, which gets the State first.
func call(at ast.Node, name string, arguments ...ast.Node) ast.Node {
	n := &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: []ast.Node{&ast.IdentifierNode{Value: "$env"}}}
	n.Arguments = append(n.Arguments, arguments...)
	n.SetLocation(at.Location())
	n.Callee.SetLocation(at.Location())
	return n
}

// read makes a node that reads an operand.
func (c *compiler) read(at ast.Node, o operand) ast.Node {
	c.m.reads = append(c.m.reads, o)
	return call(at, "$read", &ast.IntegerNode{Value: len(c.m.reads) - 1})
}

// rewrite returns a node for the machine.
func (c *compiler) rewrite(n ast.Node) ast.Node {
	if o, ok := c.operand(n); ok {
		if o.constant != nil && o.constant.kind != decimal {
			return n
		}
		return c.read(n, o)
	}
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if n.Value == "headers" {
			return call(n, "$headers")
		}
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.operation(n)
	case *ast.ChainNode:
		return c.rewrite(n.Node)
	case *ast.MemberNode:
		return c.access(n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.CallNode:
		c.fail(n, "what is called must be a function: there are no methods")
	default:
		c.children(n)
	}
	return n
}

// children rewrites nodes that mean to the machine what they mean here.
func (c *compiler) children(n ast.Node) {
	switch n := n.(type) {
	case *ast.SliceNode:
		n.Node = c.asJSON(n.Node)
		c.each(&n.From, &n.To)
	case *ast.ConditionalNode:
		n.Cond = call(n.Cond, "$test", c.rewrite(n.Cond))
		c.each(&n.Exp1, &n.Exp2)
	case *ast.VariableDeclaratorNode:
		c.each(&n.Value, &n.Expr)
	case *ast.SequenceNode:
		for i := range n.Nodes {
			c.each(&n.Nodes[i])
		}
	case *ast.ArrayNode:
		for i := range n.Nodes {
			c.each(&n.Nodes[i])
		}
	case *ast.MapNode:
		for i := range n.Pairs {
			c.each(&n.Pairs[i])
		}
	case *ast.PairNode:
		c.each(&n.Key, &n.Value)
	}
}

func (c *compiler) each(nodes ...*ast.Node) {
	for _, n := range nodes {
		if *n != nil {
			*n = c.rewrite(*n)
		}
	}
}

// asJSON rewrites a node of which fields or elements are wanted: a key or a value
// then stands for what is in it.
func (c *compiler) asJSON(n ast.Node) ast.Node {
	f, ok := c.path(n)
	if !ok || len(f.steps) > 0 {
		return c.rewrite(n)
	}
	i := c.fieldIndex(f)
	return c.read(n, operand{read: func(s *State) value { return s.field(i) }})
}

func (c *compiler) unary(n *ast.UnaryNode) ast.Node {
	inner := c.rewrite(n.Node)
	switch n.Operator {
	case "not", "!":
		n.Node = call(n, "$test", inner)
		return n
	case "-":
		return call(n, "$-", &ast.IntegerNode{}, inner)
	}
	return inner
}

func (c *compiler) operation(n *ast.BinaryNode) ast.Node {
	if n.Operator == "in" {
		return call(n, "$in", c.rewrite(n.Left), c.asJSON(n.Right))
	}
	c.each(&n.Left, &n.Right)
	switch n.Operator {
	case "and", "&&", "or", "||":
		n.Left, n.Right = call(n.Left, "$test", n.Left), call(n.Right, "$test", n.Right)
		return n
	case "contains", "startsWith", "endsWith", "matches":
		n.Left = call(n.Left, "$text", n.Left)
		if _, constant := n.Right.(*ast.StringNode); !constant {
			n.Right = call(n.Right, "$text", n.Right)
		}
		return n
	case "^":
		return call(n, "$**", n.Left, n.Right)
	}
	if _, ours := functions["$"+n.Operator]; ours {
		return call(n, "$"+n.Operator, n.Left, n.Right)
	}
	return n
}

func (c *compiler) access(n *ast.MemberNode) ast.Node {
	if n.Method {
		c.fail(n, "there are no methods")
		return n
	}
	return call(n, "$get", c.asJSON(n.Node), c.rewrite(n.Property))
}

// builtin rewrites a call of one of the language's own functions.
func (c *compiler) builtin(n *ast.BuiltinNode) ast.Node {
	if !slices.Contains(allowed, n.Name) {
		c.fail(n, "unknown name "+n.Name)
		return n
	}
	if ours := "$" + n.Name; functions[ours] != nil {
		return call(n, ours, c.rewrite(n.Arguments[0]))
	}
	if !overLists[n.Name] {
		for i := range n.Arguments {
			c.each(&n.Arguments[i])
		}
		return n
	}
	n.Arguments[0] = call(n.Arguments[0], "$list", c.asJSON(n.Arguments[0]))
	for i, a := range n.Arguments[1:] {
		if p, ok := a.(*ast.PredicateNode); ok {
			turn := "$turn"
			if n.Name == "map" || n.Name == "sum" {
				turn = "$step"
			}
			p.Node = call(p.Node, turn, c.rewrite(p.Node))
			continue
		}
		n.Arguments[i+1] = c.rewrite(a)
	}
	return n
}

// overLists are the language's functions that want a list, and nil as an empty one.
var overLists = map[string]bool{
	"all": true, "none": true, "any": true, "one": true, "filter": true, "map": true, "count": true, "sum": true,
	"find": true, "findIndex": true, "first": true, "last": true,
}

// broken notes that the machine gave up.
func (s *State) broken(err error) {
	s.failed, s.complained = true, true
	if last := s.matcher.last.Load(); last != nil && last.of == nil && last.cause == err.Error() {
		return
	}
	says, _, _ := strings.Cut(err.Error(), "\n")
	if bad := (*file.Error)(nil); errors.As(err, &bad) {
		says = bad.Message
	}
	s.matcher.last.Store(&Complaint{Says: says, cause: err.Error()})
}
