package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"kscope/model"
)

// A partitionRow is what `partitions` says of one partition.
type partitionRow struct {
	Topic           string  `json:"topic"`
	Partition       int32   `json:"partition"`
	Leader          int32   `json:"leader"`
	LeaderEpoch     *int32  `json:"leader_epoch"`
	Replicas        []int32 `json:"replicas"`
	ISR             []int32 `json:"isr"`
	OfflineReplicas []int32 `json:"offline_replicas"`
	LogStartOffset  *int64  `json:"log_start_offset"`
	LogEndOffset    *int64  `json:"log_end_offset"`
	LogBytes        *int64  `json:"log_bytes"`
}

func partitions() listing[partitionRow] {
	return listing[partitionRow]{
		command: cobra.Command{
			Use:   "partitions [TOPIC...]",
			Short: "Print the partitions: leader, replicas, offsets, size",
			Long: `Print the partitions of topics: leader, replicas, offsets, size.

REPLICAS are brokers in the order of the assignment: the first is the preferred
leader. END is where consumers may read to, the high watermark. SIZE is that of
the largest replica.` +
				aboutJSON("topic partition leader leader_epoch replicas isr offline_replicas log_start_offset log_end_offset log_bytes") + `
A partition without a leader has leader -1.` + aboutMissing,
			Example: examples(
				"kscope partitions -b kafka-1:9092 orders",
				"kscope partitions -b kafka-1:9092 -o json | jq '.[] | select(.leader == -1)'"),
			Annotations: map[string]string{takesInternal: "yes"},
		},
		columns: []column[partitionRow]{
			{"TOPIC", left, func(r *partitionRow) string { return r.Topic }},
			{"PARTITION", right, func(r *partitionRow) string { return id(r.Partition) }},
			{"LEADER", right, func(r *partitionRow) string { return leader(r.Leader) }},
			{"EPOCH", right, func(r *partitionRow) string { return known(r.LeaderEpoch, id) }},
			{"REPLICAS", left, func(r *partitionRow) string { return ids(r.Replicas) }},
			{"ISR", left, func(r *partitionRow) string { return ids(r.ISR) }},
			{"OFFLINE", left, func(r *partitionRow) string { return ids(r.OfflineReplicas) }},
			{"START", right, func(r *partitionRow) string { return known(r.LogStartOffset, id) }},
			{"END", right, func(r *partitionRow) string { return known(r.LogEndOffset, id) }},
			{"SIZE", right, func(r *partitionRow) string { return known(r.LogBytes, size) }},
		},
		rows: partitionRows,
	}
}

func leader(broker int32) string {
	if broker == model.NoBroker {
		return "none"
	}
	return id(broker)
}

// ids joins broker ids; a dash for no broker.
func ids(brokers []int32) string {
	words := make([]string, len(brokers))
	for i, b := range brokers {
		words[i] = id(b)
	}
	return orDash(strings.Join(words, ","))
}

func partitionRows(ctx context.Context, a *answer, w want, n *notes) ([]partitionRow, error) {
	listed, err := a.topics(ctx, w, n)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	offsets := model.ListOffsets{Topics: namesOf(w, listed, topicName)}
	a.ask(ctx, offsets, model.DescribeLogDirs{})
	var rows []partitionRow
	for _, t := range listed {
		rows = a.addPartitions(rows, t)
		n.described(t, w)
		if len(t.Partitions) == 0 {
			n.status = failed // rows are missing, whether it was named or not
		}
	}
	n.flush()
	a.noteOffsets(n, offsets, listed)
	a.noteSizes(n, listed)
	return rows, nil
}

func (a *answer) noteOffsets(n *notes, q model.ListOffsets, listed []*model.Topic) {
	if err := a.err(q); err != nil {
		n.note("offsets are not known: %s", why(err))
		return
	}
	for _, t := range listed {
		if t, _ := a.Topic(t.Name); t != nil && t.Offsets != nil && t.Offsets.Problem != nil {
			n.add(trouble{what: "some offsets", verb: "are"}, t.Offsets.Problem, t.Name)
		}
	}
	n.flush()
}

func (a *answer) addPartitions(rows []partitionRow, t *model.Topic) []partitionRow {
	var offsets *model.Offsets
	if now, ok := a.Topic(t.Name); ok {
		offsets = now.Offsets
	}
	for i := range t.Partitions {
		p := &t.Partitions[i]
		r := partitionRow{Topic: t.Name, Partition: p.ID, Leader: p.Leader}
		r.addReplicas(p)
		if p.LeaderEpoch >= 0 {
			r.LeaderEpoch = &p.LeaderEpoch
		}
		if offsets != nil {
			r.LogStartOffset = offsetAt(offsets.Start, p.ID)
			r.LogEndOffset = offsetAt(offsets.End, p.ID)
		}
		if n := a.PartitionBytes(t.Name, p.ID); n != model.NoBytes {
			r.LogBytes = &n
		}
		rows = append(rows, r)
	}
	return rows
}

func (r *partitionRow) addReplicas(p *model.Partition) {
	r.Replicas, r.ISR, r.OfflineReplicas = make([]int32, len(p.Replicas)), []int32{}, []int32{}
	for i, replica := range p.Replicas {
		r.Replicas[i] = replica.Broker
		switch replica.State {
		case model.InSync:
			r.ISR = append(r.ISR, replica.Broker)
		case model.OfflineReplica:
			r.OfflineReplicas = append(r.OfflineReplicas, replica.Broker)
		}
	}
}

func offsetAt(offsets []int64, partition int32) *int64 {
	if int(partition) >= len(offsets) || offsets[partition] == model.NoOffset {
		return nil
	}
	return &offsets[partition]
}
