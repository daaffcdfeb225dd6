//go:build realkafka && linux

package host

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka"
	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestRealKafka kills those who run test consumers on Apache Kafka, with the times
// that they have when nobody is in a hurry: a session of 10 s, and of 45 s where the
// broker assigns.
func TestRealKafka(t *testing.T) {
	cluster, err := realkafka.Up(t.Context(), realkafka.Options{Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	cl, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	r := &real{cluster, kadm.NewClient(cl)}
	if err := r.CreateTopic(t.Context(), "orders", 4, 3, nil); err != nil {
		t.Fatal(err)
	}
	t.Run("group", func(t *testing.T) { // over before the cluster is closed
		for _, a := range []model.LabAssignor{model.LabRange, model.LabCooperative, model.LabConsumer} {
			t.Run("parent killed, "+string(a), func(t *testing.T) { r.parentKilled(t, a) })
		}
		t.Run("both killed", r.bothKilled)
		t.Run("by password", r.byPassword)
	})
}

type real struct {
	*realkafka.Cluster
	admin *kadm.Client
}

// groups are those there are: "name state".
func (r *real) groups(t *testing.T) string {
	t.Helper()
	listed, err := r.admin.ListGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, g := range listed.Sorted() {
		all = append(all, g.Group+" "+g.State)
	}
	return strings.Join(all, ", ")
}

// parentKilled kills a parent: its members leave, long before their sessions are
// over, and the group is deleted.
func (r *real) parentKilled(t *testing.T, a model.LabAssignor) {
	t.Parallel()
	group := model.LabPrefix + string(a)
	cmd, child := family(t, r.Seeds(realkafka.Plaintext)[0], "orders", group, a)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	t.Logf("all were gone after %v", ends(t, child))
	if got := r.groups(t); strings.Contains(got, group) {
		t.Errorf("groups: %s", got)
	}
}

// bothKilled kills the host as well, as a machine does that loses power: the session
// of the members ends them.
func (r *real) bothKilled(t *testing.T) {
	t.Parallel()
	cmd, child := family(t, r.Seeds(realkafka.Plaintext)[0], "orders", "mine", model.LabRoundRobin)
	if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Kill()
	for began := time.Now(); !strings.Contains(r.groups(t), "mine Empty"); time.Sleep(200 * time.Millisecond) {
		if took := time.Since(began); took > 3*time.Minute {
			t.Fatalf("after %v: %s", took, r.groups(t))
		}
	}
}

// byPassword has a host log in.
func (r *real) byPassword(t *testing.T) {
	t.Parallel()
	conn := model.Connection{
		Seeds: r.Seeds(realkafka.SASLSSL), CAFile: r.TLS.CA, Timeout: time.Minute,
		Mechanism: "SCRAM-SHA-512", Username: realkafka.Admin, Password: model.NewSecret(realkafka.AdminPassword),
	}
	client, err := kafka.Dial(conn)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	client.HostLab(New(conn, asHost))
	group := model.LabPrefix + "secret"
	does(t, client, model.LabAdd{Group: group, Topic: "orders", Assignor: model.LabSticky})
	does(t, client, model.LabAdd{Group: group, Topic: "orders", Assignor: model.LabSticky, Static: true})
	watched(t, client, "shared out", func(v model.LabView) bool { return shared(v) == 2 })
	does(t, client, model.LabEnd{Group: group, Delete: true})
	if got := r.groups(t); strings.Contains(got, group) {
		t.Errorf("groups: %s", got)
	}
}
