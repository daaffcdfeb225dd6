package model

import (
	"cmp"
	"slices"
)

// A crowd is a topic that one broker leads far too much of.
type crowd struct {
	topic *Topic
	leads Skew
	idle  []int32 // brokers that lead none of it
}

// crowdsNamed is how many crowded topics get a finding of their own.
const crowdsNamed = 2

// crowd notes the topic if it is crowded: its busiest broker is over the heat
// map's mark by three partitions or more.
func (f *finder) crowd(t *Topic) {
	f.row = f.HeatRow(t, f.sharing, Leaders, f.row[:0])
	k := SkewOfValues(f.sharing, f.row)
	if !k.Crowded(k.Max) || k.Max-k.Fair < 3 {
		return
	}
	c := crowd{topic: t, leads: k}
	for i, v := range f.row {
		if v == 0 {
			c.idle = append(c.idle, f.sharing[i])
		}
	}
	f.crowds = append(f.crowds, c)
}

// crowding tells of the most crowded topics, except those already blamed for
// what their broker takes.
func (f *finder) crowding() {
	slices.SortFunc(f.crowds, func(a, b crowd) int {
		return cmp.Or(cmp.Compare(b.leads.Max-b.leads.Fair, a.leads.Max-a.leads.Fair), cmp.Compare(a.topic.Name, b.topic.Name))
	})
	told := f.found
	more := 0
	for _, c := range f.crowds {
		known := slices.ContainsFunc(told, func(n Finding) bool { return n.Broker == c.leads.Most && n.Topic == c.topic.Name })
		switch {
		case known:
		case len(f.found)-len(told) < crowdsNamed:
			f.crowded(c)
		default:
			more++
		}
	}
	if more > 0 {
		f.found[len(f.found)-1].Explains += " So it is with " + things(more, "more topic") + "."
	}
}

func (f *finder) crowded(c crowd) {
	says := "it leads " + amount(c.leads.Max) + " of " + things(len(c.topic.Partitions), "partition") + ", fair would be " + amount(c.leads.Fair)
	if n := len(c.idle); n > 0 {
		says += "; " + ids(c.idle) + " " + verb(n, "leads", "lead") + " none"
	}
	f.overloaded(c.leads, Leaders, "crowds "+c.topic.Name, says+".", c.topic)
}
