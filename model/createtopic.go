package model

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// BrokerDefault leaves a number to the brokers: num.partitions,
// default.replication.factor (KIP-464, Kafka 2.4).
const BrokerDefault = -1

// NewTopic is a topic that is to be created. It is comparable.
type NewTopic struct {
	Name       string
	Partitions int // or BrokerDefault
	Replicas   int // the replication factor, or BrokerDefault
	Configs    ConfigChanges
}

// Bounds of what can be asked for in one request.
const (
	longestName    = 249
	mostPartitions = 100_000
	mostReplicas   = 32_767
)

// Problem says what makes no sense about the topic, whatever cluster it is for; nil if
// nothing does.
func (t NewTopic) Problem() *Problem {
	if p := TopicNameProblem(t.Name); p != nil {
		return p
	}
	switch {
	case t.Partitions != BrokerDefault && (t.Partitions < 1 || t.Partitions > mostPartitions):
		return &Problem{Kind: Invalid, Says: "A topic has at least one partition", Fix: "use 1 to " + number(mostPartitions)}
	case t.Replicas != BrokerDefault && (t.Replicas < 1 || t.Replicas > mostReplicas):
		return &Problem{Kind: Invalid, Says: "The replication factor is at least 1", Fix: "use 1 to as many as there are brokers"}
	}
	return nil
}

// TopicNameProblem says why a name cannot be a topic's: Kafka's own rules
// (org.apache.kafka.common.internals.Topic). It returns nil if it can.
func TopicNameProblem(name string) *Problem {
	says := ""
	switch at := strings.IndexFunc(name, func(r rune) bool { return !inTopicName(r) }); {
	case name == "":
		says = "A topic needs a name"
	case name == "." || name == "..":
		says = "The name of a topic cannot be " + name
	case at >= 0:
		r, _ := utf8.DecodeRuneInString(name[at:])
		says = fmt.Sprintf("%q cannot be in the name of a topic", r)
	case len(name) > longestName:
		says = fmt.Sprintf("The name is %d characters long, and Kafka takes %d", len(name), longestName)
	default:
		return nil
	}
	return &Problem{Kind: Invalid, Says: says, Fix: "use letters, digits, dot, underscore and minus, at most 249"}
}

func inTopicName(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-'
}

// kafkasOwn are the topics that Kafka creates itself, as it needs them.
var kafkasOwn = map[string]bool{
	"__consumer_offsets": true, "__transaction_state": true, "__share_group_state": true,
	"__cluster_metadata": true, "__remote_log_metadata": true,
}

// NameClash says why a topic of that name cannot be created beside those there are: it
// exists, it differs from one only by dots and underscores, which metrics do not tell
// apart, or Kafka creates it itself. It returns nil if it can. It costs a look at each
// topic.
func NameClash(name string, topics []*Topic) *Problem {
	if kafkasOwn[name] {
		return &Problem{Kind: Invalid, Says: "Kafka creates " + name + " itself, as it needs it", Fix: "choose another name"}
	}
	if _, ok := FindTopic(topics, name); ok {
		return &Problem{Kind: Invalid, Says: "Topic " + name + " exists already", Fix: "choose another name"}
	}
	for _, t := range topics {
		if len(t.Name) == len(name) && sameInMetrics(t.Name, name) {
			return &Problem{Kind: Invalid, Says: "The name collides with topic " + t.Name + ": in names of metrics . and _ are the same", Fix: "choose another name"}
		}
	}
	return nil
}

// sameInMetrics reports whether two names are the same but for . and _.
func sameInMetrics(a, b string) bool {
	for i := range len(a) {
		if a[i] != b[i] && !(a[i] == '.' && b[i] == '_' || a[i] == '_' && b[i] == '.') {
			return false
		}
	}
	return true
}

// NameCaution says what is unwise about a name that could be a topic's; empty if
// nothing is.
func NameCaution(name string) string {
	switch {
	case strings.HasPrefix(name, "__"):
		return "names that begin with __ are Kafka's own by custom"
	case strings.Contains(name, ".") && strings.Contains(name, "_"):
		return "use . or _, not both: in names of metrics they are the same"
	}
	return ""
}

// PlanTopic asks what creating a topic would give, and whether the brokers would take
// it. Nothing is created.
type PlanTopic struct{ Topic NewTopic }

func (PlanTopic) query() {}

// Every implements Query.
func (PlanTopic) Every() time.Duration { return 10 * time.Second }

// TopicPlanned brings a plan, into Snapshot.Plans.
type TopicPlanned struct{ Plan TopicPlan }

func (e TopicPlanned) apply(s *Snapshot) { s.Plans.Topic = &e.Plan }

// A TopicPlan is what creating a topic would give.
type TopicPlan struct {
	At         time.Time
	Query      PlanTopic
	Partitions int // with the brokers' default put in, where they tell it; else as asked for
	Replicas   int
	Placement  Placement
	Checked    bool     // the brokers were asked whether they would take it; not with --read-only
	Problem    *Problem // why they would not
}

// Refusal says why the topic cannot be created as things are; nil if it can.
func (p *TopicPlan) Refusal() *Problem {
	if problem := p.Query.Topic.Problem(); problem != nil {
		return problem
	}
	return p.Problem
}

// CreateTopic creates a topic.
type CreateTopic struct{ Topic NewTopic }

func (CreateTopic) command() {}

// String implements Command.
func (c CreateTopic) String() string { return "create topic " + c.Topic.Name }

// TopicCreated brings a topic that was created, as read back.
type TopicCreated struct {
	At    time.Time
	Topic Topic
}

func (e TopicCreated) apply(s *Snapshot) {
	if i, ok := FindTopic(s.Topics, e.Topic.Name); !ok {
		next := make([]*Topic, 0, len(s.Topics)+1)
		next = append(append(append(next, s.Topics[:i]...), &e.Topic), s.Topics[i:]...)
		s.Topics = next
		s.Counts = s.Counts.with(&e.Topic)
		s.TopicsAt++
		s.addMissing(s.Counts.Loads)
	}
}

// Plans are the latest previews of changes to topics; nil where none was made.
type Plans struct {
	Topic      *TopicPlan
	Partitions *PartitionsPlan
	Configs    *ConfigsPlan
	Records    *RecordsPlan
}
