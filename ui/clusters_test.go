package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kscope/model"
)

// clusters are the clusters that stories take place in.
var clusters = map[string]func() *script{
	"small":       smallCluster,
	"kept":        keptCluster,
	"empty":       func() *script { return brokersOnly(3) },
	"unreachable": unreachableCluster,
	"hostile":     hostileCluster,
	"hundred":     func() *script { return wideCluster(100, 40) },
	"huge":        func() *script { return wideCluster(3, 10_000) },
}

// brokersOnly is a cluster of n brokers in three racks that hold nothing.
func brokersOnly(n int) *script {
	s := newScript()
	for i := range n {
		id := int32(i + 1)
		s.brokers = append(s.brokers, model.Broker{
			ID: id, Host: fmt.Sprintf("kafka-%d", id), Port: 9092, Rack: string(rune('a' + i%3)), Version: "4.1",
			Latency: time.Duration(i%3+1) * time.Millisecond,
		})
	}
	return s
}

// add puts a topic into the cluster: end and rate are those of its partition 0.
func (s *script) add(name, partitions string, end, rate int64, config model.TopicConfig) {
	t := model.Topic{Name: name, Internal: strings.HasPrefix(name, "__"), Partitions: partitionsOf(partitions)}
	t.ID[0] = byte(len(s.topics) + 1)
	t.Tally = model.TallyOf(t.Partitions)
	s.topics = append(s.topics, t)
	slices.SortFunc(s.topics, func(a, b model.Topic) int { return cmp.Compare(a.Name, b.Name) })
	s.logs[name] = scriptLog{end: end, rate: rate}
	s.configs[name] = config
}

// smallCluster has something of everything: three brokers in three racks, and
// topics that are even, uneven, behind, led by others, offline, internal, empty.
func smallCluster() *script {
	s := brokersOnly(3)
	week := model.TopicConfig{MinISR: 2, Retention: 7 * 24 * time.Hour, RetainSize: model.NoBytes, Cleanup: "delete", MaxMessage: 1 << 20}
	hour, forever, one := week, week, week
	hour.Retention, hour.MinISR, forever.Retention, forever.MinISR, one.MinISR = time.Hour, 1, -1, 1, 1
	compacted := week
	compacted.Cleanup = "compact"
	s.add("__consumer_offsets", "1:1,2,3 2:2,3,1 3:3,1,2 1:1,3,2", 900, 3, compacted)
	s.add("audit", "1:1 2:2 3:3", 60_000, 6, one)
	s.add("clicks", "1:1,2 2:2,3- 2:3-,2 1:1,2 1:1,3 1:1,2", 3_000_000, 900, hour)
	s.add("drafts", "2:2,3,1", 0, 0, week)
	s.add("invoices", "1:1,2 -:2x 3:3,1", 4_000, 0, one)
	s.add("orders", "1:1,2,3 1:1,2,3 1:1,3,2 1:2,1,3 3:3,1,2 1:1,2,3 1:1,3,2 2:2,1,3 1:1,2,3 3:2,1,3 1:1,3,2 3:3,2,1", 120_000, 300, week)
	s.add("payments", "1:1,2,3- 2:2,3-,1 3:3,1,2 2:1,2,3-", 80_000, 40, compacted)
	s.add("shipments", "3:3,1-,2 1:1,2,3 2:2,3,1", 20_000, 12, forever)
	s.groups = smallGroups()
	s.remember("billing", "orders", billingPast)
	return s
}

