package model

import "slices"

// IdleReason says why a member reads nothing, as far as that is known; empty if it
// reads something.
func (s *Snapshot) IdleReason(g *Group, m *Member) string {
	switch {
	case m.Partitions() > 0 || slices.ContainsFunc(m.Tasks, func(t Task) bool { return t.Kind == ActiveTask && !t.Target }):
		return ""
	case m.target() > 0:
		return "waits for " + things(m.target(), "partition") + " that others are to give up"
	case g.Rebalancing():
		return "the group is rebalancing"
	case m.Subscribed != nil && len(m.Subscribed) == 0 && m.Pattern == "":
		return "subscribes to nothing"
	}
	if reason := s.tooFew(g, m); reason != "" {
		return reason
	}
	return "is assigned nothing"
}

// tooFew says that what the member subscribes to is too little for all who do.
func (s *Snapshot) tooFew(g *Group, m *Member) string {
	if len(s.Topics) == 0 || len(m.Subscribed) == 0 || m.Pattern != "" {
		return ""
	}
	partitions, most := 0, 0
	for _, name := range m.Subscribed {
		if t, ok := s.Topic(name); ok {
			partitions += len(t.Partitions)
			most = max(most, len(t.Partitions))
		}
	}
	members := 0
	for i := range g.Members {
		if slices.ContainsFunc(g.Members[i].Subscribed, func(name string) bool { return slices.Contains(m.Subscribed, name) }) {
			members++
		}
	}
	switch {
	case partitions == 0:
		return "subscribes to " + some(m.Subscribed, len(m.Subscribed)) + ", " + verb(len(m.Subscribed), "which does not exist", "which do not exist")
	case g.Kind == Share:
		return ""
	case members > partitions:
		return things(members, "member") + ", " + things(partitions, "partition")
	case g.Assignor == "range" && members > most:
		return "range divides each topic on its own: " + things(members, "member") + ", at most " + things(most, "partition")
	}
	return ""
}
