package cli

import (
	"errors"
	"strings"

	"kscope/model"
)

// Notes are what there is to say about an answer, on standard error.
type notes struct {
	app    *app
	status int // failed once a row that was asked for is missing

	order []trouble
	about map[trouble][]string // what was added, not yet said: the names it holds for
}

// A trouble is one cause that may hold for many.
type trouble struct {
	what, noun, verb string // "sizes", "broker", "are"; the noun may be empty
	why              string
}

// note says something that leaves a column empty.
func (n *notes) note(format string, args ...any) { n.app.say(format, args...) }

// miss says something that leaves a row out.
func (n *notes) miss(format string, args ...any) {
	n.status = failed
	n.note(format, args...)
}

// add keeps a cause that may hold for many, to be said once by flush.
func (n *notes) add(t trouble, cause error, name string) {
	t.why = why(cause)
	if n.about == nil {
		n.about = map[trouble][]string{}
	}
	if _, ok := n.about[t]; !ok {
		n.order = append(n.order, t)
	}
	n.about[t] = append(n.about[t], name)
}

// flush says what was added: "sizes of brokers 1 and 2 are not known: …".
func (n *notes) flush() {
	for _, t := range n.order {
		noun := t.noun
		if noun != "" && len(n.about[t]) > 1 {
			noun += "s"
		}
		if noun != "" {
			noun += " "
		}
		n.note("%s of %s%s %s not known: %s", t.what, noun, few(n.about[t]), t.verb, t.why)
	}
	n.order, n.about = nil, nil
}

// mostNamed is how many names a note lists.
const mostNamed = 3

// few lists names, not too many: "1", "1 and 2", "1, 2, 3 and 4 more".
func few(names []string) string {
	last := names[len(names)-1]
	switch n := len(names); {
	case n == 1:
		return last
	case n > mostNamed:
		last = id(n-mostNamed) + " more"
		names = names[:mostNamed]
	default:
		names = names[:n-1]
	}
	return strings.Join(names, ", ") + " and " + last
}

// why says a cause after a colon. A right that is missing is named, and no more.
func why(cause error) string {
	var p *model.Problem
	if errors.As(cause, &p) && p.Kind == model.Denied && p.Right != (model.Right{}) {
		return "needs " + p.Right.String()
	}
	return cause.Error()
}
