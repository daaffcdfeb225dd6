package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
)

// scriptChanges are what a script holds of topics beyond what panes list: configs that
// are set, and what stands in the way of changes.
type scriptChanges struct {
	set     map[string]map[string]string // configs of topics
	starts  map[string]map[int32]int64   // where logs begin
	veto    *model.Problem               // what the brokers say of any change
	creates bool                         // brokers create topics by themselves
	broken  int32                        // a partition whose records cannot be deleted; 0 is none
	keyless bool                         // records have no keys
}

// scriptConfigs are the configs that a topic of a script has.
var scriptConfigs = []model.Config{
	{Name: "cleanup.policy", Value: "delete", Source: model.FromDefault, Type: "list", Documentation: "This config designates the retention policy to use on log segments."},
	{Name: "compression.type", Value: "producer", Source: model.FromDefault, Type: "string", Documentation: "Specify the final compression type for a given topic. This configuration accepts the standard compression codecs ('gzip', 'snappy', 'lz4', 'zstd'). It additionally accepts 'uncompressed' which is equivalent to no compression; and 'producer' which means retain the original compression codec set by the producer."},
	{Name: "max.message.bytes", Value: "1048588", Source: model.FromDefault, Type: "int"},
	{Name: "min.insync.replicas", Value: "2", Source: model.FromStatic, Type: "int", Documentation: "This configuration specifies the minimum number of replicas that must acknowledge a write for the write to be considered successful."},
	{Name: "remote.log.secret", Sensitive: true, Source: model.FromTopic, Type: "password", Documentation: "A secret of the topic."},
	{Name: "retention.bytes", Value: "-1", Source: model.FromDefault, Type: "long"},
	{Name: "retention.ms", Value: "604800000", Source: model.FromCluster, Type: "long", Documentation: "This configuration controls the maximum time we will retain a log before we will discard old log segments to free up space."},
	{Name: "segment.bytes", Value: "1073741824", Source: model.FromDefault, Type: "int"},
}

// changeEvents answers what is asked about changes to topics; the lock is held.
func (s *script) changeEvents(q model.Query) ([]model.Event, error) {
	switch q := q.(type) {
	case model.DescribeConfigs:
		return []model.Event{model.ConfigsDescribed{Configs: s.describedConfigs(q.Of)}}, nil
	case model.PlanTopic:
		plan := model.TopicPlan{At: time.Now(), Query: q, Partitions: q.Topic.Partitions, Replicas: q.Topic.Replicas, Checked: !s.readOnly, Problem: s.changes.veto}
		if plan.Partitions < 0 {
			plan.Partitions, plan.Replicas = 1, 3
		}
		plan.Placement = model.PredictPlacement(s.brokers, plan.Partitions, plan.Replicas)
		if plan.Problem == nil {
			plan.Problem = plan.Placement.Problem
		}
		return []model.Event{model.TopicPlanned{Plan: plan}}, nil
	case model.PlanPartitions:
		t := s.topic(q.Topic)
		plan := model.PartitionsPlan{At: time.Now(), Query: q, Now: len(t.Partitions), Replicas: t.Tally.RF, Checked: true, Problem: s.changes.veto}
		plan.Placement = model.PredictPlacement(s.brokers, q.Count-plan.Now, plan.Replicas)
		return []model.Event{model.PartitionsPlanned{Plan: plan}}, nil
	case model.AuditPartitioner:
		return []model.Event{model.PartitionerAudited{Audit: s.audit(q)}}, nil
	case model.PlanConfigs:
		plan := model.NewConfigsPlan(time.Now(), q, s.describedConfigs(q.Of))
		plan.Checked, plan.Problem = true, s.changes.veto
		return []model.Event{model.ConfigsPlanned{Plan: plan}}, nil
	case model.PlanDeletion:
		return []model.Event{model.DeletionPlanned{Plan: s.deletion(q)}}, nil
	}
	return nil, fmt.Errorf("the script has no answer to %T", q)
}

