package match

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
)

// functions are what the machine calls instead of its own operations, and ago and now.
// Each adds itself to what can be said. Those whose names begin with $ get the State
// as their first argument.
var functions map[string]func(*conf.Config, string)

func init() {
	functions = map[string]func(*conf.Config, string){
		"ago": declared(func(string) any { return nil }), // by compiler.past
		"now": declared(func() any { return nil }),

		"$read":    with1(func(s *State, i any) (any, error) { return s.matcher.reads[i.(int)].read(s).open(0), nil }),
		"$headers": with0(func(s *State) (any, error) { return s.headers(), nil }),
		"$test":    yes1(test),
		"$turn":    yes1(func(s *State, x any) (bool, error) { return or(s.turn(), test, s, x) }),
		"$step":    with1(func(s *State, x any) (any, error) { return x, s.turn() }),
		"$text":    with1(func(s *State, x any) (any, error) { return mustText(x) }),
		"$list":    with1(func(s *State, x any) (any, error) { return list(x), nil }),
		"$get":     with2(func(s *State, from, which any) (any, error) { return get(from, which), nil }),

		"$==": yes2(func(s *State, a, b any) (bool, error) { return same(a, b), nil }),
		"$!=": yes2(func(s *State, a, b any) (bool, error) { return !same(a, b), nil }),
		"$<":  yes2(ordered("<")),
		"$<=": yes2(ordered("<=")),
		"$>":  yes2(ordered(">")),
		"$>=": yes2(ordered(">=")),
		"$in": yes2(func(s *State, x, list any) (bool, error) { return s.isIn(x, list) }),

		"$+": with2(func(s *State, a, b any) (any, error) { return plus(a, b) }),
		"$-": with2(func(s *State, a, b any) (any, error) {
			return reckon(a, b, minus, func(x, y float64) float64 { return x - y })
		}),
		"$*": with2(func(s *State, a, b any) (any, error) {
			return reckon(a, b, times, func(x, y float64) float64 { return x * y })
		}),
		"$/": with2(func(s *State, a, b any) (any, error) {
			return reckon(a, b, nil, func(x, y float64) float64 { return x / y })
		}),
		"$%":  with2(func(s *State, a, b any) (any, error) { return reckon(a, b, modulo, math.Mod) }),
		"$**": with2(func(s *State, a, b any) (any, error) { return reckon(a, b, nil, math.Pow) }),

		"$len":   with1(func(s *State, x any) (any, error) { return length(x) }),
		"$lower": with1(func(s *State, x any) (any, error) { return onText(x, strings.ToLower) }),
		"$upper": with1(func(s *State, x any) (any, error) { return onText(x, strings.ToUpper) }),
		"$trim":  with1(func(s *State, x any) (any, error) { return onText(x, strings.TrimSpace) }),
	}
}

func declare(c *conf.Config, name string, typ any, f func(...any) (any, error)) {
	c.Functions[name] = &builtin.Function{Name: name, Func: f, Types: []reflect.Type{reflect.TypeOf(typ)}}
}

func declared(typ any) func(*conf.Config, string) {
	return func(c *conf.Config, name string) {
		declare(c, name, typ, func(...any) (any, error) { return nil, errors.New(name + " stands only in a comparison") })
	}
}

func with0(f func(*State) (any, error)) func(*conf.Config, string) {
	return func(c *conf.Config, name string) {
		declare(c, name, func(any) any { return nil }, func(a ...any) (any, error) { return f(a[0].(*State)) })
	}
}

func with1(f func(*State, any) (any, error)) func(*conf.Config, string) {
	return func(c *conf.Config, name string) {
		declare(c, name, func(any, any) any { return nil }, func(a ...any) (any, error) { return f(a[0].(*State), a[1]) })
	}
}

func with2(f func(*State, any, any) (any, error)) func(*conf.Config, string) {
	return func(c *conf.Config, name string) {
		declare(c, name, func(any, any, any) any { return nil }, func(a ...any) (any, error) { return f(a[0].(*State), a[1], a[2]) })
	}
}

func yes1(f func(*State, any) (bool, error)) func(*conf.Config, string) {
	return func(c *conf.Config, name string) {
		declare(c, name, func(any, any) bool { return false }, func(a ...any) (any, error) { return f(a[0].(*State), a[1]) })
	}
}

func yes2(f func(*State, any, any) (bool, error)) func(*conf.Config, string) {
	return func(c *conf.Config, name string) {
		declare(c, name, func(any, any, any) bool { return false }, func(a ...any) (any, error) { return f(a[0].(*State), a[1], a[2]) })
	}
}

// or is f, unless there is an error already.
func or(err error, f func(*State, any) (bool, error), s *State, x any) (bool, error) {
	if err != nil {
		return false, err
	}
	return f(s, x)
}

