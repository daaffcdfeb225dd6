package model

import "strings"

// Names is a set of names (topics, groups) that can stand in a Query: it is
// comparable. The zero Names means all of them.
type Names struct{ joined string }

// NamesOf returns the set of names, in the order given. No names at all is not
// the set of all: it is a set without members, see None.
func NamesOf(names ...string) Names {
	if len(names) == 0 {
		return Names{joined: sep}
	}
	return Names{joined: strings.Join(names, sep)}
}

// sep cannot stand in a topic's name, and hardly in a group's.
const sep = "\x00"

// All reports whether n stands for every name there is.
func (n Names) All() bool { return n.joined == "" }

// None reports whether n has no members.
func (n Names) None() bool { return n.joined == sep }

// List returns the members; nil when n stands for all, or has none.
func (n Names) List() []string {
	if n.All() || n.None() {
		return nil
	}
	return strings.Split(n.joined, sep)
}

// One returns the member of a set of one.
func (n Names) One() (string, bool) {
	if n.All() || n.None() || strings.Contains(n.joined, sep) {
		return "", false
	}
	return n.joined, true
}
