package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// NoBroker stands where a broker id would, and there is none: a partition
// without a leader, a cluster without a controller.
const NoBroker int32 = -1

// A Broker is one node of the cluster that holds partitions.
type Broker struct {
	ID         int32
	Host       string
	Port       int32
	Rack       string // broker.rack; empty if it has none
	Controller bool   // leads the quorum (KRaft, DescribeQuorum), or was elected by way of ZooKeeper (Metadata)
	Version    string // guessed from ApiVersions: "4.1"; empty if not known
	State      BrokerState
	Since      time.Time     // since when it is in State, as far as kscope saw
	Latency    time.Duration // of the last ApiVersions request; zero if it was not answered, or not sent
	Problem    *Problem      // why it is Unreached
}

// Address returns host:port; empty for a broker that was only ever seen in a
// replica list.
func (b Broker) Address() string {
	if b.Host == "" {
		return ""
	}
	host := b.Host
	if strings.Contains(host, ":") { // an IPv6 address
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(b.Port))
}

// BrokerState is whether a broker serves.
type BrokerState int

// The states of a broker, best first.
const (
	Up        BrokerState = iota
	Unproven              // listed by the cluster; kscope has not reached it yet
	Unreached             // listed by the cluster, but kscope cannot connect to it: see Problem
	Fenced                // registered, but the controller hears no heartbeats (KIP-631, KIP-1073)
	Missing               // no longer listed, though seen before or named in a replica list
)

// ListBrokers asks for every broker: address, rack, controller, fenced or not,
// and whether it answers.
type ListBrokers struct{}

func (ListBrokers) query() {}

// Every implements Query.
func (ListBrokers) Every() time.Duration { return time.Second }

// Steady marks a query whose requests stay small on any cluster: it is repeated
// at its own pace, also when a broker is slow to answer.
func (ListBrokers) Steady() {}

// BrokersListed says which brokers the cluster lists. Those known before and
// missing now are kept, as Missing.
type BrokersListed struct {
	At         time.Time
	ClusterID  string
	Controller int32    // a node's id, of no broker where controllers are nodes of their own; NoBroker if not known
	Brokers    []Broker // ID, Host, Port, Rack, Controller and, for fenced ones, State
}

func (e BrokersListed) apply(s *Snapshot) {
	s.Cluster.Controller = e.Controller
	if e.ClusterID != "" {
		s.Cluster.ID = e.ClusterID
	}
	before := s.Brokers
	next := make([]Broker, 0, max(len(e.Brokers), len(before)))
	for _, b := range e.Brokers {
		old, known := findBroker(before, b.ID)
		b.follow(old, known, e.At)
		next = append(next, b)
	}
	for _, old := range before {
		if !slices.ContainsFunc(next, func(b Broker) bool { return b.ID == old.ID }) {
			if old.State != Missing {
				old.State, old.Since, old.Latency, old.Problem, old.Controller = Missing, e.At, 0, nil, false
			}
			next = append(next, old)
		}
	}
	s.setBrokers(next)
	s.addMissing(s.Counts.Loads)
}

// follow completes a broker that was listed from what was known of it. That the
// cluster lists it is no proof that kscope reaches it: one that was not up before
// is so once it answers a probe.
func (b *Broker) follow(old Broker, known bool, at time.Time) {
	b.Since = at
	if known {
		b.Version, b.Latency = old.Version, old.Latency
	}
	switch {
	case b.State != Up:
	case !known || old.State == Missing || old.State == Fenced:
		b.State = Unproven
	default:
		b.State, b.Problem = old.State, old.Problem
	}
	if b.State == Fenced {
		b.Latency = 0
	}
	if known && b.State == old.State {
		b.Since = old.Since
	}
}

// BrokersProbed says which brokers answered ApiVersions, and how.
type BrokersProbed struct {
	At     time.Time
	Probes []Probe
}

// A Probe is one broker's answer to ApiVersions (18).
type Probe struct {
	Broker  int32
	Version string        // "4.1"; empty if it cannot be told
	Latency time.Duration // from the request to the answer
	Problem *Problem      // why there was none
}

func (e BrokersProbed) apply(s *Snapshot) {
	next := slices.Clone(s.Brokers)
	for _, p := range e.Probes {
		for i := range next {
			if b := &next[i]; b.ID == p.Broker && b.State != Missing {
				b.probed(p, e.At)
			}
		}
	}
	s.setBrokers(next)
	s.Cluster.Version = oldestVersion(next)
}

func (b *Broker) probed(p Probe, at time.Time) {
	state := b.State
	switch {
	case p.Problem != nil:
		b.Latency = 0
		if b.State != Fenced {
			b.State, b.Problem = Unreached, p.Problem
		}
	default:
		b.Latency, b.Problem = p.Latency, nil
		b.Version = cmp.Or(p.Version, b.Version)
		if b.State != Fenced {
			b.State = Up
		}
	}
	if state == Unproven && b.State == Up {
		return // it was up all the time
	}
	if state != b.State {
		b.Since = at
	}
}

// addMissing adds a row for each broker that replica lists name and nobody
// lists.
func (s *Snapshot) addMissing(ids map[int32]Load) {
	var next []Broker
	for id := range ids {
		if _, ok := findBroker(s.Brokers, id); !ok && len(s.Brokers) > 0 {
			next = append(next, Broker{ID: id, State: Missing})
		}
	}
	if next != nil {
		s.setBrokers(append(next, s.Brokers...))
	}
}

func (s *Snapshot) setBrokers(next []Broker) {
	slices.SortFunc(next, func(a, b Broker) int { return cmp.Compare(a.ID, b.ID) })
	s.Brokers = next
	s.BrokersAt++
}

// Broker returns the broker with that id.
func (s *Snapshot) Broker(id int32) (Broker, bool) { return findBroker(s.Brokers, id) }

func findBroker(brokers []Broker, id int32) (Broker, bool) {
	for _, b := range brokers {
		if b.ID == id {
			return b, true
		}
	}
	return Broker{}, false
}

// Serving counts the brokers that are up, as far as is known.
func (s *Snapshot) Serving() int {
	n := 0
	for _, b := range s.Brokers {
		if b.State == Up || b.State == Unproven {
			n++
		}
	}
	return n
}

// oldestVersion returns the lowest version among the brokers, "" if none is known.
func oldestVersion(brokers []Broker) string {
	oldest := ""
	for _, b := range brokers {
		if b.Version != "" && (oldest == "" || versionLess(b.Version, oldest)) {
			oldest = b.Version
		}
	}
	return oldest
}

// versionLess compares "major.minor", by number.
func versionLess(a, b string) bool {
	parse := func(s string) (major, minor int) {
		m, n, _ := strings.Cut(s, ".")
		major, _ = strconv.Atoi(m)
		minor, _ = strconv.Atoi(n)
		return
	}
	am, an := parse(a)
	bm, bn := parse(b)
	return am < bm || am == bm && an < bn
}

// StopBroker stops a broker of the demo cluster.
type StopBroker struct{ ID int32 }

func (StopBroker) command() {}

// String implements Command.
func (c StopBroker) String() string { return "stop broker " + strconv.Itoa(int(c.ID)) }

// StartBroker starts a stopped broker of the demo cluster.
type StartBroker struct{ ID int32 }

func (StartBroker) command() {}

// String implements Command.
func (c StartBroker) String() string { return "start broker " + strconv.Itoa(int(c.ID)) }
