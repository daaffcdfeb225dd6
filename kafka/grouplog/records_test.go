package grouplog

import (
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"

	"kscope/model"
)

func TestClassicGroup(t *testing.T) {
	key := keyOf(classicGroup, "g")
	r, got := replay(t,
		raw{1, key, classic(1, "a 0123")},
		raw{1, keyOf(classicGroup, "other"), classic(9, "x 0")},
		raw{2, key, classic(2, "a 01", "b 23")},
		raw{3, key, classic(2, "a 01", "b 23")}, // says nothing new
		raw{4, key, classic(3)},
		raw{5, key, nil},
		raw{6, key, nil},
	)
	want := `1 Stable 1 a[orders:[0 1 2 3]]
2 Stable 2 a[orders:[0 1]] b[orders:[2 3]]
4 Empty 3
5 gone`
	if say(got) != want || r.Skipped() != 0 {
		t.Fatalf("got\n%s\nwant\n%s\nskipped %d", say(got), want, r.Skipped())
	}
	o := got[1]
	if o.Origin != model.Logged || !o.JoinedBy.Equal(time.Unix(2, 0)) || o.Group.Leader != "a" || o.Group.Assignor != "range" || o.Group.Inferred || o.Group.AssignmentEpoch != model.NoEpoch {
		t.Errorf("observation = %+v", o)
	}
	if m := o.Group.Members[0]; m.Host != "10.0.0.1" || m.SessionTimeout != 45*time.Second || m.RebalanceTimeout != 5*time.Minute || m.Epoch != 1 || fmt.Sprint(m.Subscribed) != "[orders]" {
		t.Errorf("member = %+v", m)
	}
}

func TestQuiet(t *testing.T) {
	key := keyOf(classicGroup, "g")
	var records []raw
	records = append(records, raw{1, key, classic(1, "a 0", "b 12", "c 3")})
	for i, p := range []int32{0, 1, 2, 1} {
		k, v := commit("orders", p)
		records = append(records, raw{2 + i, k, v})
	}
	k, _ := commit("orders", 2)
	records = append(records, raw{8, k, nil}, raw{9, key, classic(2, "a 0123")})
	_, got := replay(t, records...)
	if want := time.Unix(5, 0); len(got) != 2 || len(got[1].Quiet) != 1 || !got[1].Quiet["b"].Equal(want) {
		t.Errorf("quiet = %v, want b since %v and nothing of c, which never committed", got[len(got)-1].Quiet, want)
	}
}

// What the next owner of a partition commits says nothing of the one before.
func TestQuietThoughOthersCommit(t *testing.T) {
	key := keyOf(classicGroup, "g")
	k, v := commit("orders", 1)
	_, got := replay(t, raw{1, key, classic(1, "a 0", "b 1")}, raw{2, k, v}, raw{9, key, classic(2, "a 01")}, raw{10, k, v})
	if want := time.Unix(2, 0); len(got) != 2 || !got[1].Quiet["b"].Equal(want) {
		t.Errorf("quiet = %v, want b since %v", got[len(got)-1].Quiet, want)
	}
}

