package ui

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"kscope/model"
)

// A script is a Source: a small cluster of its own, kept in memory, whose clock
// is that of the bubble it runs in. Events of a story change it.
type script struct {
	mu       sync.Mutex
	began    time.Time
	brokers  []model.Broker
	dead     map[int32]bool
	topics   []model.Topic
	logs     map[string]scriptLog
	configs  map[string]model.TopicConfig
	groups   []model.Group
	pasts    map[string][]model.Observation // what the logs of groups say, by group
	tails    []*scriptTail
	written  []model.Record            // by events and commands
	sessions map[uint64]*scriptSession // of tails
	lab      scriptLab
	decoder  scriptDecoder
	commits  scriptCommits
	changes  scriptChanges
	keeps    bool // their lag is told

	unregistered bool // the schema registry does not answer

	comeBack bool // members that are removed join again

	down     *model.Problem            // if set, every question fails with it
	denied   map[string]*model.Problem // by the name of the query
	refuse   *model.Problem            // if set, every command fails with it
	slow     time.Duration             // how long an answer takes
	silent   bool                      // no answer comes at all
	readOnly bool
	steps    []model.Step // of a diagnosis

	asked, cancelled []model.Query
	done             []model.Command
}

// A scriptLog says how the partitions of a topic grow.
type scriptLog struct {
	end   int64 // of partition 0 when the story begins; the others have less
	rate  int64 // records a second into partition 0; the others get less
	extra map[int32]int64
}

func newScript() *script {
	return &script{
		began: time.Now(), dead: map[int32]bool{}, logs: map[string]scriptLog{}, configs: map[string]model.TopicConfig{},
		denied: map[string]*model.Problem{}, commits: archived(), pasts: map[string][]model.Observation{},
	}
}

// kindOf is the name of a query's type: ListTopics.
func kindOf(q model.Query) string { return reflect.TypeOf(q).Name() }

// Ask implements Source.
func (s *script) Ask(ctx context.Context, q model.Query, emit func(model.Event)) error {
	s.mu.Lock()
	s.asked = append(s.asked, q)
	slow, silent := s.slow, s.silent
	s.mu.Unlock()
	err := s.wait(ctx, slow, silent)
	if err == nil {
		err = s.answer(ctx, q, emit)
	}
	if ctx.Err() != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cancelled = append(s.cancelled, q)
		return ctx.Err()
	}
	return err
}

