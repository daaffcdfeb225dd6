package model

import (
	"strconv"
	"strings"
)

// Names is a set of names (topics, groups) that can stand in a Query: it is
// comparable. The zero Names means all of them.
//
// It holds each name after its length and a colon, after a mark that tells a set
// from the zero Names: a group's name may be empty, and may hold any byte.
type Names struct{ joined string }

const mark = "="

// NamesOf returns the set of names, in the order given. No names at all is not
// the set of all: it is a set without members, see None.
func NamesOf(names ...string) Names {
	size := len(mark)
	for _, n := range names {
		size += len("123:") + len(n)
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(mark)
	for _, n := range names {
		b.WriteString(strconv.Itoa(len(n)))
		b.WriteByte(':')
		b.WriteString(n)
	}
	return Names{joined: b.String()}
}

// All reports whether n stands for every name there is.
func (n Names) All() bool { return n.joined == "" }

// None reports whether n has no members.
func (n Names) None() bool { return n.joined == mark }

// List returns the members; nil when n stands for all, or has none.
func (n Names) List() []string {
	var list []string
	for rest := strings.TrimPrefix(n.joined, mark); rest != ""; {
		var name string
		name, rest = cutName(rest)
		list = append(list, name)
	}
	return list
}

// cutName takes the first name off what NamesOf joined.
func cutName(joined string) (name, rest string) {
	length, rest, _ := strings.Cut(joined, ":")
	n, _ := strconv.Atoi(length)
	return rest[:n], rest[n:]
}

// One returns the member of a set of one.
func (n Names) One() (string, bool) {
	if n.All() || n.None() {
		return "", false
	}
	name, rest := cutName(n.joined[len(mark):])
	if rest != "" {
		return "", false
	}
	return name, true
}