// smallGroups are groups of each kind, in states that last and that pass.
func smallGroups() []model.Group {
	member := func(client string, epoch int32, topic string, partitions ...int32) model.Member {
		m := model.Member{ID: client + "-5e1f", ClientID: client, Host: "/10.0.0." + strconv.Itoa(len(client)), Epoch: epoch}
		if topic != "" {
			m.Assigned = map[string][]int32{topic: partitions}
		}
		return m
	}
	group := func(id string, kind model.GroupKind, protocol, state, assignor string, coordinator int32, members ...model.Member) model.Group {
		g := model.Group{ID: id, Kind: kind, ProtocolType: protocol, State: state, Assignor: assignor, Coordinator: coordinator, Members: members, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch}
		if kind != model.Classic {
			g.Epoch, g.AssignmentEpoch = members[0].Epoch, members[0].Epoch
		}
		return g
	}
	return []model.Group{
		group("archive", model.Classic, "consumer", "Empty", "", 1),
		group("billing", model.Classic, "consumer", "Stable", "range", 2,
			member("billing-1", -1, "orders", 0, 1, 2, 3, 5), member("billing-2", -1, "orders", 4, 6, 7, 8), member("billing-3", -1, "orders", 9, 10, 11),
			member("billing-4", -1, "")),
		group("connect-s3", model.Classic, "connect", "Stable", "compatible", 3, member("connect-1", -1, "")),
		group("fraud", model.Consumer, "consumer", "Stable", "uniform", 1, member("fraud-1", 12, "payments", 0, 1), member("fraud-2", 12, "payments", 2, 3)),
		group("metrics", model.Share, "share", "Stable", "simple", 2, member("metrics-1", 4, "clicks", 0, 1, 2)),
		streamsGroup(group("pipeline", model.Streams, "streams", "Reconciling", "sticky", 3, member("pipeline-1", 7, "clicks", 3, 4, 5))),
		group("reports", model.Classic, "consumer", "PreparingRebalance", "cooperative-sticky", 1, member("reports-1", -1, "")),
	}
}

// streamsGroup gives a streams group a topology, and its member tasks.
func streamsGroup(g model.Group) model.Group {
	g.Topology = &model.Topology{Epoch: 2, Subtopologies: []model.Subtopology{
		{ID: "0", Sources: []string{"clicks"}, Sinks: []string{"pipeline-by-user-repartition"}},
		{ID: "1", Sources: []string{"pipeline-by-user-repartition"}, Changelogs: []string{"pipeline-count-changelog"}},
	}}
	g.Members[0].Tasks = []model.Task{
		{Kind: model.ActiveTask, Subtopology: "0", Partitions: []int32{3, 4, 5}},
		{Kind: model.StandbyTask, Subtopology: "1", Partitions: []int32{0}},
		{Kind: model.WarmupTask, Subtopology: "1", Partitions: []int32{1}, Target: true},
	}
	return g
}

// unreachableCluster does not answer at first.
func unreachableCluster() *script {
	s := smallCluster()
	s.down = &model.Problem{Kind: model.Unreachable, Says: "Nothing listens at kafka-1:9092", Fix: "start the broker, or check host and port"}
	s.steps = []model.Step{
		{Name: "resolve", State: model.StepPassed, Took: 2 * time.Millisecond, Detail: "kafka-1 is 10.0.0.1"},
		{Name: "connect", State: model.StepFailed, Took: 31 * time.Millisecond, Detail: "Nothing listens at kafka-1:9092"},
		{Name: "connect", Of: "kafka-1:9092", State: model.StepFailed, Took: 31 * time.Millisecond, Detail: "connection refused"},
		{Name: "TLS", Detail: "not tried"},
		{Name: "SASL", Detail: "not tried"},
		{Name: "API versions", Detail: "not tried"},
	}
	return s
}

// hostile are texts that were written to move a cursor, hide a word or fill a
// clipboard, and some that are only hard to measure.
var hostile = []string{
	"\x1b[2J\x1b[31mred", "a\x1b]52;c;c2VjcmV0\x07b", "\u009b2Jc1", "line\nfeed\r\ttab\x00nul\x7f",
	"bidi\u202egnirts\u2066", "\xff\xfe not utf-8 \xc3\x28", "日本語のトピック", "e\u0301a\u0308 Z\u0351\u0352\u0353\u0354\u0355\u0356algo",
	"👩‍👩‍👧‍👦 family 👍🏽", "zero\u200bwidth\ufefftag\U000e0041", "",
}

// hostileCluster has hostile text wherever a cluster can have text.
func hostileCluster() *script {
	s := brokersOnly(3)
	for i := range s.brokers {
		s.brokers[i].Host, s.brokers[i].Rack, s.brokers[i].Version = hostile[i], hostile[i+3], hostile[i+5]
	}
	for i, name := range hostile[:len(hostile)-1] {
		s.add(name, "1:1,2,3 2:2,3,1", int64(1000*i), int64(i), model.TopicConfig{MinISR: 1, Cleanup: name, Retention: time.Hour})
		s.groups = append(s.groups, model.Group{
			ID: name, Kind: model.GroupKind(name), State: name, ProtocolType: name, Assignor: name, Coordinator: 1,
			Members: []model.Member{{ID: name, ClientID: name, InstanceID: name, Host: name, Assigned: map[string][]int32{name: {0}}}},
		})
	}
	slices.SortFunc(s.groups, func(a, b model.Group) int { return cmp.Compare(a.ID, b.ID) })
	return s
}

