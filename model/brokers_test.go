package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A script is what is learned of brokers, second by second: a listing "1 2? 3"
// (? is fenced), or probes "1=ok 2=refused".
func play(t *testing.T, script ...string) Snapshot {
	t.Helper()
	var s Snapshot
	for i, line := range script {
		at := noon.Add(time.Duration(i) * time.Second)
		if strings.Contains(line, "=") {
			s = s.Apply(BrokersProbed{At: at, Probes: probesIn(line)})
		} else {
			s = s.Apply(BrokersListed{At: at, Controller: NoBroker, Brokers: brokersIn(line)})
		}
	}
	return s
}

func probesIn(line string) []Probe {
	var all []Probe
	for _, f := range strings.Fields(line) {
		id, answer, _ := strings.Cut(f, "=")
		p := Probe{Broker: brokerOf(id), Version: "4.1", Latency: time.Millisecond}
		if answer != "ok" {
			p = Probe{Broker: p.Broker, Problem: &Problem{Kind: Unreachable, Says: answer}}
		}
		all = append(all, p)
	}
	return all
}

// rows writes brokers down with their state, and since which second they are in
// it.
func rows(s Snapshot) string {
	var all []string
	for _, b := range s.Brokers {
		word := [...]string{"up", "unproven", "unreached", "fenced", "missing"}[b.State]
		if b.Problem != nil {
			word += ":" + b.Problem.Says
		}
		since := "?"
		if !b.Since.IsZero() {
			since = fmt.Sprint(b.Since.Sub(noon).Seconds())
		}
		all = append(all, fmt.Sprintf("%d %s@%s", b.ID, word, since))
	}
	return strings.Join(all, ", ")
}

func TestStatesOfBrokers(t *testing.T) {
	for _, c := range []struct {
		name   string
		script []string
		want   string
	}{
		{"listed", []string{"1 2"}, "1 unproven@0, 2 unproven@0"},
		{"listed in another order", []string{"2 1"}, "1 unproven@0, 2 unproven@0"},
		{"answers, and was up all the time", []string{"1 2", "1=ok"}, "1 up@0, 2 unproven@0"},
		{"stays up", []string{"1", "1=ok", "1", "1=ok"}, "1 up@0"},
		{"does not answer", []string{"1", "1=refused"}, "1 unreached:refused@1"},
		{"does not answer for a while", []string{"1", "1=ok", "1", "1=refused", "1", "1=timeout"}, "1 unreached:timeout@3"},
		{"a listing is no answer", []string{"1", "1=refused", "1"}, "1 unreached:refused@1"},
		{"answers again", []string{"1", "1=refused", "1", "1=ok"}, "1 up@3"},
		{"killed: silent, then no longer listed", []string{"1 2", "1=ok 2=ok", "1 2", "2=refused", "1"}, "1 up@0, 2 missing@4"},
		{"stays missing", []string{"1 2", "1=ok 2=ok", "1", "1=ok", "1", "2=refused"}, "1 up@0, 2 missing@2"},
		{"back, but not reached yet", []string{"1 2", "2=ok", "1", "1 2"}, "1 unproven@0, 2 unproven@3"},
		{"back", []string{"1 2", "2=ok", "1", "1 2", "2=ok"}, "1 unproven@0, 2 up@3"},
		{"back, but out of reach", []string{"1 2", "2=ok", "1", "1 2", "2=refused"}, "1 unproven@0, 2 unreached:refused@4"},
		{"fenced", []string{"1 2", "1=ok 2=ok", "1 2?"}, "1 up@0, 2 fenced@2"},
		{"fenced from the first", []string{"1?"}, "1 fenced@0"},
		{"fenced and silent", []string{"1", "1=ok", "1?", "1=refused", "1?"}, "1 fenced@2"},
		{"fenced, but answers", []string{"1", "1=ok", "1?", "1=ok"}, "1 fenced@2"},
		{"fenced while out of reach", []string{"1", "1=refused", "1?"}, "1 fenced@2"},
		{"no longer fenced", []string{"1?", "1", "1=ok"}, "1 up@1"},
		{"a probe of a broker nobody listed", []string{"1", "9=ok"}, "1 unproven@0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rows(play(t, c.script...)); got != c.want {
				t.Errorf("%v: %s, want %s", c.script, got, c.want)
			}
		})
	}
}

func TestWhatAProbeTellsStays(t *testing.T) {
	s := play(t, "1 2", "1=ok 2=ok", "1 2", "1=refused", "1 2?", "1")
	for _, b := range s.Brokers {
		if b.Version != "4.1" {
			t.Errorf("broker %d is of version %q", b.ID, b.Version)
		}
	}
}

