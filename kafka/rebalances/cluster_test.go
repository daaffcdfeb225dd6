//go:build realkafka

package rebalances

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// What consumers are given, in milliseconds: Kafka's own are 3 and 45 seconds. One that is
// to be back before its session is over has the long one.
const (
	heartbeat      = 300
	session        = 6000
	patientSession = 45000
)

// forever is longer than anything takes, however busy the machine.
const forever = 4 * time.Minute

// A stage is a cluster with what all scenarios share.
type stage struct {
	*realkafka.Cluster
	client *kgo.Client
	admin  *kadm.Client
}

var scene stage

// TestMain brings up the one cluster that everything plays on, and looks for goroutines
// that outlive it. In a child of this process it is a consumer instead.
func TestMain(m *testing.M) {
	if spec := os.Getenv(childSpec); spec != "" {
		os.Exit(beConsumer(spec))
	}
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		parallel.Value.Set("4") // scenarios wait for timeouts most of the time
	}
	exit := onStage(m)
	if err := goleak.Find(); err != nil && exit == 0 {
		fmt.Fprintln(os.Stderr, err)
		exit = 1
	}
	os.Exit(exit)
}

func onStage(m *testing.M) int {
	cluster, err := realkafka.Up(context.Background(), options())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer cluster.Close()
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...), kgo.MetadataMinAge(50*time.Millisecond),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.UnknownTopicRetries(100))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer cl.Close()
	scene = stage{cluster, cl, kadm.NewClient(cl)}
	if err := scene.letLook(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func options() realkafka.Options {
	extra := map[string]string{"group.min.session.timeout.ms": "1000"}
	for _, kind := range []string{"consumer", "share", "streams"} {
		extra["group."+kind+".min.session.timeout.ms"] = "1000"
		extra["group."+kind+".session.timeout.ms"] = fmt.Sprint(session)
		extra["group."+kind+".min.heartbeat.interval.ms"] = "100"
		extra["group."+kind+".heartbeat.interval.ms"] = fmt.Sprint(heartbeat)
	}
	extra["group.streams.initial.rebalance.delay.ms"] = "0"
	return realkafka.Options{
		Secure:          true, // for somebody who may not read everything
		ExtraProperties: extra,
		Loggers:         map[string]string{"org.apache.kafka.coordinator.group": "info"},
	}
}

// LetLook gives Alice what an onlooker needs, __consumer_offsets not included, and has
// that topic be created.
func (s stage) letLook(ctx context.Context) error {
	rights := kadm.NewACLs().Allow("User:"+realkafka.Alice).AllowHosts().
		Topics("orders-", "g-").Groups("g-").ResourcePatternType(kadm.ACLPatternPrefixed).
		Operations(kadm.OpDescribe)
	made, err := s.admin.CreateACLs(ctx, rights)
	if err != nil {
		return err
	}
	for _, a := range made {
		if a.Err != nil {
			return a.Err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, forever)
	defer cancel()
	for {
		if _, err = s.admin.FetchOffsets(ctx, "g-none"); err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// Topic creates a topic, to which records are written until the test ends, and returns
// its name, which begins with orders-.
func (s stage) topic(t testing.TB, name string, partitions int32) string {
	t.Helper()
	name = "orders-" + name
	if err := s.CreateTopic(t.Context(), name, partitions, 3, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			for p := range partitions {
				s.client.TryProduce(ctx, &kgo.Record{Topic: name, Partition: p, Value: fmt.Appendf(nil, "v%d", n%20)}, nil)
			}
			select {
			case <-time.After(200 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		writing.Wait()
	})
	return name
}

// Door is how somebody comes in who may do everything.
func (s stage) door() model.Connection {
	return model.Connection{Seeds: s.Seeds(realkafka.Plaintext), Timeout: 20 * time.Second}
}

// SideDoor is how Alice comes in.
func (s stage) sideDoor() model.Connection {
	return model.Connection{
		Seeds: s.Seeds(realkafka.SASLPlaintext), Timeout: 20 * time.Second,
		Mechanism: "SCRAM-SHA-256", Username: realkafka.Alice, Password: model.NewSecret(realkafka.AlicePassword),
	}
}

// A ruling is a line of a coordinator's log about one group.
type ruling struct {
	at   time.Time
	node int
	says string
}

// Rulings returns what the coordinators said of a group, oldest first. The group's id
// stands by itself in each line, or in [GroupId …].
func (s stage) rulings(t testing.TB, group string) []ruling {
	t.Helper()
	var all []ruling
	for node := 1; node <= s.Nodes(); node++ {
		file, err := os.Open(s.LogFile(node))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if r, ok := ruled(lines.Text(), group); ok {
				r.node = node
				all = append(all, r)
			}
		}
		file.Close()
	}
	slices.SortStableFunc(all, func(a, b ruling) int { return a.at.Compare(b.at) })
	return all
}

// Ruled reads a line such as
//
//	21:07:33.120 [group-coordinator-event-processor-2] INFO org.apache.kafka.… - [GroupCoordinator id=1 topic=… partition=2] Stabilized group g generation 3 with 2 members.
func ruled(line, group string) (ruling, bool) {
	stamp, rest, _ := strings.Cut(line, " ")
	at, err := time.ParseInLocation(time.DateOnly+" 15:04:05.000", today()+" "+stamp, time.Local)
	if err != nil || !slices.Contains(strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" []", r) }), group) {
		return ruling{}, false
	}
	_, says, _ := strings.Cut(rest, " - ")
	return ruling{at: at, says: says}, true
}

var today = sync.OnceValue(func() string { return time.Now().Format(time.DateOnly) })

// A tp is a partition.
type tp struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
}

func (p tp) String() string { return fmt.Sprintf("%s:%d", p.Topic, p.Partition) }

func compareTP(a, b tp) int {
	return cmp.Or(strings.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
}

func flat(partitions map[string][]int32) []tp {
	var all []tp
	for topic, ids := range partitions {
		for _, id := range ids {
			all = append(all, tp{topic, id})
		}
	}
	slices.SortFunc(all, compareTP)
	return all
}