// test is a condition: nil is not true.
func test(_ *State, x any) (bool, error) {
	b, ok := x.(bool)
	if !ok && x != nil {
		return false, fmt.Errorf("%s is neither true nor false", kindOf(x))
	}
	return b, nil
}

// turn counts the turns of loops.
func (s *State) turn() error {
	if s.steps++; s.steps > mostSteps {
		return fmt.Errorf("the condition loops more than %d times over one record", mostSteps)
	}
	return nil
}

// kindOf is the word for what something is.
func kindOf(x any) string { return closed(x).kind.String() }

// mustText is text, or nil.
func mustText(x any) (any, error) {
	if _, ok := x.(string); !ok && x != nil {
		return nil, fmt.Errorf("%s is no text", kindOf(x))
	}
	return x, nil
}

func onText(x any, f func(string) string) (any, error) {
	x, err := mustText(x)
	if s, ok := x.(string); ok {
		return f(s), nil
	}
	return nil, err
}

// list is a list, and an empty one of what is none.
func list(x any) any {
	switch x := x.(type) {
	case []any, []int:
		return x
	}
	return []any{}
}

// get is a field of an object, or an element of a list; from the end if negative.
func get(from, which any) any {
	switch from := from.(type) {
	case map[string]any:
		name, _ := which.(string)
		return from[name]
	case []any:
		i, ok := which.(int)
		if ok && i < 0 {
			i += len(from)
		}
		if ok && i >= 0 && i < len(from) {
			return from[i]
		}
	}
	return nil
}

func (s *State) headers() map[string]any {
	all := map[string]any{}
	for _, h := range s.record.Headers {
		all[h.Key] = payload(h.Value).open(0)
	}
	return all
}

func same(a, b any) bool {
	x, y := closed(a), closed(b)
	if x.kind == compound && y.kind == compound {
		return reflect.DeepEqual(a, b)
	}
	is, _ := equal(x, y)
	return is
}

func ordered(operator string) func(*State, any, any) (bool, error) {
	bound := bounds[operator]
	return func(_ *State, a, b any) (bool, error) {
		x, y := closed(a), closed(b)
		order, ok := compare(x, y)
		if !ok && x.kind != null && y.kind != null {
			return false, fmt.Errorf("%s and %s cannot be compared", x.kind, y.kind)
		}
		return ok && bound[0] <= order && order <= bound[1], nil
	}
}

func (s *State) isIn(x, of any) (bool, error) {
	switch of := of.(type) {
	case map[string]any:
		name, ok := x.(string)
		_, has := of[name]
		return ok && has, nil
	case []int:
		i, ok := x.(int)
		return ok && len(of) > 0 && of[0] <= i && i <= of[len(of)-1], nil
	case []any:
		for i := range of {
			if err := s.turn(); err != nil {
				return false, err
			}
			if same(x, of[i]) {
				return true, nil
			}
		}
	}
	return false, nil
}

func length(x any) (any, error) {
	switch x := x.(type) {
	case nil:
		return nil, nil
	case string:
		return utf8.RuneCountInString(x), nil
	case []any:
		return len(x), nil
	case []int:
		return len(x), nil
	case map[string]any:
		return len(x), nil
	}
	return nil, fmt.Errorf("%s has no length", kindOf(x))
}

// longestText is how long a text may become by adding to it.
const longestText = 1 << 20

func plus(a, b any) (any, error) {
	x, isText := a.(string)
	y, both := b.(string)
	if isText && both {
		if len(x)+len(y) > longestText {
			return nil, errors.New("the text that is added up is too long")
		}
		return x + y, nil
	}
	return reckon(a, b, sum, func(x, y float64) float64 { return x + y })
}

// reckon works out an operation on two numbers: by whole, which says whether the
// result is one, else by float. Of nil it is nil.
func reckon(a, b any, whole func(a, b int64) (int64, bool), float func(a, b float64) float64) (any, error) {
	if a == nil || b == nil {
		return nil, nil
	}
	x, y := closed(a), closed(b)
	for _, v := range []value{x, y} {
		if !v.isNumber() {
			return nil, fmt.Errorf("%s is no number", v.kind)
		}
	}
	if whole != nil && x.kind == integer && y.kind == integer {
		if n, ok := whole(x.i, y.i); ok {
			return int(n), nil
		}
	}
	return float(x.float(), y.float()), nil
}

func sum(a, b int64) (int64, bool) {
	n := a + b
	return n, (n > a) == (b > 0)
}

func minus(a, b int64) (int64, bool) {
	n := a - b
	return n, (n < a) == (b > 0)
}

func times(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	n := a * b
	return n, n/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
}

func modulo(a, b int64) (int64, bool) {
	if b == 0 || b == -1 {
		return 0, b == -1
	}
	return a % b, true
}
