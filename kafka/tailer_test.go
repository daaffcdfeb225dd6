package kafka

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

func targets(t *testing.T, text string) model.Targets {
	t.Helper()
	all, err := model.ParseTargets(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// put writes records, each told as topic/partition=value.
func put(t *testing.T, cluster *kfake.Cluster, opts []kgo.Opt, told ...string) {
	t.Helper()
	cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for _, one := range told {
		place, value, _ := strings.Cut(one, "=")
		topic, partition, _ := strings.Cut(place, "/")
		r := &kgo.Record{Topic: topic, Value: []byte(value)}
		if _, err := fmt.Sscan(partition, &r.Partition); err != nil {
			t.Fatal(err)
		}
		if err := cl.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// toldOf writes records as put takes them, sorted.
func toldOf(v model.TailView) string {
	var all []string
	for _, r := range kept(v) {
		all = append(all, fmt.Sprintf("%s/%d=%s", r.Topic, r.Partition, r.Value))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestTailOfSeveralTopics(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(2, "orders", "orders-eu", "payments", "audit"))
	put(t, cluster, nil, "orders/0=a", "orders/1=b", "orders-eu/1=c", "payments/0=d", "payments/1=e", "audit/0=f")
	c := dial(t, cluster)
	o := open(t, c, model.Tail{Targets: targets(t, "payments:1,~^orders"), From: model.Position{At: model.AtBeginning}})
	if got := toldOf(o.read(4)); got != "orders-eu/1=c orders/0=a orders/1=b payments/1=e" {
		t.Error(got)
	}
	end := open(t, c, model.Tail{Targets: targets(t, "~^orders")})
	if err := cluster.CreateTopic("orders-us", 1, nil); err != nil {
		t.Fatal(err)
	}
	put(t, cluster, nil, "orders-us/0=g")
	v := end.read(1)
	if got := toldOf(v); got != "orders-us/0=g" || !noticed(v, "Topic orders-us matches") {
		t.Errorf("%s; %v", got, v.Notices)
	}
	o.read(5)
	cluster.DeleteTopic("orders-eu")
	o.until("a topic is gone", func(v model.TailView) bool {
		return v.Problem == nil && noticed(v, "orders-eu") || v.Problem != nil && strings.Contains(v.Problem.Says, "orders-eu")
	})
	put(t, cluster, nil, "payments/1=h")
	if v := o.read(6); !strings.HasSuffix(toldOf(v), "payments/1=h") {
		t.Error(toldOf(v))
	}
}

func TestTailOfNothingYet(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := dial(t, cluster)
	o := open(t, c, model.Tail{Targets: targets(t, "~^pay")})
	o.until("it is said that nothing matches", func(v model.TailView) bool {
		return v.Problem != nil && v.Problem.Says == "No topic matches ~^pay"
	})
	if err := cluster.CreateTopic("payments", 1, nil); err != nil {
		t.Fatal(err)
	}
	put(t, cluster, nil, "payments/0=a")
	if v := o.read(1); v.Problem != nil || toldOf(v) != "payments/0=a" {
		t.Errorf("%v, %s", v.Problem, toldOf(v))
	}
}

// A bounded tail ends where it should, says how far it is, and why it ended.
func TestTailStops(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(2, "orders"))
	put(t, cluster, nil, "orders/0=a", "orders/0=b", "orders/1=c", "orders/0=d")
	time.Sleep(5 * time.Millisecond) // so that times tell what came before
	noon := time.UnixMilli(time.Now().UnixMilli()).UTC()
	time.Sleep(5 * time.Millisecond)
	put(t, cluster, nil, "orders/0=e", "orders/1=f", "orders/1=g")
	time.Sleep(5 * time.Millisecond)
	c := dial(t, cluster)
	beginning := model.Position{At: model.AtBeginning}
	for _, test := range []struct {
		name        string
		from        model.Position
		until       model.Stop
		want        string
		done, total int64
		finish      model.Finish
	}{
		{"at the end", beginning, model.Stop{At: model.StopAtEnd}, "a b c d e f g", 7, 7, model.FinishedEnd},
		{"from the end to the end", model.Position{}, model.Stop{At: model.StopAtEnd}, "", 0, 0, model.FinishedEnd},
		{"the last 1", model.Position{At: model.AtLast, N: 1}, model.Stop{At: model.StopAtEnd}, "e g", 2, 2, model.FinishedEnd},
		{"at a time", beginning, model.Stop{At: model.StopAtTime, Time: noon}, "a b c d", 4, 4, model.FinishedEnd},
		{"from a time", model.Position{At: model.AtTime, Time: noon}, model.Stop{At: model.StopAtEnd}, "e f g", 3, 3, model.FinishedEnd},
		{"from an offset", model.Position{At: model.AtOffset, N: 2}, model.Stop{At: model.StopAtEnd}, "d e g", 3, 3, model.FinishedEnd},
		{"at a time that is over", model.Position{At: model.AtTime, Time: noon}, model.Stop{At: model.StopAtTime, Time: time.Now()}, "e f g", 3, 3, model.FinishedEnd},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := open(t, c, model.Tail{Targets: targets(t, "orders"), From: test.from, Until: test.until})
			v := o.until("it is finished", func(v model.TailView) bool { return v.Finished != model.NotFinished })
			var got []string
			for _, r := range kept(v) {
				got = append(got, string(r.Value))
			}
			slices.Sort(got)
			if strings.Join(got, " ") != test.want || v.Finished != test.finish || v.Done != test.done || v.Total != test.total {
				t.Errorf("%v, finished %d, %d of %d", got, v.Finished, v.Done, v.Total)
			}
		})
	}
	o := open(t, c, model.Tail{Targets: targets(t, "orders"), From: beginning, Until: model.Stop{At: model.StopAfter, N: 3}})
	v := o.until("it is finished", func(v model.TailView) bool { return v.Finished != model.NotFinished })
	if v.Finished != model.FinishedMany || v.Ring.Len() != 3 || v.Done != 3 || v.Total != 3 {
		t.Errorf("after 3: %d records, finished %d, %d of %d", v.Ring.Len(), v.Finished, v.Done, v.Total)
	}
	if err := c.Ask(t.Context(), model.Tail{Targets: targets(t, "orders"), From: beginning, Until: model.Stop{At: model.StopAtEnd}, Whole: true}, func(model.Event) {}); err != nil {
		t.Errorf("a whole tail that is finished returns %v", err)
	}
	later := time.UnixMilli(time.Now().Add(time.Second).UnixMilli())
	o = open(t, c, model.Tail{Targets: targets(t, "orders"), From: beginning, Until: model.Stop{At: model.StopAtTime, Time: later}})
	o.until("the time has come", func(v model.TailView) bool { return v.Finished == model.FinishedEnd && v.Ring.Len() == 7 })
}

func TestTailFilters(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	put(t, cluster, nil, `orders/0={"total":5}`, `orders/0={"total":15}`, `orders/0={"total":"much"}`, "orders/0=refund", "orders/0=Refund")
	c := dial(t, cluster)
	for filter, want := range map[string]string{
		"=value.total > 10": `orders/0={"total":15}`,
		"refund":            "orders/0=Refund orders/0=refund",
		"~^R":               "orders/0=Refund",
		"=offset >= 4":      "orders/0=Refund",
	} {
		o := open(t, c, model.Tail{Targets: targets(t, "orders"), From: model.Position{At: model.AtBeginning}, Filter: filter})
		v := o.read(5)
		if got := toldOf(v); got != want || v.Matched != int64(v.Ring.Len()) {
			t.Errorf("%s: %s, %d matched", filter, got, v.Matched)
		}
		if filter == "=value.total > 10" && (v.Unclear == 0 || v.Complaint == "") {
			t.Errorf("nothing is said of a total that is no number: %+v", v.Progress)
		}
	}
	err := c.Ask(t.Context(), model.Tail{Targets: targets(t, "orders"), Filter: "=value.total >"}, func(model.Event) {})
	if p := problemOf(err); p.Kind != model.Invalid || !strings.HasPrefix(p.Says, "The filter cannot be used") {
		t.Errorf("%v", err)
	}
}

// A tail goes on where the one before it in its session was, whatever it keeps.
func TestTailsOfASession(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(2, "orders"))
	put(t, cluster, nil, "orders/0=a1", "orders/1=b1", "orders/0=c2")
	c := dial(t, cluster)
	q := model.Tail{Session: 7, Targets: targets(t, "orders"), From: model.Position{At: model.AtBeginning}}
	o := open(t, c, q)
	o.read(3)
	o.stop()
	put(t, cluster, nil, "orders/0=d1", "orders/1=e2")

	q.Filter = "1"
	o = follow(t, c, q, o)
	v := o.read(5)
	if got := toldOf(v); got != "orders/0=a1 orders/0=d1 orders/1=b1" || v.Matched != 3 || v.Read != 5 {
		t.Errorf("filtered: %s, read %d, matched %d", got, v.Read, v.Matched)
	}
	q.Targets = targets(t, "orders:0")
	o.stop()
	o = follow(t, c, q, o)
	put(t, cluster, nil, "orders/1=f1", "orders/0=g1")
	if got := toldOf(o.read(6)); got != "orders/0=a1 orders/0=d1 orders/0=g1 orders/1=b1" {
		t.Errorf("one partition: %s", got)
	}
	q.Targets = targets(t, "orders")
	next := follow(t, c, q, o) // takes over while the other is open
	if got := toldOf(next.read(7)); !strings.HasSuffix(got, "orders/1=b1 orders/1=f1") {
		t.Errorf("both again: %s", got)
	}
	next.stop()
	q.Filter, q.From = "", model.Position{At: model.AtLast, N: 1}
	o = follow(t, c, q, next)
	if v := o.read(2); v.Read != 2 || toldOf(v) != "orders/0=g1 orders/1=f1" {
		t.Errorf("sought: %s", toldOf(v))
	}
}

// follow opens a tail that goes on with the view of another.
func follow(t *testing.T, c *Client, q model.Tail, before *tailing) *tailing {
	t.Helper()
	o := begin(t, c, q)
	o.view = before.view
	o.until("it is open", func(v model.TailView) bool { return v.Tail == q })
	return o
}

// Transactions: what became of each record's, and what is left out when asked.
func TestTailOfTransactions(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.TransactionalID("t"), kgo.DefaultProduceTopic("orders"))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	transact := func(value string, end kgo.TransactionEndTry) {
		t.Helper()
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := cl.ProduceSync(t.Context(), kgo.StringRecord(value)).FirstErr(); err != nil {
			t.Fatal(err)
		}
		if err := cl.EndTransaction(context.Background(), end); err != nil {
			t.Fatal(err)
		}
	}
	transact("a", kgo.TryCommit)
	transact("b", kgo.TryAbort)
	put(t, cluster, nil, "orders/0=plain")
	transact("c", kgo.TryAbort)
	c := dial(t, cluster)
	for _, test := range []struct {
		name               string
		committed, control bool
		want               string
		end                int64
	}{
		{"uncommitted", false, false, "a:committed b:aborted plain:- c:aborted", 0},
		{"committed", true, false, "a:committed plain:-", 0},
		{"all", false, true, "a:committed commit b:aborted abort plain:- c:aborted abort", 0},
		{"all, also when committed", true, true, "a:committed commit b:aborted abort plain:- c:aborted abort", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := open(t, c, model.Tail{
				Targets: targets(t, "orders"), From: model.Position{At: model.AtBeginning}, Until: model.Stop{At: model.StopAtEnd},
				Committed: test.committed, Control: test.control,
			})
			v := o.until("it is finished", func(v model.TailView) bool { return v.Finished != model.NotFinished })
			if got := outcomes(kept(v)); got != test.want || v.Behind != 0 || v.Done != v.Total {
				t.Errorf("%s; %+v", got, v.Progress)
			}
		})
	}
}

func outcomes(records []model.Record) string {
	var all []string
	for _, r := range records {
		switch {
		case r.Control == model.ControlCommit:
			all = append(all, "commit")
		case r.Control == model.ControlAbort:
			all = append(all, "abort")
		case !r.Transactional:
			all = append(all, string(r.Value)+":-")
		default:
			all = append(all, string(r.Value)+":"+[]string{"unknown", "open", "committed", "aborted"}[r.Outcome])
		}
	}
	return strings.Join(all, " ")
}
