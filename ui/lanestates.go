package ui

import (
	"slices"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// noHistory draws why nothing is known of a group's past, if nothing is. It reports
// whether it did.
func noHistory(f *Frame, c *canvas.Canvas, h *model.History) bool {
	answer := f.Freshness(model.WatchGroup{Group: f.Sel.Group})
	g, exists := f.Group(f.Sel.Group)
	switch {
	case h != nil && len(h.Moments) > 0:
		return false
	case f.Sel.Group == "":
		notice(f, c, muted, "select a group to see who owns what", "")
	case answer.Err != nil:
		notice(f, c, bad, sentence(answer.Err), fix(answer.Err))
	case h != nil && h.Log.State == model.LogReading:
		notice(f, c, muted, "reading the group's log "+string(f.Marks.Ellipsis)+" "+percent(h.Log.Read), "")
	case exists && g.Problem != nil:
		notice(f, c, bad, g.Problem.Says, g.Problem.Fix)
	default:
		head := "looking at the group " + string(f.Marks.Ellipsis)
		if waited := f.Now.Sub(answer.Asked); !answer.Asked.IsZero() && waited > time.Second {
			head += " " + span(waited)
		}
		notice(f, c, muted, head, "")
	}
	return true
}

// noLanes says why there is no lane: nobody owned anything for as long as is known.
func noLanes(f *Frame, c *canvas.Canvas, h *model.History) {
	last := &h.Moments[len(h.Moments)-1]
	since := "Since " + clockDate(f.Now, h.Begin) + " "
	switch {
	case last.Gone:
		notice(f, c, warn, "the group is gone", since+"nobody owned a partition.")
	case len(last.Members) == 0:
		notice(f, c, muted, "no members", since+"nobody owned a partition. Members show here as soon as they join.")
	case (&model.Group{State: last.State}).Rebalancing():
		notice(f, c, muted, "the first rebalance is under way", plural(len(last.Members), "member waits", "members wait")+" for partitions.")
	default:
		why := "The topics they subscribe to have no partitions, or do not exist."
		if g, ok := f.Group(h.Group); ok && g.Word() != string(g.Kind) && g.ProtocolType != "" {
			why = "They share out other things than partitions, in " + g.ProtocolType + "'s own protocol."
		}
		notice(f, c, muted, plural(len(last.Members), "member", "members")+", none with a partition", why)
	}
}

// Head implements Pane.
func (p *lanes) Head(f *Frame) Heading {
	head := Heading{Title: p.Name()}
	h := history(f)
	if h == nil || len(h.Moments) == 0 {
		return head
	}
	head.Facts = p.legend(f, h)
	head.Right = sourceSegs(f, h, p.width == 0 || p.width >= wideSource)
	return head
}

// legendMembers is the most members that the heading names.
const legendMembers = 24

// legend names the topic, if it is only one, and who is who.
func (p *lanes) legend(f *Frame, h *model.History) []canvas.Seg {
	var segs []canvas.Seg
	p.rows.of(h)
	if p.rows.topics == 1 {
		segs = append(segs, canvas.Seg{Text: h.Lanes[0].Topic, Style: bold})
	}
	m, _ := h.Find(p.scrub.time(h.Seen))
	if m < 0 {
		return segs
	}
	moment := &h.Moments[m]
	if moment.Gone {
		segs = append(segs, canvas.Seg{Text: map[bool]string{true: "gone", false: "  gone"}[segs == nil], Style: warn})
	}
	for i, s := range byLetter(h, moment) {
		if i == legendMembers {
			segs = append(segs, canvas.Seg{Text: "  and " + count(len(moment.Members)-i) + " more", Style: muted})
			break
		}
		if len(segs) > 0 {
			segs = append(segs, canvas.Seg{Text: "  "})
		}
		segs = append(segs,
			canvas.Seg{Text: " " + letterOf(s.Letter) + " ", Style: memberInk(s.Letter).On(themes.MemberTint(s.Letter))},
			canvas.Seg{Text: " " + s.Name, Style: muted})
	}
	return append(segs, canvas.Seg{Text: "  "}, canvas.Seg{Text: string([]rune{f.Marks.Unowned, f.Marks.Unowned}), Style: themes.Warn.S()}, canvas.Seg{Text: " nobody", Style: muted})
}

// byLetter lists the members of a moment in the order of their letters.
func byLetter(h *model.History, m *model.Moment) []*model.Seat {
	seats := make([]*model.Seat, len(m.Members))
	for i, p := range m.Members {
		seats[i] = &h.Seats[p.Seat]
	}
	slices.SortFunc(seats, func(a, b *model.Seat) int { return a.Letter - b.Letter })
	return seats
}

// wideSource is from how many columns on a pane says all about its source.
const wideSource = 110

// sourceSegs say how what is shown is known, how exact it is, and since when, or
// only how if there is little room.
func sourceSegs(f *Frame, h *model.History, room bool) []canvas.Seg {
	var segs []canvas.Seg
	switch {
	case h.Log.State == model.LogFollowed && logTells(h):
		segs = []canvas.Seg{{Text: "from the log", Style: text}}
		if room {
			segs = append(segs, canvas.Seg{Text: ", times exact", Style: muted})
		}
	case h.Log.State == model.LogReading:
		segs = []canvas.Seg{{Text: "reading the log " + percent(h.Log.Read), Style: change}}
	default:
		if segs = missing("the log", h.Log.Problem); segs != nil && room {
			segs = append(segs, canvas.Seg{Text: "; ", Style: muted})
		} else {
			segs = nil
		}
		segs = append(segs, canvas.Seg{Text: "polled", Style: text}, canvas.Seg{Text: pollError(h), Style: muted})
	}
	if h.Begin.IsZero() || !room {
		return segs
	}
	return append(segs, canvas.Seg{Text: " since " + clockShort(f.Now, h.Begin), Style: muted})
}

// logTells reports whether what was last known came from the log: a log can be
// followed and have nothing in it, as that of the demo cluster.
func logTells(h *model.History) bool {
	for i := len(h.Moments) - 1; i >= max(0, len(h.Moments)-pollsLooked); i-- {
		if h.Moments[i].Origin == model.Logged {
			return true
		}
	}
	return false
}

// pollsLooked is how many moments are looked at for where they come from.
const pollsLooked = 16

// pollError says how exact times are if only polling tells; empty if that is not
// known.
func pollError(h *model.History) string {
	for i := len(h.Moments) - 1; i >= max(0, len(h.Moments)-pollsLooked); i-- {
		if m := &h.Moments[i]; m.Origin == model.Polled && !m.Since.IsZero() && m.At.After(m.Since) {
			return ", ± " + within(m.At.Sub(m.Since))
		}
	}
	return ""
}

// within writes how wrong a time may be.
func within(d time.Duration) string {
	if d < time.Second {
		return millis(d.Round(10 * time.Millisecond))
	}
	return span(d)
}

// clockShort writes a time without seconds, and with its date if that is not today's.
func clockShort(now, t time.Time) string {
	t = t.In(now.Location())
	if sameDay(now, t) {
		return t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
}
