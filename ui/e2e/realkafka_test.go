//go:build e2e && realkafka

package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka/realkafka"
	"kscope/ui/e2e/terminal"
)

// A real is the cluster that all these tests share, and a client to ask it what is
// so.
type real struct {
	*realkafka.Cluster
	client *kgo.Client
	admin  *kadm.Client
}

// TestRealKafka runs the built program against Apache Kafka: three brokers with
// uneven topics. The tests that break the cluster come last.
func TestRealKafka(t *testing.T) {
	k := up(t)
	groups := k.groups(t)
	t.Run("every pane shows what Kafka says", k.shown)
	t.Run("commands print what Kafka says", k.printed)
	t.Run("ways in", k.waysIn)
	t.Run("refusals", k.refusals)
	t.Run("a user without rights", k.noRights)
	t.Run("read-only", k.readOnly)
	t.Run("a composed record", k.composed)
	t.Run("records between times", k.byTime)
	t.Run("committed records", k.readCommitted)
	t.Run("a deleted topic", k.deleted)
	if now := k.groups(t); now != groups {
		t.Errorf("groups and what they have committed were\n%s\nand are\n%s", groups, now)
	}
	t.Run("a group", k.watched)
	t.Run("a lab that is killed", k.labLeaves)
	t.Run("many, and a broker is killed", k.sentMany)
	t.Run("a killed broker", k.killed)
	t.Run("no broker at the start", k.late)
}

func up(t *testing.T) *real {
	t.Helper()
	cluster, err := realkafka.Up(t.Context(), realkafka.Options{Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := cluster.CreateUnevenTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...), kgo.MetadataMinAge(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &real{cluster, client, kadm.NewClient(client)}
}

// seeds are the addresses of a listener, as -b takes them.
func (k *real) seeds(listener realkafka.Listener) string {
	return strings.Join(k.Seeds(listener), ",")
}

// explore starts the program on the cluster and waits until every pane has
// something to show.
func (k *real) explore(t *testing.T, args ...string) *session {
	t.Helper()
	s := open(t, setup{args: append([]string{"-b", k.seeds(realkafka.Plaintext)}, args...)})
	s.settledReal()
	return s
}

// settledReal waits until every pane has something to show.
func (s *session) settledReal() {
	s.t.Helper()
	s.see("3/3 brokers", "orders", realkafka.UnevenGroup, "● live")
	s.until("sizes and offsets", func(shot *terminal.Shot) bool {
		p := shot.Pane(topicsPane)
		return p != nil && (strings.Contains(p.Row("orders"), " kB ") || strings.Contains(p.Row("orders"), " MB "))
	})
}

// groups says which groups there are and what each has committed.
func (k *real) groups(t *testing.T) string {
	t.Helper()
	listed, err := k.admin.ListGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, g := range listed.Groups() {
		offsets, err := k.admin.FetchOffsets(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range offsets.Sorted() {
			all = append(all, g+" "+o.Topic+" "+decimal(int64(o.Partition))+" "+decimal(o.At))
		}
	}
	return strings.Join(all, "\n")
}

// column returns what stands below a column's title in a pane: the word in each
// row that lies below it.
func column(f *terminal.Frame, title string) []string {
	if f == nil || len(f.Rows) == 0 {
		return nil
	}
	before, _, ok := strings.Cut(f.Rows[0], title)
	if !ok {
		return nil
	}
	from := len([]rune(before))
	to := from + len([]rune(title))
	var cells []string
	for _, row := range f.Rows[1:] {
		runes := []rune(row + strings.Repeat(" ", to))
		a, b := from, to
		for a > 0 && runes[a] != ' ' && runes[a-1] != ' ' {
			a--
		}
		for b < len(runes) && runes[b-1] != ' ' && runes[b] != ' ' {
			b++
		}
		cells = append(cells, strings.TrimSpace(string(runes[a:b])))
	}
	return cells
}

func TestColumn(t *testing.T) {
	f := &terminal.Frame{Rows: []string{
		"   part  leader  log end  isr",
		"     0   1≠2       1,234  1 2",
		"    10   3             7  3",
	}}
	for title, want := range map[string][]string{"part": {"0", "10"}, "leader": {"1≠2", "3"}, "log end": {"1,234", "7"}} {
		if got := column(f, title); !slices.Equal(got, want) {
			t.Errorf("below %s there is %q, not %q", title, got, want)
		}
	}
}
