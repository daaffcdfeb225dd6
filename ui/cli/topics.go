package cli

import (
	"context"
	"encoding/base64"

	"github.com/spf13/cobra"

	"kscope/model"
)

// A topicRow is what `topics` says of one topic.
type topicRow struct {
	Name              string  `json:"name"`
	ID                *string `json:"id"`
	Internal          bool    `json:"internal"`
	Partitions        *int    `json:"partitions"`
	ReplicationFactor *int    `json:"replication_factor"`
	UnderReplicated   *int    `json:"under_replicated"`
	Offline           *int    `json:"offline"`
	MinISR            *int    `json:"min_insync_replicas"`
	LogBytes          *int64  `json:"log_bytes"`
}

// topicCommands is `topics`, and the commands below it, which change topics.
func (a *app) topicCommands() *cobra.Command {
	c := topics().build(a)
	c.AddCommand(
		a.createTopic(), a.completingTopics(a.addPartitions(), oneName),
		a.completingTopics(a.setConfigs(), oneName), a.completingTopics(a.deleteTopic(), oneName))
	return a.completingTopics(c, manyNames)
}

func topics() listing[topicRow] {
	return listing[topicRow]{
		command: cobra.Command{
			Use:   "topics [TOPIC...]",
			Short: "Print the topics: partitions, replication, health, size",
			Long: `Print the topics: partitions, replication, health, size.

RF is the replication factor of a topic's first partition. URP counts partitions
with a replica that is out of sync, OFFLINE those without a leader. SIZE is what
all replicas take up together, and known only if it is known of each of them.` +
				aboutJSON("name id internal partitions replication_factor under_replicated offline min_insync_replicas log_bytes") + aboutMissing,
			Example: examples(
				"kscope topics -b kafka-1:9092",
				"kscope topics -b kafka-1:9092 orders payments",
				"kscope topics -b kafka-1:9092 -o json | jq '.[] | select(.under_replicated > 0).name'"),
			Annotations: map[string]string{takesInternal: "yes"},
		},
		columns: []column[topicRow]{
			{"NAME", left, func(r *topicRow) string { return r.Name }},
			{"PARTITIONS", right, func(r *topicRow) string { return known(r.Partitions, id) }},
			{"RF", right, func(r *topicRow) string { return known(r.ReplicationFactor, id) }},
			{"URP", right, func(r *topicRow) string { return known(r.UnderReplicated, id) }},
			{"OFFLINE", right, func(r *topicRow) string { return known(r.Offline, id) }},
			{"MIN-ISR", right, func(r *topicRow) string { return known(r.MinISR, id) }},
			{"SIZE", right, func(r *topicRow) string { return known(r.LogBytes, size) }},
		},
		rows: topicRows,
	}
}

func topicRows(ctx context.Context, a *answer, w want, n *notes) ([]topicRow, error) {
	listed, err := a.topics(ctx, w, n)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	configs := model.DescribeTopicConfigs{Topics: namesOf(w, listed, topicName)}
	a.ask(ctx, model.DescribeLogDirs{}, configs)
	rows := make([]topicRow, len(listed))
	for i, t := range listed {
		rows[i] = a.topicRow(t)
		n.described(t, w)
	}
	n.flush()
	a.noteSizes(n, listed)
	a.noteConfigs(n, configs, listed)
	return rows, nil
}

// described keeps why a topic could not be described.
func (n *notes) described(t *model.Topic, w want) {
	if t.Problem == nil {
		return
	}
	n.add(trouble{what: "partitions", verb: "are"}, t.Problem, t.Name)
	if len(w.names) > 0 {
		n.status = failed
	}
}

func (a *answer) noteConfigs(n *notes, q model.DescribeTopicConfigs, listed []*model.Topic) {
	if err := a.err(q); err != nil {
		n.note("min.insync.replicas is not known: %s", why(err))
		return
	}
	for _, t := range listed {
		if t, _ := a.Topic(t.Name); t != nil && t.Config != nil && t.Config.Problem != nil {
			n.add(trouble{what: "min.insync.replicas", verb: "is"}, t.Config.Problem, t.Name)
		}
	}
	n.flush()
}

func (a *answer) topicRow(t *model.Topic) topicRow {
	r := topicRow{Name: t.Name, ID: topicID(t.ID), Internal: t.Internal}
	if t.Problem == nil || len(t.Partitions) > 0 {
		count := len(t.Partitions)
		r.Partitions, r.ReplicationFactor = &count, &t.Tally.RF
		r.UnderReplicated, r.Offline = &t.Tally.UnderReplicated, &t.Tally.Offline
		r.LogBytes = a.topicBytes(t)
	}
	if now, ok := a.Topic(t.Name); ok && now.Config != nil && now.Config.MinISR > 0 {
		r.MinISR = &now.Config.MinISR
	}
	return r
}

// topicID writes a topic's id as Kafka's own tools do; nil if it has none.
func topicID(id [16]byte) *string {
	if id == [16]byte{} {
		return nil
	}
	s := base64.RawURLEncoding.EncodeToString(id[:])
	return &s
}
