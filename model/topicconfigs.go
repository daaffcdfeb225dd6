package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Resource is what has configs: a topic or a broker. It is comparable.
type Resource struct {
	Kind ResourceKind
	Name string // of a topic, or a broker's id; empty stands for a topic that is yet to be created
}

// ResourceKind tells resources apart.
type ResourceKind int

// The kinds of resource.
const (
	TopicResource ResourceKind = iota
	BrokerResource
)

// TopicsConfigs is the resource of a topic. Without a name it is one that is yet to be
// created: it has what the brokers give to new topics.
func TopicsConfigs(name string) Resource { return Resource{TopicResource, name} }

// BrokersConfigs is the resource of a broker.
func BrokersConfigs(id int32) Resource { return Resource{BrokerResource, strconv.Itoa(int(id))} }

// String says the resource: topic orders, broker 1.
func (r Resource) String() string {
	if r.Kind == BrokerResource {
		return "broker " + r.Name
	}
	return "topic " + r.Name
}

// Right is the right on the resource that an operation takes.
func (r Resource) Right(operation string) Right {
	if r.Kind == BrokerResource {
		return Right{Operation: operation, Resource: "Cluster"}
	}
	return Right{Operation: operation, Resource: "Topic " + r.Name}
}

// A Config is one setting of a resource.
type Config struct {
	Name      string
	Value     string // empty for what is sensitive or not set
	Unset     bool   // it has no value at all, which is not the same as an empty one
	Sensitive bool   // a password, or of a type the broker does not know: its value is nowhere in kscope
	ReadOnly  bool   // cannot be changed while the broker runs

	Source  ConfigSource
	Default string       // what it would be without what is set for this very resource
	Of      ConfigSource // where the default is from

	Type          string // boolean, string, int, short, long, double, list, class, password; empty before Kafka 2.6
	Documentation string // plain text; empty before Kafka 2.6
}

// Overridden reports whether the value is set for this very resource.
func (c *Config) Overridden() bool { return c.Source == FromTopic || c.Source == FromBroker }

// ConfigSource is where a value is from.
type ConfigSource int

// The sources, as KIP-226 has them, the strongest first.
const (
	FromUnknown ConfigSource = iota
	FromTopic                // dynamic, for this topic
	FromBroker               // dynamic, for one broker
	FromCluster              // dynamic, for all brokers
	FromStatic               // static: the broker's server.properties
	FromDefault              // built in
)

// String is the source in a word or two.
func (s ConfigSource) String() string {
	switch s {
	case FromTopic:
		return "topic"
	case FromBroker:
		return "broker"
	case FromCluster:
		return "cluster"
	case FromStatic:
		return "static"
	case FromDefault:
		return "default"
	}
	return "unknown"
}

// Configs are the settings of a resource.
type Configs struct {
	Of      Resource
	At      time.Time
	Entries []Config // by name
	Problem *Problem // why they could not be read
	// By is the topic, or the broker, that the configs of a topic that is yet to be
	// created were taken from.
	By Resource
}

// Find returns the setting of that name; nil if there is none.
func (c *Configs) Find(name string) *Config {
	i, ok := slices.BinarySearchFunc(c.Entries, name, func(e Config, name string) int { return strings.Compare(e.Name, name) })
	if !ok {
		return nil
	}
	return &c.Entries[i]
}

// DescribeConfigs asks for all settings of a resource.
type DescribeConfigs struct{ Of Resource }

func (DescribeConfigs) query() {}

// Every implements Query.
func (DescribeConfigs) Every() time.Duration { return 10 * time.Second }

// ConfigsDescribed brings them, into Snapshot.Configs.
type ConfigsDescribed struct{ Configs *Configs }

func (e ConfigsDescribed) apply(s *Snapshot) { s.putConfigs(e.Configs) }

// configsKept is of how many resources the settings are kept: with their
// documentation they are large, and shown of one at a time.
const configsKept = 8

func (s *Snapshot) putConfigs(c *Configs) {
	next := with(s.Configs, c.Of, c)
	for len(next) > configsKept {
		oldest := c
		for _, other := range next {
			if other.At.Before(oldest.At) {
				oldest = other
			}
		}
		if oldest == c {
			break // all are of the same moment
		}
		delete(next, oldest.Of)
	}
	s.Configs = next
}

// A ConfigChange sets a config, or takes what is set for the resource away.
type ConfigChange struct {
	Name  string
	Value string
	Reset bool
}

// String says the change: retention.ms=60000, or retention.ms to its default.
func (c ConfigChange) String() string {
	if c.Reset {
		return c.Name + " to its default"
	}
	return c.Name + "=" + c.Value
}

// ConfigChanges are changes that can stand in a Query: they are comparable. The zero
// ConfigChanges has none.
type ConfigChanges struct{ joined Names }