func (s *script) wait(ctx context.Context, d time.Duration, ever bool) error {
	if ever {
		<-ctx.Done()
	} else if d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

func (s *script) answer(ctx context.Context, q model.Query, emit func(model.Event)) error {
	switch q := q.(type) {
	case model.Tail:
		return s.tail(ctx, q, emit)
	case model.WatchGroup:
		return s.watch(ctx, q, emit)
	case model.Diagnose:
		emit(s.diagnosis())
		return nil
	case model.WatchLab:
		return s.watchLab(ctx, emit)
	}
	events, err := s.events(q)
	for _, e := range events {
		emit(e)
	}
	return err
}

// events is the whole answer to a query that has an end.
func (s *script) events(q model.Query) ([]model.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	problem := s.denied[kindOf(q)]
	switch q := q.(type) {
	case model.DescribeConfigs:
		return s.changeEvents(q)
	case model.DescribeLogDirs:
		return s.logDirs(problem), nil
	case model.DescribeTopicConfigs:
		return s.topicConfigs(q.Topics, problem), nil
	case model.DescribeGroups:
		return s.describedGroups(q.Groups, problem), nil
	case model.ReadLags:
		return s.lags(q.Groups, problem), nil
	}
	if problem != nil {
		return nil, problem
	}
	switch q := q.(type) {
	case model.ListBrokers:
		return s.listedBrokers(), nil
	case model.FetchSchema:
		if s.unregistered {
			return nil, &model.Problem{Kind: model.Unreachable, Says: "The schema registry does not answer", Fix: "check its address"}
		}
		return []model.Event{s.decoder.fetch(q.ID)}, nil
	case model.ListTopics:
		topics := slices.Clone(s.topics)
		return []model.Event{model.TopicsListed{At: time.Now(), Topics: topics, Counts: model.CountsOf(topics)}}, nil
	case model.SchemaOf:
		return subjectOf(q), nil
	case model.PreviewMany:
		return s.previewMany(q), nil
	case model.PlanReset:
		return s.resetPlan(q)
	case model.DescribeTopic:
		return []model.Event{model.TopicDescribed{At: time.Now(), Topic: s.topic(q.Name)}}, nil
	case model.ListOffsets:
		return s.offsets(q.Topics), nil
	case model.ListGroups:
		return []model.Event{model.GroupsListed{At: time.Now(), Groups: s.listedGroups()}}, nil
	case model.DescribeBrokerConfigs:
		create := model.No
		if s.changes.creates {
			create = model.Yes
		}
		return []model.Event{model.BrokerConfigsDescribed{AutoCreate: create}}, nil
	}
	return s.changeEvents(q)
}

func (s *script) listedBrokers() []model.Event {
	listed := model.BrokersListed{At: time.Now(), ClusterID: "kX2v", Controller: model.NoBroker}
	probed := model.BrokersProbed{At: time.Now()}
	for _, b := range s.brokers {
		probe := model.Probe{Broker: b.ID, Version: b.Version, Latency: b.Latency}
		if s.dead[b.ID] {
			probe.Problem = &model.Problem{Kind: model.Unreachable, Says: "Nothing listens at " + b.Address(), Fix: "start the broker, or check host and port"}
		} else if listed.Controller == model.NoBroker {
			listed.Controller, b.Controller = b.ID, true
		}
		listed.Brokers = append(listed.Brokers, b)
		probed.Probes = append(probed.Probes, probe)
	}
	return []model.Event{listed, probed}
}

func (s *script) topic(name string) model.Topic {
	for _, t := range s.topics {
		if t.Name == name {
			return t
		}
	}
	return model.Topic{Name: name, Problem: &model.Problem{Kind: model.Gone, Says: "There is no topic " + name, Fix: "check its name, or create it"}}
}

// end is the log end of a partition at this moment: of three neighbours one has
// the whole rate, one two thirds of it and one a third.
func (s *script) end(topic string, partition int32) int64 {
	log := s.logs[topic]
	third := int64(3 - partition%3)
	return log.end*third/3 + log.rate*third*time.Since(s.began).Milliseconds()/3000 + log.extra[partition]
}

func (s *script) offsets(names model.Names) []model.Event {
	_, one := names.One()
	e := model.OffsetsListed{At: time.Now(), Watched: one}
	for _, t := range s.topics {
		if !names.All() && !slices.Contains(names.List(), t.Name) {
			continue
		}
		o := model.TopicOffsets{Name: t.Name}
		for _, p := range t.Partitions {
			end := s.end(t.Name, p.ID)
			if p.Offline() {
				end = model.NoOffset
			}
			o.Start, o.End = append(o.Start, min(end, 0)), append(o.End, end)
		}
		e.Topics = append(e.Topics, o)
	}
	if names.All() {
		return []model.Event{e, model.OffsetsSwept{At: time.Now()}}
	}
	return []model.Event{e}
}

func (s *script) topicConfigs(names model.Names, denied *model.Problem) []model.Event {
	found := map[string]*model.TopicConfig{}
	for _, t := range s.topics {
		if !names.All() && !slices.Contains(names.List(), t.Name) {
			continue
		}
		config := s.configs[t.Name]
		config.At = time.Now()
		if denied != nil {
			problem := *denied
			problem.Right = model.Right{Operation: "DescribeConfigs", Resource: "Topic " + t.Name}
			config = model.TopicConfig{At: time.Now(), Problem: &problem}
		}
		found[t.Name] = &config
	}
	return []model.Event{model.TopicConfigsDescribed{Configs: found}}
}

// bytesPerRecord is what a record takes up in a log.
const bytesPerRecord = 100

func (s *script) logDirs(denied *model.Problem) []model.Event {
	var events []model.Event
	for _, b := range s.brokers {
		if denied != nil || s.dead[b.ID] {
			problem := cmp.Or(denied, &model.Problem{Kind: model.Unreachable, Says: "Nothing listens at " + b.Address()})
			events = append(events, model.LogDirsDescribed{LogDirs: &model.LogDirs{Broker: b.ID, At: time.Now(), Problem: problem}})
			continue
		}
		sizes := map[string][]int64{}
		for _, t := range s.topics {
			for _, p := range t.Partitions {
				bytes := model.NoBytes
				if p.Role(b.ID) != model.NoReplica {
					bytes = s.end(t.Name, p.ID) * bytesPerRecord
				}
				sizes[t.Name] = append(sizes[t.Name], bytes)
			}
		}
		dirs := []model.LogDir{{Path: "/var/kafka", Total: 1e12, Usable: 6e11}}
		events = append(events, model.LogDirsDescribed{LogDirs: model.NewLogDirs(b.ID, time.Now(), dirs, sizes)})
	}
	return events
}

// listedGroups are the groups without what only a description tells.
func (s *script) listedGroups() []model.Group {
	groups := slices.Clone(s.groups)
	for i := range groups {
		groups[i].Members, groups[i].Assignor, groups[i].Known = nil, "", false
	}
	return groups
}

func (s *script) describedGroups(names model.Names, denied *model.Problem) []model.Event {
	e := model.GroupsDescribed{At: time.Now()}
	for _, g := range s.groups {
		if slices.Contains(names.List(), g.ID) {
			g.Known, g.Problem = denied == nil, denied
			e.Groups = append(e.Groups, g)
		}
	}
	return []model.Event{e}
}

// lags are of groups whose members have committed all but ten records times the
// partition's number.
func (s *script) lags(names model.Names, denied *model.Problem) []model.Event {
	e := model.LagsRead{At: time.Now()}
	for _, g := range s.groups {
		if !slices.Contains(names.List(), g.ID) {
			continue
		}
		read := model.GroupRead{ID: g.ID, Problem: denied}
		for _, topic := range g.Topics() {
			read.Topics = append(read.Topics, s.topicLag(&g, topic))
		}
		if s.keeps {
			read.Topics = append(read.Topics, s.committedLags(g.ID)...)
		}
		e.Groups = append(e.Groups, read)
	}
	return []model.Event{e}
}

func (s *script) topicLag(g *model.Group, topic string) model.TopicLag {
	lag := model.TopicLag{Topic: topic}
	for i := range g.Members {
		for _, p := range g.Members[i].Assigned[topic] {
			end := s.end(topic, p)
			committed := max(0, end-10*int64(p))
			lag.Partitions = append(lag.Partitions, model.PartitionLag{ID: p, Committed: committed, End: end, Lag: end - committed})
		}
	}
	slices.SortFunc(lag.Partitions, func(a, b model.PartitionLag) int { return cmp.Compare(a.ID, b.ID) })
	return lag
}

func (s *script) diagnosis() model.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return model.Diagnosed{Diagnosis: model.Diagnosis{Started: time.Now(), Steps: s.steps, Problem: s.down, Done: true}}
}