func TestConsumerGroup(t *testing.T) {
	records := all(
		consumer(1, "a"), epochs(1, 1, 1), []raw{target(1, "a", parts("orders", 0, 1)), current(1, "a", 1, 0, parts("orders", 0, 1), none)},
		consumer(2, "b"), []raw{{2, keyOf(consumerEpoch, "g"), value(2)}, current(2, "b", 1, 0, none, none)},
		[]raw{target(3, "a", parts("orders", 0)), target(3, "b", parts("orders", 1)), {3, keyOf(consumerTargetEpoch, "g"), value(2)}},
		[]raw{current(4, "a", 1, 1, parts("orders", 0), parts("orders", 1))},
		[]raw{current(5, "b", 2, 2, none, none)},
		[]raw{current(6, "a", 2, 0, parts("orders", 0), none)},
		[]raw{current(7, "b", 2, 0, parts("orders", 1), none)},
		[]raw{gone(8, consumerCurrent, "a"), gone(8, consumerTarget, "a"), gone(8, consumerMember, "a"), {8, keyOf(consumerEpoch, "g"), value(3)}},
		[]raw{{9, keyOf(consumerPattern, "g", "o.*"), value([]string{"orders"}, int64(1), int64(2))}},
		[]raw{gone(10, consumerCurrent, "b"), gone(10, consumerTarget, "b"), gone(10, consumerMember, "b"), {10, keyOf(consumerEpoch, "g"), value(4)}},
		[]raw{gone(11, consumerTargetEpoch), gone(11, consumerEpoch)},
	)
	r, got := replay(t, records...)
	want := `1 Stable 1 a[orders:[0 1]]
2 Assigning 2 a[orders:[0 1]] b[]
3 Reconciling 2 a[orders:[0 1]]→[orders:[0]] b[]→[orders:[1]]
4 Reconciling 2 a[orders:[0]] b[]→[orders:[1]]
5 Reconciling 2 a[orders:[0]] b[]→[orders:[1]]
6 Reconciling 2 a[orders:[0]] b[]→[orders:[1]]
7 Stable 2 a[orders:[0]] b[orders:[1]]
8 Assigning 3 b[orders:[1]]
10 Empty 4
11 gone`
	if say(got) != want || r.Skipped() != 0 {
		t.Fatalf("got\n%s\nwant\n%s\nskipped %d", say(got), want, r.Skipped())
	}
	if m := got[3].Group.Members[0]; m.State != "UnrevokedPartitions" || m.Epoch != 1 || m.ClientID != "client-a" || m.Host != "10.0.0.1" || m.RebalanceTimeout != 5*time.Minute {
		t.Errorf("member = %+v", m)
	}
}

// What compaction leaves is the latest of each thing: no group that ever was, until
// all of it has come.
func TestConsumerGroupCompacted(t *testing.T) {
	records := all(
		[]raw{current(1, "a", 7, 0, parts("orders", 0), none)},
		consumer(2, "b"), epochs(2, 7, 7),
		[]raw{target(3, "b", parts("orders", 1))},
		consumer(4, "a"),
		[]raw{current(5, "b", 7, 0, parts("orders", 1), none)},
		consumer(6, "c"), []raw{{6, keyOf(consumerEpoch, "g"), value(8)}},
	)
	_, got := replay(t, records...)
	want := `5 Stable 7 a[orders:[0]]→[] b[orders:[1]]
6 Assigning 8 a[orders:[0]]→[] b[orders:[1]] c[]`
	if say(got) != want {
		t.Errorf("got\n%s\nwant\n%s", say(got), want)
	}
}

// A classic group becomes a consumer group with its first such member, and back.
func TestConversion(t *testing.T) {
	key := keyOf(classicGroup, "g")
	_, got := replay(t, all(
		[]raw{{1, key, classic(4, "a 01")}, {2, key, nil}},
		consumer(2, "a"), epochs(2, 5, 5), []raw{current(2, "a", 5, 0, parts("orders", 0, 1), none)},
		[]raw{gone(3, consumerCurrent, "a"), gone(3, consumerMember, "a"), gone(3, consumerTargetEpoch), gone(3, consumerEpoch), {3, key, classic(6, "a 01")}},
	)...)
	want := `1 Stable 4 a[orders:[0 1]]
2 Stable 5 a[orders:[0 1]]→[]
3 Stable 6 a[orders:[0 1]]`
	if say(got) != want || got[1].Group.Kind != model.Consumer || got[2].Group.Kind != model.Classic {
		t.Errorf("got\n%s\nwant\n%s", say(got), want)
	}
}

// Generations and epochs that follow each other within a millisecond are told apart.
func TestFastGenerations(t *testing.T) {
	key := keyOf(classicGroup, "g")
	_, got := replay(t, raw{1, key, classic(1, "a 01")}, raw{1, key, classic(2, "a 0", "b 1")}, raw{1, key, classic(3, "b 01")})
	if want := "1 Stable 1 a[orders:[0 1]]\n1 Stable 2 a[orders:[0]] b[orders:[1]]\n1 Stable 3 b[orders:[0 1]]"; say(got) != want {
		t.Errorf("got\n%s\nwant\n%s", say(got), want)
	}
	_, got = replay(t, all(
		consumer(1, "a"), epochs(1, 1, 1), []raw{current(1, "a", 1, 0, parts("orders", 0, 1), none)}, epochs(1, 2, 2),
	)...)
	if want := "1 Stable 1 a[orders:[0 1]]→[]\n1 Reconciling 2 a[orders:[0 1]]→[]"; say(got) != want {
		t.Errorf("got\n%s\nwant\n%s", say(got), want)
	}
}

