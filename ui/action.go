package ui

import "slices"

// An Action ties keys to what they do. Dispatch, footer, help and palette all
// read the same value, so none of them can go stale.
type Action struct {
	Keys   []string // as Bubble Tea names them; the first is shown
	Shown  string   // what footer and help show instead of the first key: j/k
	Word   string   // what the footer says: one or two words
	Help   string   // what help and palette say: a short sentence
	Footer bool     // worth a place in the footer
	Do     func(f *Frame) Intent
}

// Key is what footer and help show as the action's key.
func (a Action) Key() string {
	if a.Shown != "" {
		return a.Shown
	}
	return keyName(a.Keys[0])
}

// keyName is how a key is written where people read it.
func keyName(k string) string {
	switch k {
	case " ":
		return "space"
	}
	return k
}

// find returns the action for key.
func find(actions []Action, key string) (Action, bool) {
	for _, a := range actions {
		if slices.Contains(a.Keys, key) {
			return a, true
		}
	}
	return Action{}, false
}

// act returns an action that shows in the footer.
func act(key, word, help string, do func(f *Frame) Intent) Action {
	return Action{Keys: []string{key}, Word: word, Help: help, Footer: true, Do: do}
}

// also returns the action with more keys that do the same.
func (a Action) also(keys ...string) Action {
	a.Keys = append(a.Keys, keys...)
	return a
}

// quiet returns the action without its place in the footer.
func (a Action) quiet() Action {
	a.Footer = false
	return a
}

// shown returns the action with another text for its key.
func (a Action) shown(text string) Action {
	a.Shown = text
	return a
}

// verb returns an action of the app's own.
func verb(key, word, help string, v Verb) Action {
	return act(key, word, help, func(*Frame) Intent { return Do{v} })
}
