package cli

import (
	"bufio"
	"cmp"
	"context"
	"slices"
	"time"

	"kscope/kafka/template"
	"kscope/model"
	"kscope/ui"
	"kscope/ui/export"
)

// A foretoldRow is what `produce --dry-run -o json` says of a record.
type foretoldRow struct {
	Topic     string `json:"topic"`
	Partition *int32 `json:"partition"` // null if the key does not decide it
	Leader    *int32 `json:"leader"`    // -1 if the partition has none; null if it is not known which
	Why       string `json:"why"`
	misfit    bool   // it goes nowhere: it does not fit its schema
}

// foretoldSums is what `produce --dry-run -o summary-json` says of all records.
type foretoldSums struct {
	Partitions []foretoldCount `json:"partitions"`
	Any        int64           `json:"any"` // records that no key leads
}

// A foretoldCount is how many records would go to a partition.
type foretoldCount struct {
	Partition int32 `json:"partition"`
	Records   int64 `json:"records"`
}

func foretoldCounts(rows []model.PartitionCount) []foretoldCount {
	counts := make([]foretoldCount, len(rows))
	for i, r := range rows {
		counts[i] = foretoldCount{r.Partition, r.Records}
	}
	return counts
}

// A sums counts what was foretold, for a summary.
type sums struct {
	partitions  map[int32]int64
	any, denied int64
}

// foretell says which partition each record would go to, and sends nothing.
func (p *produce) foretell(ctx context.Context, a *app, source ui.Source, cmd *model.SendMany) error {
	topic, err := describedTopic(ctx, source, p.record.Topic)
	if err != nil {
		return err
	}
	if cmd == nil {
		cmd = &model.SendMany{Record: p.record, Count: 1}
	}
	if problem := cmd.Check(); problem != nil {
		return problem
	}
	drafts, err := drawing(cmd, ui.DecoderOf(source))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.std.Out)
	s := sums{partitions: map[int32]int64{}}
	for n := int64(0); cmd.Count == 0 || n < cmd.Count; n++ {
		d, ok, err := drafts.Next()
		if err != nil {
			_ = out.Flush() // what went before stands
			return err
		}
		if !ok || ctx.Err() != nil {
			break
		}
		row := foretold(&topic, cmd, &d)
		if err := s.add(out, p.output, row); err != nil {
			return err
		}
	}
	if err := s.end(out, p.output, p.record.Topic); err != nil {
		return err
	}
	if s.denied > 0 {
		a.say("%s would be refused", plural(s.denied, "record"))
		return exit(failed)
	}
	return nil
}

// describedTopic describes a topic that must be there.
func describedTopic(ctx context.Context, source ui.Source, name string) (model.Topic, error) {
	found := model.Topic{Name: name}
	err := source.Ask(ctx, model.DescribeTopic{Name: name}, func(e model.Event) {
		if e, ok := e.(model.TopicDescribed); ok {
			found = e.Topic
		}
	})
	switch {
	case err != nil:
		return found, explain(ctx, source, err)
	case found.Problem != nil:
		return found, found.Problem
	}
	return found, nil
}

// drawing returns the records of a command, encoded as they would be sent.
func drawing(cmd *model.SendMany, by model.Decoder) (model.Drafts, error) {
	drafts := model.Drafts(&model.Repeated{})
	switch m := cmd.Material.(type) {
	case model.Template:
		maker, problem := template.NewMaker(m, time.Now)
		if problem != nil {
			return nil, problem
		}
		drafts = maker
	case model.Stream:
		drafts = m.From
	case model.File, nil: // files come as streams
	}
	encoded, problem := cmd.Schemas.Encoding(drafts, &cmd.Record, by)
	if problem != nil {
		return nil, problem
	}
	return encoded, nil
}

// foretold says where one record would go.
func foretold(t *model.Topic, cmd *model.SendMany, d *model.Draft) foretoldRow {
	if d.Problem != nil {
		return foretoldRow{Topic: t.Name, Why: "line " + id(d.Line) + ": " + d.Problem.Error(), misfit: true}
	}
	r := cmd.Record
	if d.HasKey {
		r.Key = d.Key
	}
	if r.Partition == model.AllPartitions && !cmd.Spread {
		r.Partition = d.Partition
	}
	partition, why, ok := r.Predict(len(t.Partitions))
	row := foretoldRow{Topic: t.Name, Why: why}
	if !ok {
		return row
	}
	row.Partition = &partition
	if int(partition) >= len(t.Partitions) {
		row.Why = "topic " + t.Name + " has no partition " + id(partition)
		return row
	}
	row.Leader = &t.Partitions[partition].Leader
	return row
}

// refused reports whether the record would be refused, as far as can be told.
func (r *foretoldRow) refused() bool {
	return r.misfit || r.Partition != nil && (r.Leader == nil || *r.Leader == model.NoBroker)
}

// add prints a row, or counts it for the summary.
func (s *sums) add(out *bufio.Writer, output string, r foretoldRow) error {
	if r.refused() {
		s.denied++
	}
	switch {
	case r.misfit:
	case r.Partition == nil:
		s.any++
	default:
		s.partitions[*r.Partition]++
	}
	switch output {
	case "line":
		_, err := out.WriteString(r.line())
		return err
	case "json":
		encoded, err := encode(r)
		if err == nil {
			_, err = out.Write(append(encoded, '\n'))
		}
		return err
	}
	return nil
}

// line is topic:partition, who leads it, and why; ? is any partition.
func (r *foretoldRow) line() string {
	line := export.AppendPlace(nil, r.Topic, 0, 0)
	line = line[:len(line)-len("0:0")]
	if r.Partition == nil {
		return string(line) + "? " + r.Why + "\n"
	}
	line = append(line, id(*r.Partition)...)
	switch {
	case r.Leader == nil:
	case *r.Leader == model.NoBroker:
		line = append(line, " no leader"...)
	default:
		line = append(line, " leader "+id(*r.Leader)...)
	}
	return string(line) + " " + r.Why + "\n"
}

// end prints the summary, if that is what is wanted.
func (s *sums) end(out *bufio.Writer, output, topic string) error {
	var rows []model.PartitionCount
	total := s.any
	for p, n := range s.partitions {
		rows = append(rows, model.PartitionCount{Partition: p, Records: n})
		total += n
	}
	slices.SortFunc(rows, func(a, b model.PartitionCount) int { return cmp.Compare(a.Partition, b.Partition) })
	switch output {
	case "summary":
		out.WriteString(plural(total, "record") + " would be sent to " + topic + "\n")
		writeTable(out, []column[model.PartitionCount]{
			{"PARTITION", right, func(p *model.PartitionCount) string { return id(p.Partition) }},
			{"RECORDS", right, func(p *model.PartitionCount) string { return id(p.Records) }},
		}, rows, true)
		if s.any > 0 {
			out.WriteString(plural(s.any, "record") + " without a key may go to any\n")
		}
	case "summary-json":
		line, err := encode(foretoldSums{foretoldCounts(rows), s.any})
		if err != nil {
			return err
		}
		out.Write(append(line, '\n'))
	}
	return out.Flush()
}
