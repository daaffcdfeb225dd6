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
	Lag         *int64  `json:"lag"`

	word string
}

// groupCommands is `groups`, and the commands below it.
func (a *app) groupCommands() *cobra.Command {
	c := groups().build(a)
	c.AddCommand(a.completingGroups(a.describeGroups()), a.completingGroups(a.watchGroups()))
	return a.completingGroups(c)
}

func groups() listing[groupRow] {
	return listing[groupRow]{
		command: cobra.Command{
			Use:   "groups [GROUP...]",
			Short: "Print the groups: kind, state, members, lag",
			Long: `Print the groups: kind, state, members, lag.

TYPE is classic, consumer, share or streams, as Kafka spells it; a classic group
of another protocol goes by that, such as connect. PROTOCOL is how its members
share the partitions. LAG is that of all partitions where it is known.` +
				aboutJSON("group type state protocol coordinator members lag") + aboutMissing,
			Example: examples(
				"kscope groups -b kafka-1:9092",
				"kscope groups -b kafka-1:9092 -o json | jq '.[] | select(.lag > 1000).group'"),
		},
		columns: []column[groupRow]{
			{"GROUP", left, func(r *groupRow) string { return r.Group }},
			{"TYPE", left, func(r *groupRow) string { return r.word }},
			{"STATE", left, func(r *groupRow) string { return known(r.State, same) }},
			{"PROTOCOL", left, func(r *groupRow) string { return known(r.Protocol, same) }},
			{"COORDINATOR", right, func(r *groupRow) string { return known(r.Coordinator, id) }},
			{"MEMBERS", right, func(r *groupRow) string { return known(r.Members, id) }},
			{"LAG", right, func(r *groupRow) string { return known(r.Lag, id) }},
		},
		settled: true,
		rows:    groupRows,
	}
}

func groupRows(ctx context.Context, a *answer, w want, n *notes) ([]groupRow, error) {
	listed, err := a.groups(ctx, w, n)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	a.askGroups(ctx, namesOf(w, listed, groupID), n)
	rows := make([]groupRow, len(listed))
	for i, g := range listed {
		if now, ok := a.Group(g.ID); ok {
			g = now
		}
		rows[i] = rowOf(g, a.Lags[g.ID])
		n.member(g, w)
		n.lag(g.ID, a.Lags[g.ID])
	}
	n.flush()
	return rows, nil
}

// groups asks for the groups and returns those that are wanted. One that is wanted
// by name and is not there is noted.
func (a *answer) groups(ctx context.Context, w want, n *notes) ([]*model.Group, error) {
	if err := a.first(ctx, model.ListGroups{}); err != nil {
		return nil, err
	}
	for _, problem := range a.Lost {
		n.miss("some groups are missing: %v", problem)
	}
	switch {
	case len(w.names) > 0:
		return pick(w, n, "group", a.Group), nil
	case len(a.Groups) == 0 && len(a.Lost) == 0:
		n.note(noneSeen, "groups")
	}
	return a.Groups, nil
}

// askGroups asks for the members of groups, and how far these are behind.
func (a *answer) askGroups(ctx context.Context, of model.Names, n *notes) {
	members, lags := model.DescribeGroups{Groups: of}, model.ReadLags{Groups: of}
	a.ask(ctx, members, lags)
	if err := a.err(members); err != nil {
		n.note("members are not known: %s", why(err))
	}
	if err := a.err(lags); err != nil {
		n.note("lag is not known: %s", why(err))
	}
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

// lag keeps why the lag of a group is not known, or not all of it.
func (n *notes) lag(group string, lag *model.GroupLag) {
	if lag == nil {
		return
	}
	if lag.Problem != nil {
		n.add(trouble{what: "lag", verb: "is"}, lag.Problem, group)
	}
	for i := range lag.Topics {
		if t := &lag.Topics[i]; t.Problem != nil {
			n.add(trouble{what: "lag", verb: "is"}, t.Problem, group+" in "+t.Topic)
		}
	}
}

func rowOf(g *model.Group, lag *model.GroupLag) groupRow {
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
	if lag != nil {
		r.Lag = offset(lag.Total)
	}
	return r
}
