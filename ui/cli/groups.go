package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"kscope/model"
)

// A groupRow is what `groups` says of one group.
type groupRow struct {
	Group       string  `json:"group"`
	Type        string  `json:"type"`
	State       *string `json:"state"`
	Protocol    *string `json:"protocol"`
	Coordinator *int32  `json:"coordinator"`
	Members     *int    `json:"members"`
	Lag         *int64  `json:"lag"` // not worked out yet: always null

	word string
}

func groups() listing[groupRow] {
	return listing[groupRow]{
		command: cobra.Command{
			Use:   "groups [GROUP...]",
			Short: "Print the groups: kind, state, members",
			Long: `Print the groups: kind, state, members.

TYPE is classic, consumer, share or streams, as Kafka spells it; a classic group
of another protocol goes by that, such as connect. PROTOCOL is how its members
share the partitions.` +
				aboutJSON("group type state protocol coordinator members lag") + `
The lag is not worked out: it is null.` + aboutMissing,
			Example: examples(
				"kscope groups -b kafka-1:9092",
				"kscope groups -b kafka-1:9092 billing -o json | jq '.[0].state'"),
		},
		columns: []column[groupRow]{
			{"GROUP", left, func(r *groupRow) string { return r.Group }},
			{"TYPE", left, func(r *groupRow) string { return r.word }},
			{"STATE", left, func(r *groupRow) string { return known(r.State, same) }},
			{"PROTOCOL", left, func(r *groupRow) string { return known(r.Protocol, same) }},
			{"COORDINATOR", right, func(r *groupRow) string { return known(r.Coordinator, id) }},
			{"MEMBERS", right, func(r *groupRow) string { return known(r.Members, id) }},
		},
		settled: true,
		rows:    groupRows,
	}
}

func groupRows(ctx context.Context, a *answer, w want, n *notes) ([]groupRow, error) {
	if err := a.first(ctx, model.ListGroups{}); err != nil {
		return nil, err
	}
	for _, problem := range a.Lost {
		n.miss("some groups are missing: %v", problem)
	}
	listed := a.Groups
	switch {
	case len(w.names) > 0:
		listed = pick(w, n, "group", a.Group)
	case len(listed) == 0 && len(a.Lost) == 0:
		n.note(noneSeen, "groups")
	}
	if len(listed) == 0 {
		return nil, nil
	}
	members := model.DescribeGroups{Groups: namesOf(w, listed, groupID)}
	a.ask(ctx, members)
	if err := a.err(members); err != nil {
		n.note("members are not known: %s", why(err))
	}
	rows := make([]groupRow, len(listed))
	for i, g := range listed {
		if now, ok := a.Group(g.ID); ok {
			g = now
		}
		rows[i] = rowOf(g)
		n.member(g, w)
	}
	n.flush()
	return rows, nil
}

// member keeps why a group could not be described.
func (n *notes) member(g *model.Group, w want) {
	if g.Problem == nil {
		return
	}
	n.add(trouble{what: "members", verb: "are"}, g.Problem, g.ID)
	if len(w.names) > 0 {
		n.status = failed
	}
}

func rowOf(g *model.Group) groupRow {
	r := groupRow{Group: g.ID, Type: string(cmp.Or(g.Kind, model.Classic)), word: g.Word()}
	if g.State != "" {
		r.State = &g.State
	}
	if g.Assignor != "" {
		r.Protocol = &g.Assignor
	}
	if g.Coordinator != model.NoBroker {
		r.Coordinator = &g.Coordinator
	}
	if g.Known {
		count := len(g.Members)
		r.Members = &count
	}
	return r
}
