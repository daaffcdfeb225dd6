package cli

import "strings"

// Notes are what there is to say about an answer, on standard error.
type notes struct {
	app    *app
	status int // failed once a row that was asked for is missing

	order []string
	about map[string][]string // what was added, not yet said: cause -> names
}

// note says something that leaves a column empty.
func (n *notes) note(format string, args ...any) { n.app.say(format, args...) }

// miss says something that leaves a row out.
func (n *notes) miss(format string, args ...any) {
	n.status = failed
	n.note(format, args...)
}

// add keeps a cause that may hold for many, to be said once by flush.
func (n *notes) add(what string, cause error, name string) {
	says := what + "\x00" + cause.Error()
	if n.about == nil {
		n.about = map[string][]string{}
	}
	if _, ok := n.about[says]; !ok {
		n.order = append(n.order, says)
	}
	n.about[says] = append(n.about[says], name)
}

// mostNamed is how many names a note lists.
const mostNamed = 3

// flush says what was added: "sizes are not known of broker 1, broker 2: …".
func (n *notes) flush() {
	for _, says := range n.order {
		what, cause, _ := strings.Cut(says, "\x00")
		names := n.about[says]
		more := ""
		if len(names) > mostNamed {
			more = " and " + id(len(names)-mostNamed) + " more"
			names = names[:mostNamed]
		}
		n.note("%s of %s%s: %s", what, strings.Join(names, ", "), more, cause)
	}
	n.order, n.about = nil, nil
}