// wideCluster has n brokers and topics of three replicas that go round.
func wideCluster(n, topics int) *script {
	s := brokersOnly(n)
	for i := range topics {
		var b strings.Builder
		for p := range 3 {
			first := (i*7 + p) % n
			fmt.Fprintf(&b, "%d:%d,%d,%d ", first+1, first+1, (first+1)%n+1, (first+2)%n+1)
		}
		t := model.Topic{Name: fmt.Sprintf("topic-%05d", i), Partitions: partitionsOf(b.String())}
		t.Tally = model.TallyOf(t.Partitions)
		s.topics = append(s.topics, t)
		s.logs[t.Name] = scriptLog{end: int64(i), rate: int64(i % 50)}
	}
	return s
}

// happen changes the cluster. Events are written as a person would say them.
func (s *script) happen(event string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.Fields(event)
	switch {
	case strings.HasPrefix(event, "broker") && strings.HasSuffix(event, "dies"):
		s.brokerDies(numberIn(words[1]))
	case strings.HasPrefix(event, "broker") && strings.HasSuffix(event, "comes back"):
		s.brokerReturns(numberIn(words[1]))
	case strings.HasPrefix(event, "topic") && strings.HasSuffix(event, "deleted"):
		s.topics = slices.DeleteFunc(s.topics, func(t model.Topic) bool { return t.Name == words[1] })
	case strings.HasPrefix(event, "topic") && strings.HasSuffix(event, "created"):
		s.add(words[1], "1:1,2,3", 0, 0, model.TopicConfig{})
	case words[0] == "record":
		return s.recordWritten(strings.TrimPrefix(event, "record "))
	case len(words) == 6 && strings.HasSuffix(event, " record written to "+words[5]):
		return s.oddWritten(words[1], words[5])
	case strings.HasSuffix(event, "hostile records written to "+words[len(words)-1]):
		s.hostileWritten(words[len(words)-1])
	case strings.Contains(event, "records written to"):
		s.manyWritten(int(numberIn(words[0])), words[len(words)-1])
	case strings.HasSuffix(event, "is denied"):
		s.denied[words[0]] = &model.Problem{
			Kind: model.Denied, Right: model.Right{Operation: "Describe", Resource: "Cluster"},
			Says: "The right is missing: Describe on Cluster", Fix: "ask for an ACL that grants it",
		}
	case strings.HasSuffix(event, "is granted"):
		delete(s.denied, words[0])
	default:
		return s.happenToAll(event, words)
	}
	return nil
}

// happenToAll are events that the whole cluster feels.
func (s *script) happenToAll(event string, words []string) error {
	switch {
	case event == "nobody answers":
		s.down = &model.Problem{Kind: model.Unreachable, Says: "No broker answers", Fix: "check the network"}
	case event == "all answer again":
		s.down, s.silent, s.slow = nil, false, 0
	case event == "the network goes silent":
		s.silent = true
	case strings.HasPrefix(event, "answers take"):
		d, err := time.ParseDuration(words[2])
		s.slow = d
		return err
	case event == "writes are refused":
		s.refuse = &model.Problem{Kind: model.Denied, Says: "The right is missing: Write on Topic orders", Fix: "ask for an ACL that grants it"}
	case event == "writes are refused in hostile words":
		s.refuse = &model.Problem{Kind: model.Failed, Says: "\x1b[2J" + hostile[3] + hostile[4], Fix: "\x1b]0;title\x07"}
	case event == "this user may not write":
		for i := range s.topics {
			s.topics[i].Write = model.No
		}
	case event == "writes are taken":
		s.refuse = nil
	case s.tailHappens(event):
	case event == "the registry is silent":
		s.unregistered = true
	case event == "the registry answers":
		s.unregistered = false
	case event == "the tail is troubled":
		for _, t := range s.tails {
			t.trouble <- &model.Problem{Kind: model.Failed, Says: "Offsets 5 to 9 of orders/0 were deleted before they were read", Fix: "raise the topic's retention, or read faster"}
		}
	case event == "group billing rebalances":
		s.groups[1].State, s.groups[1].Members = "PreparingRebalance", nil
	case event == "removed members join again":
		s.comeBack = true
	case event == "removed members stay out":
		s.comeBack = false
	case event == "metrics-1 leaves":
		s.memberLeaves("metrics", "metrics-1-5e1f")
	case event == "somebody commits for archive":
		s.commits["archive"]["orders"][0]++
	case event == "billing-1 joins archive":
		s.groups[0].State, s.groups[0].Members = "Stable", s.groups[1].Members[:1]
	case strings.HasPrefix(event, "group ") && strings.HasSuffix(event, " is deleted"):
		s.groups = slices.DeleteFunc(s.groups, func(g model.Group) bool { return g.ID == words[1] })
	case event == "group fraud grows":
		s.fraudGrows()
	case event == "group fraud converges":
		s.fraudConverges()
	default:
		return s.happenToTopics(event)
	}
	return nil
}