func TestOnlyABrokerThatAnsweredHasALatency(t *testing.T) {
	for _, c := range []struct {
		script []string
		want   time.Duration
	}{
		{[]string{"1 2", "1=ok"}, time.Millisecond},
		{[]string{"1 2", "1=ok", "1 2"}, time.Millisecond},
		{[]string{"1 2", "1=ok", "1 2", "1=refused"}, 0},
		{[]string{"1 2", "1=ok", "1=refused", "1 2"}, 0},
		{[]string{"1 2", "1=ok", "1? 2"}, 0},
		{[]string{"1? 2", "1=ok", "1=refused"}, 0},
		{[]string{"1 2", "1=ok", "2"}, 0},
		{[]string{"1 2", "1=ok", "2", "1 2"}, 0},
		{[]string{"1 2", "1=ok", "1? 2", "1 2", "1=ok"}, time.Millisecond},
	} {
		s := play(t, c.script...)
		if b, _ := s.Broker(1); b.Latency != c.want {
			t.Errorf("%v: latency %v, want %v", c.script, b.Latency, c.want)
		}
	}
}

func TestTheClusterAsBrokersTellIt(t *testing.T) {
	s := Snapshot{}.Apply(BrokersListed{ClusterID: "abc", Controller: 2, Brokers: []Broker{{ID: 1}, {ID: 2, Controller: true}}})
	s = s.Apply(BrokersListed{Controller: NoBroker, Brokers: []Broker{{ID: 1}}})
	if s.Cluster.ID != "abc" || s.Cluster.Controller != NoBroker {
		t.Errorf("cluster %q, controller %d", s.Cluster.ID, s.Cluster.Controller)
	}
	if b, ok := s.Broker(2); !ok || b.Controller {
		t.Errorf("broker 2, which is gone, is %+v", b)
	}
	if _, ok := s.Broker(3); ok {
		t.Error("there is a broker 3")
	}
}

func TestTheOldestVersion(t *testing.T) {
	for _, c := range []struct {
		versions []string
		want     string
	}{
		{nil, ""},
		{[]string{"", "3.9"}, "3.9"},
		{[]string{"4.1", "3.10", "3.9"}, "3.9"},
		{[]string{"3.10", "3.11"}, "3.10"},
		{[]string{"10.0", "9.1"}, "9.1"},
	} {
		var s Snapshot
		var probes []Probe
		var brokers []Broker
		for i, v := range c.versions {
			brokers = append(brokers, Broker{ID: int32(i)})
			probes = append(probes, Probe{Broker: int32(i), Version: v})
		}
		s = s.Apply(BrokersListed{Brokers: brokers}).Apply(BrokersProbed{Probes: probes})
		if s.Cluster.Version != c.want {
			t.Errorf("of %q the oldest is %q, want %q", c.versions, s.Cluster.Version, c.want)
		}
	}
}

func TestBrokersThatOnlyReplicaListsName(t *testing.T) {
	topics := []Topic{topicOf("t", "1 | 1 7x", "- | 8x")}
	listed := TopicsListed{Topics: topics, Counts: CountsOf(topics)}
	brokers := BrokersListed{At: noon, Brokers: brokersIn("1")}
	const want = "1 unproven@0, 7 missing@?, 8 missing@?"
	for name, s := range map[string]Snapshot{
		"brokers first": Snapshot{}.Apply(brokers).Apply(listed),
		"topics first":  Snapshot{}.Apply(listed).Apply(brokers),
		"both again":    Snapshot{}.Apply(listed).Apply(brokers).Apply(listed).Apply(brokers),
		"described":     snapshotOf("", topicOf("t")).Apply(brokers).Apply(TopicDescribed{Topic: topics[0]}),
	} {
		if got := rows(s); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if b, _ := s.Broker(7); b.Address() != "" {
			t.Errorf("%s: broker 7 is at %s", name, b.Address())
		}
	}
	if s := (Snapshot{}).Apply(listed); len(s.Brokers) != 0 {
		t.Errorf("before any is listed, brokers are %s", rows(s))
	}
}

func TestServing(t *testing.T) {
	s := play(t, "1 2 3 4 5 6?", "1=ok 2=refused", "1 2 3 4 6?")
	if got := s.Serving(); got != 3 {
		t.Errorf("%d brokers serve, want 1, 3 and 4: %s", got, rows(s))
	}
	if got := Sharing(s.Brokers); !slices.Equal(got, []int32{1, 2, 3, 4}) {
		t.Errorf("%v share, want also 2, which the cluster lists", got)
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		b    Broker
		want string
	}{
		{Broker{Host: "kafka-1", Port: 9092}, "kafka-1:9092"},
		{Broker{Host: "::1", Port: 9092}, "[::1]:9092"},
		{Broker{}, ""},
	} {
		if got := c.b.Address(); got != c.want {
			t.Errorf("address %q, want %q", got, c.want)
		}
	}
}