// Do implements Source.
func (s *script) Do(ctx context.Context, c model.Command, emit func(model.Event)) error {
	time.Sleep(4 * time.Millisecond)
	if c, ok := c.(*model.SendMany); ok {
		return s.sendMany(ctx, c, emit)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = append(s.done, c)
	switch {
	case s.readOnly:
		return &model.Problem{Kind: model.ReadOnly, Says: "Cannot " + c.String() + ", as kscope was started read-only", Fix: "start it without --read-only"}
	case s.refuse != nil:
		return s.refuse
	}
	if done, err := s.act(c, emit); done {
		return err
	}
	if done, err := s.actOnTopic(c, emit); done {
		return err
	}
	switch c := c.(type) {
	case *model.Produce:
		emit(model.Produced{Sent: s.produce(c)})
	case model.StopBroker:
		s.brokerDies(c.ID)
	case model.StartBroker:
		s.brokerReturns(c.ID)
	default:
		s.doLab(c)
	}
	return nil
}

func (s *script) produce(c *model.Produce) model.Sent {
	partition := int32(0)
	if c.Key != nil {
		partition = model.KeyPartition(c.Key, len(s.topic(c.Topic).Partitions))
	}
	r := model.Record{Topic: c.Topic, Partition: partition, Key: c.Key, Value: c.Value, LeaderEpoch: 3}
	sent := model.Sent{Topic: c.Topic, Partition: partition, Offset: s.end(c.Topic, partition), Timestamp: time.Now().UTC(), Took: 4 * time.Millisecond}
	s.write(r)
	return sent
}

// askedFor counts the questions of one kind.
func (s *script) askedFor(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, q := range s.asked {
		if kindOf(q) == kind {
			n++
		}
	}
	return n
}