func (s *script) describedConfigs(of model.Resource) *model.Configs {
	configs := &model.Configs{Of: of, At: time.Now(), By: of}
	if denied := s.denied["DescribeConfigs"]; denied != nil {
		if of.Name == "" {
			of.Name = "audit" // which was asked in its place
		}
		right := of.Right("DescribeConfigs")
		configs.Problem = &model.Problem{Kind: model.Denied, Right: right, Says: "The right is missing: " + right.String(), Fix: "ask for an ACL that grants it"}
		return configs
	}
	if of.Name == "" {
		configs.By = model.TopicsConfigs("audit")
	}
	for _, c := range scriptConfigs {
		c.Default, c.Of = c.Value, c.Source
		if v, ok := s.changes.set[of.Name][c.Name]; ok && of.Kind == model.TopicResource {
			c.Value, c.Source = v, model.FromTopic
		}
		if of.Kind == model.BrokerResource {
			c.ReadOnly, c.Source = true, model.FromStatic
		}
		if c.Sensitive && of == model.TopicsConfigs("") {
			continue
		}
		configs.Entries = append(configs.Entries, c)
	}
	return configs
}

// audit is of the keys user-0 to user-199, each where murmur2 puts it but one.
func (s *script) audit(q model.AuditPartitioner) *model.Audit {
	var auditor model.Auditor
	n := len(s.topic(q.Topic).Partitions)
	for i := range 2000 {
		key := "user-" + strconv.Itoa(i%200)
		at := model.KeyPartition([]byte(key), n)
		switch {
		case s.changes.keyless:
			auditor.Add(at, nil)
			continue
		case i == 0:
			at = (at + 1) % int32(n)
		}
		auditor.Add(at, []byte(key))
	}
	audit := auditor.Audit(q, time.Now(), n)
	audit.Done = true
	return audit
}

func (s *script) deletion(q model.PlanDeletion) model.RecordsPlan {
	d := &q.Deletion
	var lines []model.DeletionLine
	for _, p := range s.topic(d.Topic).Partitions {
		if d.Partition != model.AllPartitions && d.Partition != p.ID {
			continue
		}
		line := model.DeletionLine{Partition: p.ID, Start: s.changes.starts[d.Topic][p.ID], End: s.end(d.Topic, p.ID)}
		found := max(line.Start, line.End+s.logs[d.Topic].rate*time.Until(d.Time).Milliseconds()/1000)
		if p.Offline() {
			line.Start, line.End = model.NoOffset, model.NoOffset
		}
		lines = append(lines, d.Line(line, found))
	}
	return model.NewRecordsPlan(time.Now(), q, s.configs[d.Topic].Cleanup, lines)
}

// actOnTopic carries out a command that changes topics, and reports whether it was one;
// the lock is held.
func (s *script) actOnTopic(c model.Command, emit func(model.Event)) (bool, error) {
	if err := s.vetoed(c); err != nil {
		return true, err
	}
	switch c := c.(type) {
	case model.CreateTopic:
		t := c.Topic
		var rows []string
		for p := range max(1, t.Partitions) {
			var replicas []string
			for r := range max(1, t.Replicas) {
				replicas = append(replicas, strconv.Itoa((p+r)%len(s.brokers)+1))
			}
			rows = append(rows, replicas[0]+":"+strings.Join(replicas, ","))
		}
		s.add(t.Name, strings.Join(rows, " "), 0, 0, model.TopicConfig{MinISR: 2, Cleanup: "delete"})
		emit(model.TopicCreated{At: time.Now(), Topic: s.topic(t.Name)})
	case model.AddPartitions:
		i := slices.IndexFunc(s.topics, func(t model.Topic) bool { return t.Name == c.Topic })
		t := &s.topics[i]
		for p := len(t.Partitions); p < c.Count; p++ {
			t.Partitions = append(slices.Clip(t.Partitions), model.Partition{ID: int32(p), Leader: 1, Replicas: []model.Replica{{Broker: 1}, {Broker: 2}, {Broker: 3}}})
		}
		t.Tally = model.TallyOf(t.Partitions)
		emit(model.PartitionsAdded{At: time.Now(), Topic: *t})
	case *model.AlterConfigs:
		return true, s.alter(c, emit)
	case model.DeleteTopic:
		s.topics = slices.DeleteFunc(slices.Clone(s.topics), func(t model.Topic) bool { return t.Name == c.Name })
		emit(model.TopicDeleted{At: time.Now(), Name: c.Name, Problem: &model.Problem{Kind: model.Gone, Says: "There is no topic " + c.Name}})
	case *model.DeleteRecords:
		return true, s.cut(c, emit)
	default:
		return false, nil
	}
	return true, nil
}

