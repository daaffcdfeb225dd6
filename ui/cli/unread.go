package cli

import "kscope/model"

// An unread counts keys and values that cannot be read in the format that was asked for.
// Why not is said on standard error when it first happens: what is printed in their place
// does not tell.
type unread struct {
	say     func(format string, args ...any)
	reasons []unreadReason // in the order they came up
	rest    int64          // of reasons that were too many
}

// An unreadReason is why something of a topic cannot be read.
type unreadReason struct {
	topic string
	part  model.Part
	why   string
	n     int64
}

// mostReasons is how many reasons are told apart: some name what is in a record, and
// there may be as many of them as records.
const mostReasons = 10

// add counts one, and says why unless that was said.
func (u *unread) add(topic string, part model.Part, problem *model.Problem) {
	why := problem.Error()
	for i := range u.reasons {
		if r := &u.reasons[i]; r.part == part && r.topic == topic && r.why == why {
			r.n++
			return
		}
	}
	if len(u.reasons) == mostReasons {
		u.rest++
		return
	}
	u.reasons = append(u.reasons, unreadReason{topic, part, why, 1})
	u.say("a %s of %s cannot be read: %s", part, topic, why)
}

// end says how many there were, if there were more than were spoken of.
func (u *unread) end() {
	for _, r := range u.reasons {
		if r.n > 1 {
			u.say("%s of %s could not be read: %s", plural(r.n, r.part.String()), r.topic, r.why)
		}
	}
	if u.rest > 0 {
		u.say("%s could not be read for other reasons", plural(u.rest, "key or value", "keys and values"))
	}
}
