package model

import (
	"fmt"
	"strings"
	"testing"
)

func say(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%v: %s\n  %s\n", f.Verdict, f.Headline, f.Explains)
	}
	return b.String()
}

// led returns a topic with one replica a partition: so many led by each broker,
// from 1 on.
func led(name string, counts ...int) Topic {
	var parts []string
	for b, n := range counts {
		for range n {
			parts = append(parts, fmt.Sprintf("%d | %d", b+1, b+1))
		}
	}
	return topicOf(name, parts...)
}

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Snapshot
		want string
	}{
		{"nothing is known", Snapshot{}, ""},
		{"no broker serves", snapshotOf("1x", topicOf("t", "- | 1x")), ""},
		{"all is well", snapshotOf("1·a 2·b 3·c", topicOf("t", "1 | 1 2 3", "2 | 2 3 1", "3 | 3 1 2")), `
good: nothing stands out
  every partition has a leader and its replicas in sync, and no broker carries far more than its share.
good: racks are even
  no partition keeps two replicas in one rack.
good: leaders are even
  each broker leads 1.
`},
		{"orders", snapshotOf("1·a 2·b 3·c", minISR(orders(), 2)), `
watch: 2 partitions are under-replicated
  broker 3 is behind with 2 of its 12 replicas. It is up, but behind: its disk or its network may be the limit.
watch: 1 partition is not led by the preferred leader
  broker 1 leads 3 of the 4 it is preferred for. Electing preferred leaders copies nothing.
good: racks are even
  no partition keeps two replicas in one rack.
`},
		{"a broker died", snapshotOf("1·a 2·b 3·cx",
			minISR(topicOf("a", "1 | 1 2 3x", "2 | 2 3x 1", "1 | 3x 1 2", "2 | 2 1"), 3), topicOf("scratch", "- | 3x")), `
bad: 1 partition is offline
  of scratch: no reads and no writes. Start broker 3 to bring them back.
bad: 3 partitions refuse acks=all
  of a: fewer replicas are in sync than min.insync.replicas asks for.
watch: 4 partitions are under-replicated
  broker 3 is behind with 4 of its 4 replicas. It is down; once started it catches up by itself.
watch: 1 partition is not led by the preferred leader
  broker 3 leads 0 of the 2 it is preferred for. It is down.
watch: 1 topic has one replica
  scratch: offline while a broker is down, lost with its disk.
good: racks are even
  no partition keeps two replicas in one rack.
`},
		{"out of reach", snapshotOf("1 2!", topicOf("t", "1 | 1 2!")), `
watch: 1 partition is under-replicated
  broker 2 is behind with 1 of its 1 replica. It is listed, but kscope cannot reach it.
good: leaders are even
  brokers lead 0 or 1, as even as can be.
`},
		{"offline with brokers up", snapshotOf("1 2", topicOf("t", "- | 1! 2!", "1 | 1 2", "2 | 2 1")), `
bad: 1 partition is offline
  of t: no reads and no writes. None of their replicas that live is in sync.
good: leaders are even
  each broker leads 1.
`},
		{"crowded", snapshotOf("1·a 2·a 3·b 4·b", led("clicks", 14, 3, 3, 0), led("even", 10, 10, 10, 10), led("sessions", 0, 0, 9, 3)), `
watch: broker 1 leads 24 of 72 partitions
  fair would be 18.
watch: broker 1 crowds clicks
  it leads 14 of 20 partitions, fair would be 5; 4 leads none.
watch: broker 3 crowds sessions
  it leads 9 of 12 partitions, fair would be 3; 1 and 2 lead none.
watch: broker 1 holds 24 of 72 replicas
  fair would be 18; broker 2 holds 13.
watch: 3 topics have one replica
  clicks, even and sessions: offline while a broker is down, lost with its disk.
good: racks are even
  no partition keeps two replicas in one rack.
`},
		{"many crowds", snapshotOf("1 2", led("a", 9, 0), led("b", 8, 0), led("c", 0, 9), led("d", 0, 8)), `
watch: broker 1 crowds a
  it leads 9 of 9 partitions, fair would be 4.5; 2 leads none.
watch: broker 2 crowds c
  it leads 9 of 9 partitions, fair would be 4.5; 1 leads none. So it is with 2 more topics.
watch: 4 topics have one replica
  a, b, c and d: offline while a broker is down, lost with its disk.
good: leaders are even
  each broker leads 17.
`},
		{"shared racks", snapshotOf("1·a 2·a 3·b", topicOf("a", "1 | 1 2", "2 | 2 1", "3 | 3 1"), topicOf("b", "3 | 3 2")), `
watch: 2 partitions keep two replicas in one rack
  of a, though there are 2 racks: a lost rack takes both.
good: leaders are even
  brokers lead 1 or 2, as even as can be.
`},
		{"a new broker", snapshotOf("1 2 3", topicOf("t", "1 | 1 2", "2 | 2 1", "1 | 1 2", "2 | 2 1")), `
watch: broker 3 holds no replica
  the topics there are do not move by themselves: reassign some partitions to it.
`},
		{"displaced leaders", snapshotOf("1 2", topicOf("t", "2 | 1 2", "2 | 1 2", "2 | 2 1", "2 | 2 1")), `
watch: broker 2 leads 4 of 4 partitions
  fair would be 2. 2 of them should be led by another broker: elect preferred leaders.
watch: 2 partitions are not led by the preferred leader
  broker 1 leads 0 of the 2 it is preferred for. Electing preferred leaders copies nothing.
`},
		{"writes", busy(snapshotOf("1 2 3", topicOf("t", "1 | 1 2", "2 | 2 3", "3 | 3 1")), map[int32]float64{1: 100, 2: 300, 3: 100}, nil), `
watch: broker 2 takes 60 % of the writes
  fair would be 33 %. It leads 1 of the 3 partitions of t.
good: leaders are even
  each broker leads 1.
`},
		{"few writes", busy(snapshotOf("1 2 3", topicOf("t", "1 | 1 2", "2 | 2 3", "3 | 3 1")), map[int32]float64{2: 29}, nil), `
good: nothing stands out
  every partition has a leader and its replicas in sync, and no broker carries far more than its share.
good: leaders are even
  each broker leads 1.
`},
		{"bytes", busy(snapshotOf("1 2 3", topicOf("t", "1 | 1 2", "2 | 2 3", "3 | 3 1")), nil, map[int32]int64{1: 1e9, 2: 3e9, 3: 2e9}), `
watch: broker 2 holds 50 % of the bytes
  fair would be 33 %. t is the topic that makes most of the difference.
good: leaders are even
  each broker leads 1.
`},
		{"bytes not known of all", busy(snapshotOf("1 2 3", topicOf("t", "1 | 1 2", "2 | 2 3", "3 | 3 1")), nil, map[int32]int64{1: 1e9, 2: 3e9}), `
good: nothing stands out
  every partition has a leader and its replicas in sync, and no broker carries far more than its share.
good: leaders are even
  each broker leads 1.
`},
		{"a single broker", snapshotOf("1", led("t", 3)), `
good: nothing stands out
  every partition has a leader and its replicas in sync, and no broker carries far more than its share.
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.s.Findings()
			if want := strings.TrimPrefix(c.want, "\n"); say(got) != want {
				t.Errorf("got\n%s\nwant\n%s", say(got), want)
			}
		})
	}
}

func TestFindingsPointAtWhatTheyTell(t *testing.T) {
	s := busy(snapshotOf("1 2 3", topicOf("t", "1 | 1 2", "2 | 2 3", "3 | 3 1")), map[int32]float64{2: 300}, nil)
	if f := s.Findings()[0]; f.Broker != 2 || f.Topic != "t" || f.Metric != InRate {
		t.Errorf("%q points at broker %d, topic %q, %v", f.Headline, f.Broker, f.Topic, f.Metric)
	}
	s = snapshotOf("1 2", topicOf("gone", "- | 1!", "2 | 2"))
	if f := s.Findings()[0]; f.Broker != NoBroker || f.Topic != "gone" {
		t.Errorf("%q points at broker %d, topic %q", f.Headline, f.Broker, f.Topic)
	}
}

func TestFindingsAreFewAndWorstFirst(t *testing.T) {
	s := snapshotOf("1·a 2·a 3·b 4·b 5·c",
		minISR(topicOf("a", "1 | 1 2! 3!", "1 | 2 1", "- | 2x"), 2), led("b", 12, 1), led("c", 0, 15), led("d", 9), topicOf("e", "1 | 1 2"))
	got := s.Findings()
	if len(got) != FindingsKept {
		t.Errorf("%d findings, want %d", len(got), FindingsKept)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Verdict > got[i-1].Verdict {
			t.Errorf("%q comes after %q", got[i].Headline, got[i-1].Headline)
		}
	}
}