// ConfigChangesOf returns changes by name, of each name the last.
func ConfigChangesOf(changes ...ConfigChange) ConfigChanges {
	if len(changes) == 0 {
		return ConfigChanges{}
	}
	last := map[string]ConfigChange{}
	var names []string
	for _, c := range changes {
		if _, ok := last[c.Name]; !ok {
			names = append(names, c.Name)
		}
		last[c.Name] = c
	}
	slices.Sort(names)
	var words []string
	for _, n := range names {
		words = append(words, n, strconv.FormatBool(last[n].Reset), last[n].Value)
	}
	return ConfigChanges{NamesOf(words...)}
}

// List returns the changes, by name.
func (c ConfigChanges) List() []ConfigChange {
	var changes []ConfigChange
	for words := range slices.Chunk(c.joined.List(), 3) {
		changes = append(changes, ConfigChange{Name: words[0], Reset: words[1] == "true", Value: words[2]})
	}
	return changes
}

// PlanConfigs asks what changing configs would do, and whether the broker would take
// it. Nothing is changed.
type PlanConfigs struct {
	Of      Resource
	Changes ConfigChanges
}

func (PlanConfigs) query() {}

// Every implements Query.
func (PlanConfigs) Every() time.Duration { return 10 * time.Second }

// ConfigsPlanned brings a plan, into Snapshot.Plans.
type ConfigsPlanned struct{ Plan ConfigsPlan }

func (e ConfigsPlanned) apply(s *Snapshot) { s.Plans.Configs = &e.Plan }

// A ConfigsPlan is what changing configs would do.
type ConfigsPlan struct {
	At        time.Time
	Query     PlanConfigs
	Lines     []ConfigLine // by name
	Checked   bool         // the broker was asked whether it would take it; not with --read-only
	Problem   *Problem     // why it would not
	Forgetful bool         // records may be deleted that are kept now
}

// A ConfigLine is one config before and after.
type ConfigLine struct {
	Change   ConfigChange
	From, To string
	Source   ConfigSource // of From
	Unset    bool         // it had no value
	Untold   bool         // it goes back to its default, which the brokers do not tell
	Problem  *Problem     // why it cannot be changed
}

// NewConfigsPlan returns the plan of changes to what was described.
func NewConfigsPlan(at time.Time, q PlanConfigs, now *Configs) ConfigsPlan {
	p := ConfigsPlan{At: at, Query: q}
	for _, c := range q.Changes.List() {
		p.Lines = append(p.Lines, configLine(q.Of, c, now.Find(c.Name)))
		p.Forgetful = p.Forgetful || q.Of.Kind == TopicResource && forgets(p.Lines[len(p.Lines)-1])
	}
	return p
}

func configLine(of Resource, c ConfigChange, now *Config) ConfigLine {
	line := ConfigLine{Change: c, To: c.Value}
	switch {
	case now == nil && c.Reset:
		line.Problem = &Problem{Kind: Invalid, Says: fmt.Sprintf("%s has no config %s", of, c.Name), Fix: "check its name"}
	case now == nil:
		line.Unset = true
	case now.Sensitive:
		line.Problem = &Problem{Kind: Invalid, Says: c.Name + " is sensitive: kscope neither shows nor changes it", Fix: "use kafka-configs"}
	case now.ReadOnly && of.Kind == BrokerResource:
		line.Problem = &Problem{Kind: Invalid, Says: c.Name + " is read by the broker when it starts", Fix: "change server.properties, and restart it"}
	default:
		line.From, line.Source, line.Unset = now.Value, now.Source, now.Unset
		if c.Reset {
			line.To, line.Untold = now.Default, now.Of == FromUnknown
		}
	}
	return line
}

// forgets reports whether a change to a topic may have records deleted that are kept as
// things are: less retention, or a clean-up that there was not.
func forgets(l ConfigLine) bool {
	switch l.Change.Name {
	case "retention.ms", "retention.bytes", "delete.retention.ms", "segment.ms", "local.retention.ms", "local.retention.bytes":
		if l.Untold {
			return true
		}
		from, wrong := strconv.ParseInt(l.From, 10, 64)
		to, wrongToo := strconv.ParseInt(l.To, 10, 64)
		return wrong == nil && wrongToo == nil && to >= 0 && (from < 0 || to < from)
	case "cleanup.policy":
		return l.From != l.To && l.To != ""
	}
	return false
}

// Refusal says why the change cannot be made as things are; nil if it can.
func (p *ConfigsPlan) Refusal() *Problem {
	for i := range p.Lines {
		if p.Lines[i].Problem != nil {
			return p.Lines[i].Problem
		}
	}
	if len(p.Lines) == 0 {
		return &Problem{Kind: Invalid, Says: "Nothing is to be changed"}
	}
	return p.Problem
}

// AlterConfigs changes configs as a plan says, if they are as the plan found them.
type AlterConfigs struct{ Plan ConfigsPlan }

func (*AlterConfigs) command() {}

// String implements Command.
func (c *AlterConfigs) String() string { return "change configs of " + c.Plan.Query.Of.String() }

// ConfigsAltered brings the configs of a resource after a change, as read back.
type ConfigsAltered struct{ Configs *Configs }

func (e ConfigsAltered) apply(s *Snapshot) { s.putConfigs(e.Configs) }