// As Kafka 4.3.1's own classes write them.
func TestKafkasOwnBytes(t *testing.T) {
	for written, want := range map[string]string{
		"000001010263032f6802027401000000050100":                   "c h [t] 5ms  0s",
		"000001010263032f68020274010000000501010007010000afc80100": "c h [t] 5ms classic 45s",
		"000000000263032f68020274000000000500010001ff":             "c h [t] 5ms  0s",
	} {
		v, err := hex.DecodeString(written)
		if err != nil {
			t.Fatal(err)
		}
		r, got := replay(t, all([]raw{{1, keyOf(consumerMember, "g", "a"), v}}, epochs(1, 1, 1), []raw{current(1, "a", 1, 0, none, none)})...)
		if len(got) != 1 || r.Skipped() != 0 {
			t.Errorf("%s: %d observations, %d skipped", written, len(got), r.Skipped())
			continue
		}
		m := got[0].Group.Members[0]
		if s := fmt.Sprintf("%s %s %v %v %s %v", m.ClientID, m.Host, m.Subscribed, m.RebalanceTimeout, m.Speaks, m.SessionTimeout); s != want {
			t.Errorf("%s: %s, want %s", written, s, want)
		}
	}
}

// A member of a consumer group that speaks the classic protocol says so in a tag.
func TestClassicMemberOfConsumerGroup(t *testing.T) {
	v := kbin.AppendInt16(nil, 0)
	for _, f := range []any{"i-1", "rack-a", "client", "/h", []string{"b", "a"}, "o.*", 1000, "uniform"} {
		v = appendField(v, f)
	}
	inner := appendField(appendField([]byte{1}, 45000), [][]any{{"range", "bytes"}})
	v = append(v, 1, 0, byte(len(inner)))
	v = append(v, inner...)
	_, got := replay(t, all(
		[]raw{{1, keyOf(consumerMember, "g", "a"), v}}, epochs(1, 1, 1), []raw{current(1, "a", 1, 0, none, none)},
	)...)
	m := got[0].Group.Members[0]
	if m.Speaks != "classic" || m.SessionTimeout != 45*time.Second || m.RebalanceTimeout != time.Second || m.InstanceID != "i-1" || m.Rack != "rack-a" ||
		fmt.Sprint(m.Subscribed) != "[a b]" || m.Pattern != "o.*" || got[0].Group.Assignor != "uniform" {
		t.Errorf("member = %+v of %+v", m, got[0].Group)
	}
}

func TestShareGroup(t *testing.T) {
	_, got := replay(t,
		raw{1, keyOf(shareMember, "g", "a"), value(nil, "client-a", "/h", []string{"orders"})},
		raw{1, keyOf(shareEpoch, "g"), value(1, int64(99))},
		raw{1, keyOf(shareTargetEpoch, "g"), value(1)},
		raw{1, keyOf(shareTarget, "g", "a"), value(parts("orders", 0))},
		raw{1, keyOf(shareCurrent, "g", "a"), value(1, 0, int8(0), parts("deleted", 1))},
		raw{2, keyOf(shareState, "g"), value(none, [][]any{{idOf("deleted"), "its name", []int32{0}}}, none)},
		raw{3, keyOf(shareCurrent, "g", "a"), value(2, 1, int8(0), parts("deleted", 1))},
		raw{4, keyOf(shareMember, "g", "a"), nil}, raw{4, keyOf(shareCurrent, "g", "a"), nil},
		raw{4, keyOf(shareEpoch, "g"), value(2, int64(99))},
	)
	want := `1 Stable 1 a[deleted:[1]]
3 Stable 1 a[its name:[1]]
4 Empty 2`
	if say(got) != want || got[0].Group.Kind != model.Share || got[0].Group.Members[0].Target != nil {
		t.Errorf("got\n%s\nwant\n%s", say(got), want)
	}
}

