package cli

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"kscope/model"
)

// A brokerRow is what `brokers` says of one broker.
type brokerRow struct {
	ID         int32   `json:"id"`
	Host       *string `json:"host"`
	Port       *int32  `json:"port"`
	Rack       *string `json:"rack"`
	Controller bool    `json:"controller"`
	Up         *bool   `json:"up"`
	Leaders    *int    `json:"leaders"`
	Replicas   *int    `json:"replicas"`
	LogBytes   *int64  `json:"log_bytes"`

	address, state string
}

func brokers() listing[brokerRow] {
	return listing[brokerRow]{
		command: cobra.Command{
			Use:   "brokers [ID...]",
			Short: "Print the brokers: where they are, whether they serve, what they carry",
			Long: `Print the brokers: where they are, whether they serve, what they carry.

LEADERS and REPLICAS count partitions; SIZE is what all of a broker's replicas
take up in its log directories. A broker that is down is printed too, as long as
the cluster, or a list of replicas, still names it. The exit status is 1 when none
of those that are printed can be reached.` + aboutJSON("id host port rack controller up leaders replicas log_bytes") + aboutMissing,
			Example: examples(
				"kscope brokers -b kafka-1:9092",
				"kscope brokers -b kafka-1:9092 -o json | jq '.[] | select(.up | not)'"),
		},
		columns: []column[brokerRow]{
			{"ID", right, func(r *brokerRow) string { return id(r.ID) }},
			{"ADDRESS", left, func(r *brokerRow) string { return orDash(r.address) }},
			{"RACK", left, func(r *brokerRow) string { return known(r.Rack, same) }},
			{"STATE", left, func(r *brokerRow) string { return r.state }},
			{"CONTROLLER", left, func(r *brokerRow) string { return yes(r.Controller) }},
			{"LEADERS", right, func(r *brokerRow) string { return known(r.Leaders, id) }},
			{"REPLICAS", right, func(r *brokerRow) string { return known(r.Replicas, id) }},
			{"SIZE", right, func(r *brokerRow) string { return known(r.LogBytes, size) }},
		},
		named: isBrokerID,
		rows:  brokerRows,
	}
}

func isBrokerID(name string) error {
	if n, err := strconv.ParseInt(name, 10, 32); err != nil || n < 0 {
		return wrong("brokers are named by their id, a number, and %q is none", name)
	}
	return nil
}

func brokerRows(ctx context.Context, a *answer, w want, n *notes) ([]brokerRow, error) {
	if err := a.first(ctx, model.ListBrokers{}); err != nil {
		return nil, err
	}
	a.ask(ctx, model.ListTopics{}, model.DescribeLogDirs{})
	listed := a.Brokers
	if len(w.names) > 0 {
		listed = a.brokersOf(w, n)
	}
	rows := make([]brokerRow, len(listed))
	for i, b := range listed {
		rows[i] = a.brokerRow(b)
	}
	if err := a.reach(ctx, listed); err != nil {
		n.miss("no broker can be reached: %v", err)
		return rows, nil // which says enough of sizes
	}
	switch err := a.err(model.ListTopics{}); {
	case err != nil:
		n.note("leaders and replicas are not known: %s", why(err))
	case len(a.Topics) == 0:
		n.note("leaders and replicas are not known: "+noneSeen, "topics")
	}
	a.noteSizes(n, nil) // of a broker that is gone, its state says enough
	return rows, nil
}

// reach returns why no broker can be reached, if none can.
func (a *answer) reach(ctx context.Context, listed []model.Broker) error {
	var first *model.Problem
	for _, b := range listed {
		if b.State != model.Unreached {
			return nil
		}
		first = cmp.Or(first, b.Problem)
	}
	if first == nil {
		return nil
	}
	return explain(ctx, a.source, first)
}

// brokersOf finds the brokers that are named, by id.
func (a *answer) brokersOf(w want, n *notes) []model.Broker {
	found := pick(w, n, "broker", func(name string) (model.Broker, bool) {
		id, _ := strconv.ParseInt(name, 10, 32) // checked by isBrokerID
		return a.Broker(int32(id))
	})
	slices.SortFunc(found, func(a, b model.Broker) int { return int(a.ID) - int(b.ID) })
	return slices.CompactFunc(found, func(a, b model.Broker) bool { return a.ID == b.ID }) // 1 and 01
}

func (a *answer) brokerRow(b model.Broker) brokerRow {
	r := brokerRow{ID: b.ID, Controller: b.Controller, address: b.Address(), state: stateWord[b.State]}
	if b.Host != "" {
		r.Host, r.Port = &b.Host, &b.Port
	}
	if b.Rack != "" {
		r.Rack = &b.Rack
	}
	if b.State != model.Unproven {
		r.Up = is(b.State == model.Up)
	}
	if a.err(model.ListTopics{}) == nil && len(a.Topics) > 0 {
		load := a.Counts.Loads[b.ID]
		r.Leaders, r.Replicas = &load.Leaders, &load.Replicas
	}
	if l := a.LogDirs[b.ID]; l != nil && l.Problem == nil {
		r.LogBytes = &l.Bytes
	}
	return r
}

// stateWord is what the table calls a broker's state.
var stateWord = map[model.BrokerState]string{
	model.Up:        "up",
	model.Unproven:  dash,
	model.Unreached: "unreachable",
	model.Fenced:    "fenced",
	model.Missing:   "gone",
}
