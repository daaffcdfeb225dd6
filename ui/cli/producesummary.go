package cli

import (
	"bufio"
	"fmt"
	"time"

	"kscope/model"
)

// A sendingRow is what `produce -o summary-json` says of all records.
type sendingRow struct {
	Acknowledged int64              `json:"acknowledged"`
	Unconfirmed  int64              `json:"unconfirmed"` // sent with --acks 0
	Refused      int64              `json:"refused"`
	Unsent       int64              `json:"unsent"`
	Unknown      int64              `json:"unknown"` // they may have been written
	Bytes        int64              `json:"bytes"`
	Milliseconds int64              `json:"milliseconds"`
	Partitions   []partitionSentRow `json:"partitions"`
	Error        *string            `json:"error"`
}

// A partitionSentRow is what one partition got.
type partitionSentRow struct {
	Partition    int32  `json:"partition"`
	Acknowledged int64  `json:"acknowledged"`
	First        *int64 `json:"first_offset"` // null if nobody tells
	Last         *int64 `json:"last_offset"`
}

// summary prints how many records there were, and where, if that is what is wanted.
func (s *sender) summary() error {
	switch s.output {
	case "summary":
		return s.summaryTable()
	case "summary-json":
		line, err := encode(newSendingRow(&s.last))
		if err != nil {
			return err
		}
		return s.write(append(line, '\n'))
	}
	return nil
}

func newSendingRow(l *model.Sending) sendingRow {
	row := sendingRow{
		Acknowledged: l.Acknowledged, Unconfirmed: l.Unconfirmed, Refused: l.Refused, Unsent: l.Unsent, Unknown: l.Unknown,
		Bytes: l.Bytes, Milliseconds: l.At.Sub(l.Began).Milliseconds(), Partitions: make([]partitionSentRow, len(l.Partitions)),
	}
	for i, p := range l.Partitions {
		row.Partitions[i] = partitionSentRow{Partition: p.Partition, Acknowledged: p.Acknowledged, First: offsetOf(p.First), Last: offsetOf(p.Last)}
	}
	if l.Problem != nil {
		says := l.Problem.Error()
		row.Error = &says
	}
	return row
}

func offsetOf(offset int64) *int64 {
	if offset == model.NoOffset {
		return nil
	}
	return &offset
}

func (s *sender) summaryTable() error {
	l := &s.last
	took := l.At.Sub(l.Began)
	verb := "acknowledged"
	if l.Unconfirmed > 0 {
		verb = "sent"
	}
	out := bufio.NewWriter(s.app.std.Out)
	fmt.Fprintf(out, "%s %s in %s", plural(l.Acknowledged+l.Unconfirmed, "record"), verb, took.Round(time.Millisecond))
	if l.Rate > 0 {
		fmt.Fprintf(out, ", %.0f a second, %s", l.Rate, size(l.Bytes))
	}
	fmt.Fprintln(out)
	writeTable(out, []column[model.PartitionSent]{
		{"PARTITION", right, func(p *model.PartitionSent) string { return id(p.Partition) }},
		{"RECORDS", right, func(p *model.PartitionSent) string { return id(p.Acknowledged) }},
		{"FIRST", right, func(p *model.PartitionSent) string { return shownOffset(p.First) }},
		{"LAST", right, func(p *model.PartitionSent) string { return shownOffset(p.Last) }},
	}, l.Partitions, true)
	return out.Flush()
}

func shownOffset(offset int64) string {
	if offset == model.NoOffset {
		return "?"
	}
	return id(offset)
}