// brokerDies lets the others take over, as the controller would.
func (s *script) brokerDies(id int32) {
	s.dead[id] = true
	s.eachPartition(func(p model.Partition) model.Partition { return model.AfterLoss(p, map[int32]bool{id: true}) })
}

// brokerReturns brings a broker's replicas back in sync; leaders stay where they
// are.
func (s *script) brokerReturns(id int32) {
	delete(s.dead, id)
	s.eachPartition(func(p model.Partition) model.Partition {
		p.Replicas = slices.Clone(p.Replicas)
		for i := range p.Replicas {
			if p.Replicas[i].Broker == id {
				p.Replicas[i].State = model.InSync
				if p.Leader == model.NoBroker {
					p.Leader = id
				}
			}
		}
		return p
	})
}

func (s *script) eachPartition(change func(model.Partition) model.Partition) {
	for i := range s.topics {
		t := &s.topics[i]
		t.Partitions = slices.Clone(t.Partitions)
		for j := range t.Partitions {
			t.Partitions[j] = change(t.Partitions[j])
		}
		t.Tally = model.TallyOf(t.Partitions)
	}
}

// recordWritten writes a record told as orders:0 KEY VALUE; null stands for null
// and "" for empty.
func (s *script) recordWritten(told string) error {
	place, rest, _ := strings.Cut(told, " ")
	key, value, _ := strings.Cut(rest, " ")
	topic, partition, ok := strings.Cut(place, ":")
	if !ok {
		return fmt.Errorf("%q names no partition", place)
	}
	s.write(model.Record{Topic: topic, Partition: numberIn(partition), Key: bytesIn(key), Value: bytesIn(value), LeaderEpoch: 3})
	return nil
}

func bytesIn(word string) []byte {
	switch word {
	case "null":
		return nil
	case `""`:
		return []byte{}
	}
	return []byte(word)
}

func (s *script) manyWritten(n int, topic string) {
	partitions := int32(len(s.topic(topic).Partitions))
	records := make([]model.Record, n)
	for i := range records {
		records[i] = model.Record{
			Topic: topic, Partition: int32(i) % partitions, LeaderEpoch: 3,
			Key: fmt.Appendf(nil, "user-%d", i%7), Value: fmt.Appendf(nil, `{"id":%d,"total":%d.50}`, 1000+i, i%90),
		}
	}
	s.write(records...)
}

func (s *script) hostileWritten(topic string) {
	for i, text := range hostile {
		s.write(model.Record{
			Topic: topic, Key: []byte(text), Value: []byte(hostile[len(hostile)-1-i] + text), LeaderEpoch: 3,
			Headers: []model.Header{{Key: text, Value: []byte(text)}},
		})
	}
}

// partitionsOf reads partitions written as "1:1,2,3 2:2,3,1- -:3x": leader, then
// replicas, - behind and x offline.
func partitionsOf(notation string) []model.Partition {
	var partitions []model.Partition
	for id, one := range strings.Fields(notation) {
		leader, replicas, _ := strings.Cut(one, ":")
		p := model.Partition{ID: int32(id), Leader: model.NoBroker, LeaderEpoch: 3}
		if leader != "-" {
			p.Leader = numberIn(leader)
		}
		for r := range strings.SplitSeq(replicas, ",") {
			state := model.InSync
			switch r[len(r)-1] {
			case '-':
				state = model.OutOfSync
			case 'x':
				state = model.OfflineReplica
			}
			p.Replicas = append(p.Replicas, model.Replica{Broker: numberIn(strings.TrimRight(r, "-x")), State: state})
		}
		partitions = append(partitions, p)
	}
	return partitions
}

func numberIn(s string) (n int32) {
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil {
		panic(fmt.Sprintf("%q is no number", s))
	}
	return n
}
