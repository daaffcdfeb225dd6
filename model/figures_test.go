package model

import (
	"strings"
	"testing"
	"time"
)

// told returns a figure as it is shown: its value, its verdict, what it says.
func told(figures []Figure, name string) string {
	for _, f := range figures {
		if f.Name == name {
			return f.Value + " (" + f.Verdict.String() + ") " + f.Says
		}
	}
	return "no such figure"
}

func TestFiguresOfATopic(t *testing.T) {
	for _, c := range []struct {
		name    string
		topic   Topic
		brokers string
		want    map[string]string
	}{
		{"orders", minISR(orders(), 2), "1·a 2·b 3·c", map[string]string{
			"leader skew":       "25 % (watch) broker 2 leads 5, fair share 4",
			"preferred leaders": "11 of 12 (watch) orders-3: 2 leads in place of 1",
			"in sync":           "10 of 12 (watch) 3 and 10 miss broker 3; still at min.insync 2",
			"racks":             "3 of 3 (good) every partition survives a rack",
			"replica skew":      "0 % (good) each broker holds 12",
			"brokers spread":    "100 % (good) 3 of 3 brokers hold a replica in sync",
			"brokers skewed":    "0 % (good) no broker holds more than 12",
			"leader skewed":     "33 % (watch) 1 of 3 brokers leads more than 4",
		}},
		{"as even as can be", topicOf("t", "1 | 1 2", "2 | 2 3"), "1 2 3", map[string]string{
			"leader skew":  "50 % (good) brokers lead 0 or 1, as even as can be",
			"replica skew": "50 % (good) brokers hold 1 or 2, as even as can be",
			"in sync":      "2 of 2 (good) no replica is behind",
			"racks":        "– (unjudged) no broker names a rack",
		}},
		{"offline", topicOf("t", "- | 3x", "1 | 1 3x", "1 | 1 2"), "1·a 2·a 3x", map[string]string{
			"preferred leaders": "2 of 3 (watch) t-0: nobody leads, 3 should",
			"in sync":           "1 of 3 (bad) 1 offline; 0 and 1 miss broker 3",
			"racks":             "– (unjudged) the rack of a missing broker is not known",
		}},
		{"a broker without a rack", topicOf("t", "1 | 1 2"), "1·a 2", map[string]string{
			"racks": "– (unjudged) not every broker names its rack",
		}},
		{"under min.insync.replicas", minISR(topicOf("t", "1 | 1 2! 3!", "1 | 1 2! 3", "1 | 1 2 3!"), 2), "1·a 2·b 3·a", map[string]string{
			"in sync": "0 of 3 (bad) 0 and 1 miss broker 2, 1 another; 1 refuses acks=all",
			"racks":   "2 of 2 (watch) 2 partitions in sync in one rack only",
		}},
		{"some at min.insync.replicas", minISR(topicOf("t", "1 | 1 2! 3", "1 | 1 2! 3 4"), 2), "1 2 3 4", map[string]string{
			"in sync": "0 of 2 (watch) 0 and 1 miss broker 2; 1 at min.insync 2",
		}},
		{"above min.insync.replicas", minISR(topicOf("t", "1 | 1 2! 3"), 1), "1 2 3", map[string]string{
			"in sync": "0 of 1 (watch) 0 misses broker 2; still above min.insync 1",
		}},
		{"min.insync.replicas is not known", topicOf("t", "1 | 1 2! 3"), "1 2 3", map[string]string{
			"in sync": "0 of 1 (watch) 0 misses broker 2",
		}},
		{"one replica", topicOf("t", "1 | 1", "2 | 2"), "1·a 2·b", map[string]string{
			"racks": "1 of 1 (watch) with one replica, no partition survives its rack",
		}},
		{"shared racks", topicOf("t", "1 | 1 2", "2 | 2 3"), "1·a 2·a 3·b", map[string]string{
			"racks": "1 of 2 (watch) 1 partition has two replicas in one rack",
		}},
		{"one rack", topicOf("t", "1 | 1 2"), "1·a 2·a", map[string]string{
			"racks": "1 of 1 (watch) there is but one rack to lose",
		}},
		{"no partition survives", topicOf("t", "1 | 1 2!"), "1·a 2·b", map[string]string{
			"racks": "2 of 2 (watch) no partition survives the loss of one rack",
		}},
		{"unused brokers", topicOf("t", "1 | 1", "1 | 1", "2 | 2"), "1 2 3 4", map[string]string{
			"leader skew":    "167 % (watch) broker 1 leads 2, fair share 0.8",
			"brokers spread": "50 % (watch) 2 of 4 brokers hold a replica in sync",
		}},
		{"many displaced", topicOf("t", "2 | 1 2", "2 | 1 2", "2 | 1 2"), "1 2", map[string]string{
			"preferred leaders": "0 of 3 (watch) t-0: 2 leads in place of 1, and 2 more",
		}},
		{"no broker serves", topicOf("t", "- | 1x"), "1x", map[string]string{
			"leader skew": "0 % (unjudged) no broker serves",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := SpreadOf(&c.topic, brokersIn(c.brokers))
			figures := s.Figures(&c.topic)
			for name, want := range c.want {
				if got := told(figures, name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			plain(t, figures)
		})
	}
	if s := SpreadOf(&Topic{}, nil); s.Figures(&Topic{}) != nil {
		t.Error("a topic without partitions has figures")
	}
}

// plain checks that a figure can be read: nothing is missing, sentences end, and
// lines do not break.
func plain(t *testing.T, figures []Figure) {
	t.Helper()
	for _, f := range figures {
		for name, text := range map[string]string{"name": f.Name, "value": f.Value, "says": f.Says, "means": f.Means, "formula": f.Formula, "good": f.Good, "do": f.Do} {
			if text == "" || strings.Contains(text, "\n") || strings.Contains(text, "broker -1") {
				t.Errorf("%s: %s is %q", f.Name, name, text)
			}
		}
		for _, sentence := range []string{f.Means, f.Good, f.Do} {
			if !strings.HasSuffix(sentence, ".") {
				t.Errorf("%s: %q does not end", f.Name, sentence)
			}
		}
		if f.Verdict > Good == (f.Do == "Nothing.") && f.Verdict != Unjudged {
			t.Errorf("%s is %v: %s", f.Name, f.Verdict, f.Do)
		}
	}
}

// advice returns what there is to do about a figure of a topic.
func advice(t *testing.T, topic Topic, brokers, name string) string {
	t.Helper()
	s := SpreadOf(&topic, brokersIn(brokers))
	for _, f := range s.Figures(&topic) {
		if f.Name == name {
			return f.Do
		}
	}
	t.Fatalf("no figure %s", name)
	return ""
}

func TestWhatToDo(t *testing.T) {
	for _, c := range []struct {
		figure, brokers string
		topic           Topic
		want            string
	}{
		{"leader skew", "1 2", topicOf("t", "2 | 1 2", "2 | 1 2", "2 | 2 1", "2 | 2 1"), "Elect preferred leaders first: 2 partitions have another."},
		{"leader skew", "1 2", topicOf("t", "2 | 2 1", "2 | 2 1", "2 | 2 1"), "Reassign with the replicas in another order"},
		{"replica skew", "1 2 3", topicOf("t", "1 | 1", "1 | 1", "1 | 1"), "Move replicas from broker 1 to broker 2."},
		{"preferred leaders", "1 2", topicOf("t", "2 | 1 2"), "Wait: the controller elects preferred leaders every 5 minutes"},
		{"preferred leaders", "1 2", topicOf("t", "2 | 1! 2"), "Bring broker 1 back in sync"},
		{"in sync", "1 2", topicOf("t", "1 | 1 2!"), "Broker 2 is up:"},
		{"in sync", "1 2x", topicOf("t", "1 | 1 2x"), "Start broker 2:"},
		{"in sync", "1", topicOf("t", "1 | 1 9x"), "Start broker 9:"},
		{"racks", "1·a 2·b", topicOf("t", "1 | 1"), "Add replicas"},
		{"racks", "1·a 2·b", topicOf("t", "1 | 1 2!"), "Bring the replicas that are behind back in sync."},
	} {
		if got := advice(t, c.topic, c.brokers, c.figure); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s of %s: %q, want %q", c.figure, written(c.topic.Partitions[0]), got, c.want)
		}
	}
}

func TestFiguresOfACluster(t *testing.T) {
	even := snapshotOf("1·a 2·b 3·c", topicOf("t", "1 | 1 2 3", "2 | 2 3 1", "3 | 3 1 2"))
	if (&Snapshot{}).Figures() != nil {
		t.Error("there are figures while nothing is known")
	}
	for _, c := range []struct {
		name string
		s    Snapshot
		want map[string]string
	}{
		{"even", even, map[string]string{
			"leader skew":       "0 % (good) each broker leads 1",
			"replica skew":      "0 % (good) each broker holds 3",
			"byte skew":         "– (unjudged) not known",
			"write skew":        "– (unjudged) not known",
			"preferred leaders": "3 of 3 (good) every partition is led as planned",
			"in sync":           "3 of 3 (good) no replica is behind",
			"offline":           "0 (good) every partition has a leader",
		}},
		{"uneven", busy(even, map[int32]float64{1: 300, 2: 50, 3: 250}, map[int32]int64{1: 1000, 2: 1000, 3: 1000}), map[string]string{
			"byte skew":  "0 % (good) broker 1 has 33 %, fair share 33 %",
			"write skew": "50 % (watch) broker 1 has 50 %, fair share 33 %",
		}},
		{"broker 3 died", snapshotOf("1 2 3x", topicOf("a", "1 | 1 2 3x", "2 | 2 3x 1", "1 | 3x 1 2"), topicOf("b", "- | 3x", "2 | 2")), map[string]string{
			"leader skew":       "0 % (good) each broker leads 2",
			"preferred leaders": "3 of 5 (watch) broker 3 does not lead 2 of its 2, imbalance 100 %",
			"in sync":           "1 of 5 (watch) broker 3 is behind with 4 replicas",
			"offline":           "1 (bad) 1 partition cannot be read or written",
		}},
		{"crowded", snapshotOf("1 2 3", topicOf("a", "1 | 1", "1 | 1", "1 | 1", "1 | 1", "2 | 2", "3 | 3")), map[string]string{
			"leader skew":  "100 % (watch) broker 1 leads 4, fair share 2",
			"replica skew": "100 % (watch) broker 1 holds 4, fair share 2",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, want := range c.want {
				if got := told(c.s.Figures(), name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			plain(t, c.s.Figures())
		})
	}
}

// busy returns the snapshot with so many records per second written to each
// broker by topic t, whose leaders are brokers 1, 2 and 3, and so many bytes on
// each.
func busy(s Snapshot, rates map[int32]float64, bytes map[int32]int64) Snapshot {
	t, _ := s.Topic("t")
	start, end := make([]int64, len(t.Partitions)), make([]int64, len(t.Partitions))
	for i, p := range t.Partitions {
		end[i] = int64(rates[p.Leader])
	}
	for i, offsets := range [][]int64{start, end} {
		s = s.Apply(OffsetsListed{At: noon.Add(time.Duration(i) * time.Second), Topics: []TopicOffsets{{Name: "t", Start: start, End: offsets}}})
	}
	for b, n := range bytes {
		s = s.Apply(LogDirsDescribed{NewLogDirs(b, noon, nil, map[string][]int64{"t": {n}})})
	}
	return s
}
