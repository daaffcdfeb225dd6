package ui

import (
	"time"

	"kscope/model"
)

// flapWords say that a group rebalances again and again, and because of whom.
func flapWords(h *model.History, flap model.Flap) string {
	if name := letterName(h, flap.Letter); name != "" {
		return "flapping: " + name + ", " + times(flap.Times) + " in " + span(flap.Within)
	}
	return "flapping: " + times(flap.Rebalances) + " in " + span(flap.Within)
}

// times writes how often something happened.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return count(n) + " times"
}

// letterName is the name of the consumer of a letter, as it was last seen; empty if
// there is none.
func letterName(h *model.History, letter int) string {
	if s := seatOf(h, letter); s != nil {
		return s.Name
	}
	return ""
}

// seatOf returns the latest seat of a letter; nil if there is none.
func seatOf(h *model.History, letter int) *model.Seat {
	for i := len(h.Seats) - 1; i >= 0 && letter >= 0; i-- {
		if h.Seats[i].Letter == letter {
			return &h.Seats[i]
		}
	}
	return nil
}

// flapAdvice says what a consumer did that makes its group rebalance again and
// again, and what could be done about it.
func flapAdvice(h *model.History, flap model.Flap, now time.Time) string {
	s := seatOf(h, flap.Letter)
	if s == nil {
		return "No one member causes most of the " + count(flap.Rebalances) + " rebalances in " + span(flap.Within) +
			": a rolling restart, or an autoscaler that cannot make up its mind, does that." + remedy(h, "")
	}
	expired, left := departures(h, flap, now)
	switch {
	case expired > 0:
		return s.Name + " was thrown out " + times(expired) + ": it did not heartbeat within session.timeout.ms, or not poll within max.poll.interval.ms. Look at its pauses and at how long it works on a batch." + remedy(h, s.InstanceID)
	case left > 0:
		return s.Name + " comes and goes: it does not stay for long. Look at why it ends." + remedy(h, s.InstanceID)
	}
	return s.Name + " causes most of them: it joins anew again and again. Look at its log for why." + remedy(h, s.InstanceID)
}

// departures counts how often a consumer was thrown out, and left, of late.
func departures(h *model.History, flap model.Flap, now time.Time) (expired, left int) {
	for i := rebalancesOf(h) - 1; i >= 0 && flap.Rebalances > 0; i-- {
		r := nth(h, i)
		flap.Rebalances--
		for _, seat := range r.Who {
			if seat < 0 || seat >= len(h.Seats) || h.Seats[seat].Letter != flap.Letter {
				continue
			}
			switch r.Trigger {
			case model.Expired:
				expired++
			case model.Left, model.Departed, model.Replaced:
				left++
			}
		}
	}
	return expired, left
}

// remedy is what makes rebalances rarer or cheaper: a static member's restart moves
// nothing, and a cooperative one stops only what moves.
func remedy(h *model.History, instance string) string {
	m := &h.Moments[len(h.Moments)-1]
	switch {
	case h.Kind == model.Share:
		return ""
	case instance == "":
		return " With a group.instance.id a quick restart moves nothing."
	case !(&model.Group{Kind: h.Kind, Assignor: m.Assignor}).Cooperative():
		return " With the cooperative-sticky assignor only the partitions that move would stop."
	}
	return ""
}
