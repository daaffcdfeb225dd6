package match

import (
	"errors"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
)

// A Fault is why a filter cannot be used.
type Fault struct {
	Says   string // what is wrong, a clause without a full stop
	Column int    // how many characters of the filter come before the place it points at
}

// Error implements error.
func (f *Fault) Error() string { return f.Says }

// regexpFault points at what package regexp quotes.
func regexpFault(filter string, err error) *Fault {
	f := &Fault{Says: "not a regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "), Column: 1}
	var bad *syntax.Error
	if errors.As(err, &bad) {
		if i := strings.LastIndex(filter, bad.Expr); i >= 0 && bad.Expr != "" {
			f.Column = utf8.RuneCountInString(filter[:i])
		}
	}
	return f
}

// exprFault says what the language's parser or checker says, in the words of this
// program where its own speak of the language's insides.
func (c *compiler) exprFault(err error) *Fault {
	var bad *file.Error
	if !errors.As(err, &bad) {
		says, _, _ := strings.Cut(err.Error(), "\n")
		return &Fault{Says: says, Column: 1}
	}
	says, _, _ := strings.Cut(bad.Message, "\n")
	if says == "unexpected token EOF" {
		return &Fault{Says: "something is missing at the end", Column: len(c.runes) + 1}
	}
	return &Fault{Says: reworded(says), Column: bad.From + 1}
}

// reworded takes the parser's words for tokens out of what it says.
func reworded(says string) string {
	says = strings.TrimSpace(says)
	for _, kind := range []string{"Operator", "Bracket", "Identifier", "Number", "String"} {
		if before, rest, ok := strings.Cut(says, "unexpected token "+kind+"("); ok {
			return before + "unexpected " + strings.TrimSuffix(rest, ")")
		}
	}
	return says
}

// at is a fault at a place in the condition: the filter has a mark before it.
func at(loc file.Location, says string) *Fault { return &Fault{Says: says, Column: loc.From + 1} }
