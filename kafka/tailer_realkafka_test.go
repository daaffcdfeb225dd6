//go:build realkafka

package kafka

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestRealTail tails topics of real Kafka through what kfake does not have, or does
// otherwise: brokers that die, rights that come and go, the log cleaner, transactions.
func TestRealTail(t *testing.T) {
	k := bringUp(t, realkafka.Options{Secure: true, ExtraProperties: map[string]string{"log.cleaner.backoff.ms": "300"}})
	t.Run("facts of records", k.recordFacts)
	t.Run("transactions", k.tailTransactions)
	t.Run("compaction", k.tailCompaction)
	t.Run("deleted records", k.deletedRecords)
	t.Run("a topic made anew", k.topicMadeAnew)
	t.Run("rights come and go", k.tailRights)
	t.Run("no group", k.tailJoinsNothing)
	t.Run("a leader without the latest records", k.uncleanLeader)
	t.Run("brokers killed in turn", k.killedInTurn)
}

// sender returns a client that writes where it is told.
func (k *real) sender(t *testing.T, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

func send1(t *testing.T, cl *kgo.Client, r *kgo.Record) *kgo.Record {
	t.Helper()
	if err := cl.ProduceSync(t.Context(), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
	return r
}

// all is a tail of all that is in a topic, to its end.
func all(topic string) model.Tail {
	return model.Tail{
		Targets: model.TargetOf(topic, model.AllPartitions),
		From:    model.Position{At: model.AtBeginning}, Until: model.Stop{At: model.StopAtEnd},
	}
}

func finished(v model.TailView) bool { return v.Finished != model.NotFinished }

func (k *real) recordFacts(t *testing.T) {
	if err := k.createTopic(t, "facts", 1, nil); err != nil {
		t.Fatal(err)
	}
	codecs := []kgo.CompressionCodec{kgo.NoCompression(), kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression()}
	for i, codec := range codecs {
		cl := k.sender(t, kgo.ProducerBatchCompression(codec))
		send1(t, cl, &kgo.Record{Topic: "facts", Key: []byte{byte(i)}, Value: []byte(strings.Repeat("text ", 100)), Headers: []kgo.RecordHeader{
			{Key: "h", Value: []byte("1")}, {Key: "h", Value: nil}, {Key: "\xff", Value: []byte{0, 0xfe}}, {Key: "", Value: []byte{}},
		}})
	}
	send1(t, k.sender(t), &kgo.Record{Topic: "facts", Key: []byte{}, Value: nil})
	v := open(t, connect(t, k.plain()), all("facts")).until("it is finished", finished)
	records := kept(v)
	if len(records) != len(codecs)+1 {
		t.Fatalf("%d records", len(records))
	}
	for i, r := range records[:len(codecs)] {
		if int(r.Codec) != i || r.LeaderEpoch < 0 || r.ProducerID < 0 || r.LogAppend || r.Sizes() != (model.Sizes{Key: 1, Value: 500, Headers: 6}) {
			t.Errorf("codec %v: %+v, sizes %+v", r.Codec, r.Codec, r.Sizes())
		}
		h := r.Headers
		if len(h) != 4 || string(h[0].Value) != "1" || h[1].Key != "h" || h[1].Value != nil || h[2].Key != "\xff" || string(h[2].Value) != "\x00\xfe" || h[3].Value == nil || len(h[3].Value) != 0 {
			t.Errorf("codec %v: headers %q", r.Codec, h)
		}
	}
	if r := records[len(codecs)]; r.Key == nil || len(r.Key) != 0 || r.Value != nil {
		t.Errorf("an empty key and no value came as %#v and %#v", r.Key, r.Value)
	}
}

func (k *real) tailTransactions(t *testing.T) {
	if err := k.createTopic(t, "transacted", 1, nil); err != nil {
		t.Fatal(err)
	}
	plain := k.sender(t)
	begin := func(id, value string) *kgo.Client {
		t.Helper()
		cl := k.sender(t, kgo.TransactionalID(id))
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		send1(t, cl, &kgo.Record{Topic: "transacted", Value: []byte(value)})
		return cl
	}
	end := func(cl *kgo.Client, how kgo.TransactionEndTry) { // and wait for its marker, which comes some time later
		t.Helper()
		before := k.logEnd(t, "transacted")
		if err := cl.EndTransaction(t.Context(), how); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); k.logEnd(t, "transacted") == before; time.Sleep(20 * time.Millisecond) {
			if time.Since(begin) > forever {
				t.Fatalf("no marker is behind %d after %v", before, forever)
			}
		}
	}
	end(begin("one", "a"), kgo.TryCommit)
	b, c := begin("two", "b"), begin("three", "c")
	send1(t, plain, &kgo.Record{Topic: "transacted", Value: []byte("plain")})
	end(b, kgo.TryAbort)
	end(c, kgo.TryCommit)
	d := begin("four", "d")
	send1(t, plain, &kgo.Record{Topic: "transacted", Value: []byte("after")})

	conn := connect(t, k.plain())
	read := func(q model.Tail) string {
		t.Helper()
		return outcomes(kept(open(t, conn, q).until("it is finished", finished)))
	}
	q := all("transacted")
	if got, want := read(q), "a:committed b:aborted c:committed plain:- d:open after:-"; got != want {
		t.Errorf("uncommitted: %s", got)
	}
	q.Committed = true
	if got, want := read(q), "a:committed c:committed plain:-"; got != want {
		t.Errorf("committed: %s", got)
	}
	q.Control = true
	if got, want := read(q), "a:committed commit b:aborted c:committed plain:- abort commit d:open after:-"; got != want {
		t.Errorf("with control records: %s", got)
	}
	live := q
	live.Until, live.Control = model.Stop{}, false
	o := open(t, conn, live)
	o.read(3)
	end(d, kgo.TryCommit)
	if got := outcomes(kept(o.read(5))); got != "a:committed c:committed plain:- d:committed after:-" {
		t.Errorf("once it is committed: %s", got)
	}
	if v := o.until("it is at the end", func(v model.TailView) bool { return v.Behind == 0 }); v.Read != 5 {
		t.Errorf("read %d", v.Read)
	}
}

// logEnd is where the log of a topic of one partition ends.
func (k *real) logEnd(t *testing.T, topic string) int64 {
	t.Helper()
	ends, err := k.admin.ListEndOffsets(t.Context(), topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	end, _ := ends.Lookup(topic, 0)
	return end.Offset
}

// What the log cleaner took out is no gap to tell of, and a tail ends all the same.
func (k *real) tailCompaction(t *testing.T) {
	err := k.createTopic(t, "compacted", 1, map[string]string{
		"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "min.compaction.lag.ms": "0",
	})
	if err != nil {
		t.Fatal(err)
	}
	cl := k.sender(t)
	put := func(key, value string) {
		send1(t, cl, &kgo.Record{Topic: "compacted", Key: []byte(key), Value: []byte(value)})
		time.Sleep(120 * time.Millisecond) // the next comes into a segment of its own
	}
	for i := range 6 {
		put("a", strconv.Itoa(i))
	}
	put("b", "b")
	send1(t, cl, &kgo.Record{Topic: "compacted", Key: []byte("b"), Value: nil})
	time.Sleep(120 * time.Millisecond)
	put("end", "end")
	conn := connect(t, k.plain())
	for deadline := time.Now().Add(forever); ; time.Sleep(time.Second) {
		v := open(t, conn, all("compacted")).until("it is finished", finished)
		got := values(kept(v))
		if v.Notices != nil || v.Done != v.Total || v.Total != 9 {
			t.Fatalf("%d of %d; %v", v.Done, v.Total, v.Notices)
		}
		if strings.HasPrefix(got, "0:5=5 ") && strings.Contains(got, "0:7= ") && strings.HasSuffix(got, "0:8=end") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log was not cleaned: %s", got)
		}
	}
}

// Records that are deleted before they are read are told of.
func (k *real) deletedRecords(t *testing.T) {
	if err := k.createTopic(t, "pruned", 1, nil); err != nil {
		t.Fatal(err)
	}
	cl := k.sender(t)
	fill := func(n int) {
		for i := range n {
			send1(t, cl, &kgo.Record{Topic: "pruned", Value: []byte(strconv.Itoa(i))})
		}
	}
	fill(10)
	c := connect(t, k.plain())
	q := model.Tail{Session: 1, Targets: model.TargetOf("pruned", 0), From: model.Position{At: model.AtBeginning}}
	o := open(t, c, q)
	o.read(10)
	o.stop()
	fill(30)
	deleteRecords(t, c, "pruned", 0, 25)
	q.Memory = 1 << 20
	o = follow(t, c, q, o)
	v := o.read(25)
	offsets := kept(v)
	if len(offsets) != 25 || offsets[9].Offset != 9 || offsets[10].Offset != 25 || offsets[24].Offset != 39 {
		t.Errorf("read %s", values(offsets))
	}
	if n := v.Notices; len(n) != 1 || !n[0].Lossy || n[0].Text != "Offsets 10 to 24 of pruned/0 were deleted before they were read" {
		t.Errorf("notices %+v", n)
	}
}

// A topic that is deleted and made anew at once is another one.
func (k *real) topicMadeAnew(t *testing.T) {
	if err := k.createTopic(t, "anew", 1, nil); err != nil {
		t.Fatal(err)
	}
	c := connect(t, k.plain())
	o := open(t, c, model.Tail{Targets: model.TargetOf("anew", model.AllPartitions)})
	for range 5 {
		send(t, c, &model.Produce{Topic: "anew", Value: []byte("old")})
	}
	o.read(5)
	if _, err := k.admin.DeleteTopic(t.Context(), "anew"); err != nil {
		t.Fatal(err)
	}
	if err := k.createTopic(t, "anew", 2, nil); err != nil {
		t.Fatal(err)
	}
	cl := k.sender(t)
	for p := range int32(2) {
		send1(t, cl, &kgo.Record{Topic: "anew", Partition: p, Value: []byte("new")})
	}
	v := o.read(7)
	if got := values(kept(v)[5:]); !strings.Contains(got, "0:0=new") || !strings.Contains(got, "1:0=new") {
		t.Errorf("read %s", got)
	}
	if !noticed(v, "anew") {
		t.Errorf("notices %+v", v.Notices)
	}
}

// Rights are lost and given again: the tail goes on where it was.
func (k *real) tailRights(t *testing.T) {
	if err := k.createTopic(t, "guarded", 1, nil); err != nil {
		t.Fatal(err)
	}
	acl := func() *kadm.ACLBuilder {
		return kadm.NewACLs().Topics("guarded").ResourcePatternType(kmsg.ACLResourcePatternTypeLiteral).
			Allow("User:" + realkafka.Alice).AllowHosts().Operations(kmsg.ACLOperationRead)
	}
	allow := func() {
		t.Helper()
		if _, err := k.admin.CreateACLs(t.Context(), acl()); err != nil {
			t.Fatal(err)
		}
	}
	allow()
	cl := k.sender(t)
	c := connect(t, k.alice())
	for { // until every broker knows
		found, err := c.describe(t.Context(), "guarded")
		if err == nil && found.Problem == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	o := open(t, c, model.Tail{Targets: model.TargetOf("guarded", model.AllPartitions), From: model.Position{At: model.AtBeginning}})
	send1(t, cl, &kgo.Record{Topic: "guarded", Value: []byte("0")})
	o.read(1)
	if _, err := k.admin.DeleteACLs(t.Context(), acl()); err != nil {
		t.Fatal(err)
	}
	o.until("it is denied", func(v model.TailView) bool {
		return v.Problem != nil && v.Problem.Kind == model.Denied && v.Problem.Right.String() == "Read on Topic guarded"
	})
	for i := range 5 {
		send1(t, cl, &kgo.Record{Topic: "guarded", Value: []byte(strconv.Itoa(i + 1))})
	}
	allow()
	v := o.read(6)
	if got := values(kept(v)); got != "0:0=0 0:1=1 0:2=2 0:3=3 0:4=4 0:5=5" {
		t.Errorf("read %s", got)
	}
	v = o.until("it is well again", func(v model.TailView) bool { return v.Problem == nil })
	if !noticed(v, "The right is missing: Read on Topic guarded") || !noticed(v, "Topic guarded is read again") {
		t.Errorf("notices %+v", v.Notices)
	}
}

// Brokers are asked for all groups, and for the end of the log of their offsets.
func (k *real) tailJoinsNothing(t *testing.T) {
	state := func() string {
		groups, err := k.admin.ListGroups(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		topics, err := k.admin.ListTopicsWithInternal(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := fmt.Sprint(groups.Groups())
		if topics.Has(model.GroupTopic) {
			ends, err := k.admin.ListEndOffsets(t.Context(), model.GroupTopic)
			if err != nil {
				t.Fatal(err)
			}
			for _, end := range ends.Offsets().Sorted() {
				told += fmt.Sprintf(" %d:%d", end.Partition, end.At)
			}
		}
		return told
	}
	before := state()
	c := connect(t, k.plain())
	open(t, c, all("facts")).until("it is finished", finished)
	o := open(t, c, model.Tail{Targets: targets(t, "~^(facts|trans)"), Whole: true, From: model.Position{At: model.AtBeginning}})
	o.read(1)
	if after := state(); after != before {
		t.Errorf("before: %s, while it is read: %s", before, after)
	}
	o.stop()
	if after := state(); after != before {
		t.Errorf("before: %s, after: %s", before, after)
	}
}