func (s *script) vetoed(c model.Command) error {
	switch c.(type) {
	case model.CreateTopic, model.AddPartitions, *model.AlterConfigs, model.DeleteTopic, *model.DeleteRecords:
		if s.changes.veto != nil {
			return s.changes.veto
		}
	}
	return nil
}

func (s *script) alter(c *model.AlterConfigs, emit func(model.Event)) error {
	of := c.Plan.Query.Of
	for _, l := range c.Plan.Lines {
		if now := s.describedConfigs(of).Find(l.Change.Name); now != nil && now.Value != l.From {
			return &model.Problem{Kind: model.Failed, Says: fmt.Sprintf("%s was changed since the preview: it was %q, and is %q", l.Change.Name, l.From, now.Value), Fix: "look at the preview again, then confirm it"}
		}
	}
	for _, change := range c.Plan.Query.Changes.List() {
		s.setConfig(of.Name, change.Name, change.Value)
		if change.Reset {
			delete(s.changes.set[of.Name], change.Name)
		}
	}
	emit(model.ConfigsAltered{Configs: s.describedConfigs(of)})
	return nil
}

func (s *script) setConfig(topic, name, value string) {
	if s.changes.set == nil {
		s.changes.set = map[string]map[string]string{}
	}
	if s.changes.set[topic] == nil {
		s.changes.set[topic] = map[string]string{}
	}
	s.changes.set[topic][name] = value
}

func (s *script) cut(c *model.DeleteRecords, emit func(model.Event)) error {
	plan := c.Plan
	plan.Lines = slices.Clone(plan.Lines)
	topic := plan.Query.Deletion.Topic
	if s.changes.starts == nil {
		s.changes.starts = map[string]map[int32]int64{}
	}
	if s.changes.starts[topic] == nil {
		s.changes.starts[topic] = map[int32]int64{}
	}
	var err error
	for i := range plan.Lines {
		l := &plan.Lines[i]
		switch {
		case l.Problem != nil || l.Goes == 0:
		case l.Partition == s.changes.broken && s.changes.broken > 0:
			l.Problem = &model.Problem{Kind: model.Failed, Says: "A log directory of the broker is offline", Fix: "look into the broker's log"}
			err = &model.Problem{Kind: model.Failed, Says: fmt.Sprintf("Of 1 of %d partitions nothing was deleted (%d): %s", len(plan.Lines), l.Partition, l.Problem.Says), Fix: l.Problem.Fix}
		default:
			l.Start = l.To
			s.changes.starts[topic][l.Partition] = l.To
		}
	}
	plan.At = time.Now()
	emit(model.RecordsDeleted{Plan: plan})
	return err
}

// happenToTopics are events about what can be changed.
func (s *script) happenToTopics(event string) error {
	switch event {
	case "a policy forbids changes":
		s.changes.veto = &model.Problem{Kind: model.Invalid, Says: "A policy of the cluster forbids this: names begin with team-, and topics are kept for an hour", Fix: "see what the broker says of it"}
	case "rights for changes are missing":
		s.changes.veto = &model.Problem{Kind: model.Denied, Says: "The right is missing: Alter on Topic orders", Fix: "ask for an ACL that grants it", Right: model.Right{Operation: "Alter", Resource: "Topic orders"}}
	case "changes are taken":
		s.changes.veto = nil
	case "brokers create topics by themselves":
		s.changes.creates = true
	case "somebody sets retention.ms of orders":
		s.setConfig("orders", "retention.ms", "86400000")
	case "records of partition 2 cannot be deleted":
		s.changes.broken = 2
	case "records have no keys":
		s.changes.keyless = true
	default:
		return fmt.Errorf("what is %q?", event)
	}
	return nil
}
