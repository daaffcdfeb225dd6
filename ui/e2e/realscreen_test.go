//go:build e2e && realkafka

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/ui/e2e/terminal"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// grouped writes a number with its thousands apart, as the screen does.
func grouped(n int64) string {
	s := decimal(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (k *real) shown(t *testing.T) {
	s := k.explore(t)
	s.intact()
	s.see("Kafka 4.3")
	topics, err := k.admin.ListTopicsWithInternal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	leaders, replicas := map[int32]int{}, map[int32]int{}
	topics.EachPartition(func(p kadm.PartitionDetail) {
		leaders[p.Leader]++
		for _, r := range p.Replicas {
			replicas[r]++
		}
	})
	for id := int32(1); id <= 3; id++ {
		s.pane(brokersPane, " "+decimal(int64(id))+" ", " up ", " "+strconv.Itoa(leaders[id])+" ", " "+strconv.Itoa(replicas[id])+" ")
	}
	for _, name := range []string{"orders", "payments", "clicks", "sessions", "audit"} {
		s.pane(topicsPane, name, " "+strconv.Itoa(len(topics[name].Partitions))+" ", " ok ")
	}
	s.pane(groupsPane, realkafka.UnevenGroup, "simple", "○ Empty")
	for _, topic := range []string{"orders", "payments", "audit"} {
		k.spreadOf(t, s, topic, topics[topic])
	}
	s.press("C")
	s.see(spreadPane, "against fair")
	s.intact()
}

// spreadOf compares the partitions of a topic on the screen with what Kafka says.
func (k *real) spreadOf(t *testing.T, s *session, topic string, detail kadm.TopicDetail) {
	t.Helper()
	ends, err := k.admin.ListEndOffsets(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	var leaders, logEnds []string
	for _, p := range detail.Partitions.Sorted() {
		leaders = append(leaders, decimal(int64(p.Leader)))
		end, _ := ends.Lookup(topic, p.Partition)
		logEnds = append(logEnds, grouped(end.Offset))
	}
	s.choose(topic)
	n := len(leaders)
	s.until(fmt.Sprintf("leaders %v and log ends %v of %s", leaders, logEnds, topic), func(shot *terminal.Shot) bool {
		p := shot.Pane(partitionsPane)
		led, ended := column(p, "leader"), column(p, "log end")
		return len(led) >= n && len(ended) >= n && slices.Equal(led[:n], leaders) && slices.Equal(ended[:n], logEnds)
	})
	s.intact()
}

func (k *real) printed(t *testing.T) {
	seeds := k.seeds(realkafka.Plaintext)
	topics, err := k.admin.ListTopics(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	rows := objects(t, ok(t, "partitions", "-b", seeds, "orders", "-o", "json"), "topic", "partition", "leader", "leader_epoch", "replicas", "isr", "offline_replicas", "log_start_offset", "log_end_offset", "log_bytes")
	for i, p := range topics["orders"].Partitions.Sorted() {
		if rows[i]["leader"] != float64(p.Leader) || fmt.Sprint(rows[i]["replicas"]) != fmt.Sprint(p.Replicas) {
			t.Errorf("partition %d is %v, Kafka says leader %d, replicas %v", i, rows[i], p.Leader, p.Replicas)
		}
	}
	groups := objects(t, ok(t, "groups", "-b", seeds, "-o", "json"), "group", "type", "state", "protocol", "coordinator", "members", "lag")
	if len(groups) != 1 || groups[0]["group"] != realkafka.UnevenGroup || groups[0]["state"] != "Empty" {
		t.Errorf("the groups are %v", groups)
	}
	out := ok(t, "tail", "-b", seeds, "sessions", "--from", "beginning", "--count", "5", "-o", "json")
	if records := objects(t, out, recordNames...); len(records) != 5 {
		t.Errorf("the records are %v", records)
	}
}

func (k *real) composed(t *testing.T) {
	s := k.explore(t)
	s.choose("empty")
	s.pane(tailPane, "nothing has been written")
	s.press("p")
	s.see("Compose", "2 partitions")
	s.press("key-1", "tab", "tab", "by hand", "ctrl+s")
	s.see("acknowledged empty:")
	s.press("ctrl+g")
	s.lose("Compose")
	row := s.pane(tailPane, "empty:", "key=key-1", "value=by hand")

	reader, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.ConsumeTopics("empty"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var records []*kgo.Record
	for len(records) == 0 && ctx.Err() == nil {
		records = reader.PollFetches(ctx).Records()
	}
	if len(records) != 1 || string(records[0].Key) != "key-1" || string(records[0].Value) != "by hand" || len(records[0].Headers) != 0 {
		t.Fatalf("%d records were read back: %v", len(records), ctx.Err())
	}
	if place := fmt.Sprintf("empty:%d:%d", records[0].Partition, records[0].Offset); !strings.Contains(row, place) {
		t.Errorf("the tail says %q, the record is at %s", row, place)
	}
}

func (k *real) readOnly(t *testing.T) {
	s := k.explore(t, "--read-only")
	s.see("read-only")
	s.choose("empty")
	s.press("p")
	s.see("Compose")
	s.press("x", "ctrl+s")
	s.until("refusal in the form", func(shot *terminal.Shot) bool {
		p := shot.Pane("Compose")
		return p != nil && p.Row("×", "read-only") != ""
	})
	command(t, "", "produce", "-b", k.seeds(realkafka.Plaintext), "--read-only", "empty", "-v", "x").refused(t, 1, "read-only")
	if n := k.logEnds(t, "empty"); n != 0 {
		t.Errorf("empty has %d records", n)
	}
}

func (k *real) deleted(t *testing.T) {
	if err := k.CreateTopic(t.Context(), "brief", 3, 3, nil); err != nil {
		t.Fatal(err)
	}
	s := k.explore(t)
	s.pane(topicsPane, "brief")
	s.choose("brief")
	if err := k.DeleteTopic(t.Context(), "brief"); err != nil {
		t.Fatal(err)
	}
	s.until("word of the topic's end", func(shot *terminal.Shot) bool {
		p := shot.Pane(partitionsPane)
		return p != nil && (p.Row("brief", "was deleted") != "" || p.Row("brief", "no longer there") != "")
	})
	s.until("list without it", func(shot *terminal.Shot) bool {
		p := shot.Pane(topicsPane)
		return p != nil && p.Row("orders") != "" && p.Row("brief") == "" // before that it may be the last one, as deleted
	})
	s.intact()
	s.press("j") // and one can go on from there
	s.until("another topic", func(shot *terminal.Shot) bool {
		p := shot.Pane(partitionsPane)
		return p != nil && strings.Contains(p.Title, "RF ") && !strings.Contains(p.Title, "brief")
	})
}