func TestStreamsGroup(t *testing.T) {
	topology := value(1, [][]any{{"0", []string{"orders", "small"}, []string{}, [][]any{{"store", 2, int16(1), none}}, []string{"by-user"},
		[][]any{{"again", 2, int16(1), [][]any{{"k", "v"}}}}, [][]any{{[]string{}, []string{}, []string{}}}}})
	validated := append(appendField(appendField(kbin.AppendInt16(nil, 0), 2), int64(7)), 1, 0, 4, 0, 0, 0, 1)
	r, got := replay(t,
		raw{1, keyOf(streamsMember, "g", "a"), value("i-1", nil, "client-a", "/h", 1000, 1, "process", nil, none)},
		raw{1, keyOf(streamsEpoch, "g"), value(1, int64(7))},
		raw{1, keyOf(streamsCurrent, "g", "a"), value(0, 0, int8(1), none, none, none, none, none, none)},
		raw{1, keyOf(streamsTargetEpoch, "g"), value(0)},
		raw{2, keyOf(streamsTopology, "g"), topology},
		raw{3, keyOf(streamsEpoch, "g"), validated},
		raw{4, keyOf(streamsTarget, "g", "a"), value(subtasks("0", 0, 1), subtasks("0", 2), none)},
		raw{4, keyOf(streamsTargetEpoch, "g"), value(2)},
		raw{5, keyOf(streamsCurrent, "g", "a"), value(2, 0, int8(1), subtasks("0", 0), subtasks("0", 2), none, none, none, none)},
		raw{6, keyOf(streamsTopics, "g"), nil},
	)
	want := `1 NotReady 1 a[]
2 NotReady 1 a[]
3 Assigning 2 a[]
4 Reconciling 2 a[]→[again:[0 1] orders:[0 1] small:[0]]
5 Stable 2 a[again:[0] orders:[0] small:[0]]→[again:[0 1] orders:[0 1] small:[0]]`
	if say(got) != want || r.Skipped() != 0 {
		t.Fatalf("got\n%s\nwant\n%s\nskipped %d", say(got), want, r.Skipped())
	}
	g := got[4].Group
	if want := "[{active 0 [0] false} {active 0 [1] true} {standby 0 [2] false}]"; fmt.Sprint(g.Members[0].Tasks) != want || g.Members[0].InstanceID != "i-1" {
		t.Errorf("tasks = %v, want %v", g.Members[0].Tasks, want)
	}
	if want := "{1 [{0 [orders small again] [by-user] [store]}]}"; fmt.Sprint(*g.Topology) != want {
		t.Errorf("topology = %v, want %v", *g.Topology, want)
	}
}

// Records of a later Kafka are skipped and counted, and do no harm to what is known.
func TestUnknownRecords(t *testing.T) {
	later := append([]byte{0, 1}, value(9)[2:]...)
	records := all(consumer(1, "a"), epochs(1, 1, 1), []raw{current(1, "a", 1, 0, parts("orders", 0), none)})
	good := len(records)
	records = append(records,
		raw{2, keyOf(99, "g"), []byte{1}},
		raw{2, keyOf(consumerEpoch, "g"), later},
		raw{2, keyOf(consumerEpoch, "g"), []byte{0}},
		raw{2, keyOf(consumerCurrent, "g", "a"), value(1)},
		raw{2, keyOf(consumerCurrent, "g"), value(1, 1, int8(0), none, none)},
		raw{2, keyOf(classicGroup, "g"), []byte{0, 9, 0}},
		raw{2, append(keyOf(offsetCommit, "g"), 0), []byte{}},
	)
	r, got := replay(t, records...)
	if say(got) != "1 Stable 1 a[orders:[0]]→[]" || r.Skipped() != len(records)-good {
		t.Errorf("%d skipped of %d, got\n%s", r.Skipped(), len(records)-good, say(got))
	}
}
