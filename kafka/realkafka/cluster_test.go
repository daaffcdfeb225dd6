//go:build realkafka

package realkafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
	"go.uber.org/goleak"
)

func up(t *testing.T, options Options) *Cluster {
	t.Helper()
	goroutines := goleak.IgnoreCurrent()
	start := time.Now()
	cluster, err := Up(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d nodes of Kafka %s up after %v", cluster.Nodes(), cluster.Version(), time.Since(start))
	t.Cleanup(func() { leavesNothing(t, cluster, goroutines) })
	return cluster
}

// LeavesNothing closes the cluster and looks for what it may have left behind.
func leavesNothing(t *testing.T, cluster *Cluster, goroutines goleak.Option) {
	t.Helper()
	if err := cluster.Close(); err != nil {
		t.Error(err)
	}
	for _, n := range cluster.nodes {
		if err := syscall.Kill(n.process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("node %d's process %d is still there", n.id, n.process.Pid)
		}
	}
	if _, err := os.Stat(cluster.dir); !os.IsNotExist(err) {
		t.Errorf("the cluster's folder %s is still there", cluster.dir)
	}
	if claim, err := net.Listen("tcp", loopback(cluster.ports.base)); err != nil {
		t.Errorf("the cluster's ports are still taken: %v", err)
	} else {
		claim.Close()
	}
	goleak.VerifyNone(t, goroutines)
}

func admin(t *testing.T, seeds []string, options ...kgo.Opt) *kadm.Client {
	t.Helper()
	options = append(options, kgo.SeedBrokers(seeds...), kgo.MetadataMinAge(50*time.Millisecond), kgo.RequestRetries(1))
	client, err := kgo.NewClient(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return kadm.NewClient(client)
}

func trusting(t *testing.T, path string) *tls.Config {
	t.Helper()
	return &tls.Config{RootCAs: pool(t, path)}
}

func withClientCertificate(t *testing.T, files TLSFiles) *tls.Config {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(files.ClientCert, files.ClientKey)
	if err != nil {
		t.Fatal(err)
	}
	config := trusting(t, files.CA)
	config.Certificates = []tls.Certificate{cert}
	return config
}

func TestEveryListenerOfEveryVersion(t *testing.T) {
	for _, version := range []string{"4.3.1", "3.9.1", "3.5.2"} {
		t.Run(version, func(t *testing.T) {
			cluster := up(t, Options{Version: version, Secure: true})
			trusted := kgo.DialTLSConfig(trusting(t, cluster.TLS.CA))
			password := plain.Auth{User: Admin, Pass: AdminPassword}.AsMechanism()
			digest := scram.Auth{User: Admin, Pass: AdminPassword}
			for _, door := range []struct {
				name     string
				listener Listener
				keys     []kgo.Opt
			}{
				{"plaintext", Plaintext, nil},
				{"TLS", TLS, []kgo.Opt{trusted}},
				{"client certificate", SSL, []kgo.Opt{kgo.DialTLSConfig(withClientCertificate(t, cluster.TLS))}},
				{"PLAIN", SASLPlaintext, []kgo.Opt{kgo.SASL(password)}},
				{"PLAIN over TLS", SASLSSL, []kgo.Opt{trusted, kgo.SASL(password)}},
				{"SCRAM-SHA-256", SASLSSL, []kgo.Opt{trusted, kgo.SASL(digest.AsSha256Mechanism())}},
				{"SCRAM-SHA-512", SASLSSL, []kgo.Opt{trusted, kgo.SASL(digest.AsSha512Mechanism())}},
			} {
				client := admin(t, cluster.Seeds(door.listener), door.keys...)
				if err := wholeCluster(t.Context(), cluster, client, door.listener); err != nil {
					t.Errorf("%s: %v", door.name, err)
				}
			}
			refusals(t, cluster, trusted)
		})
	}
}

// WholeCluster checks that a client with every right sees three brokers in three
// racks, by the addresses of its own listener, and can ask each of them.
func wholeCluster(ctx context.Context, cluster *Cluster, client *kadm.Client, listener Listener) error {
	metadata, err := client.BrokerMetadata(ctx)
	if err != nil {
		return err
	}
	if metadata.Cluster != cluster.ID {
		return fmt.Errorf("cluster id %s, want %s", metadata.Cluster, cluster.ID)
	}
	var seen, want []string
	for _, b := range metadata.Brokers {
		seen = append(seen, fmt.Sprintf("%d %s:%d %s", b.NodeID, b.Host, b.Port, *b.Rack))
	}
	for n := 1; n <= cluster.Nodes(); n++ {
		want = append(want, fmt.Sprintf("%d %s %s", n, cluster.Address(listener, n), Rack(n)))
	}
	if !slices.Equal(seen, want) {
		return fmt.Errorf("brokers %q, want %q", seen, want)
	}
	_, err = client.DescribeAllLogDirs(ctx, nil)
	return err
}

func refusals(t *testing.T, cluster *Cluster, trusted kgo.Opt) {
	t.Helper()
	ctx := t.Context()
	wrong := plain.Auth{User: Alice, Pass: "wrong"}.AsMechanism()
	_, err := admin(t, cluster.Seeds(SASLSSL), trusted, kgo.SASL(wrong)).BrokerMetadata(ctx)
	if !errors.Is(err, kerr.SaslAuthenticationFailed) {
		t.Errorf("a wrong password gives %v", err)
	}
	alice := scram.Auth{User: Alice, Pass: AlicePassword}.AsSha512Mechanism()
	_, err = admin(t, cluster.Seeds(SASLSSL), trusted, kgo.SASL(alice)).DescribeAllLogDirs(ctx, nil)
	if !errors.Is(err, kerr.ClusterAuthorizationFailed) {
		t.Errorf("log dirs for %s, who has no rights, give %v", Alice, err)
	}
	_, err = admin(t, cluster.Seeds(TLS), kgo.DialTLSConfig(trusting(t, cluster.TLS.UntrustedCA))).BrokerMetadata(ctx)
	if unknown := (x509.UnknownAuthorityError{}); !errors.As(err, &unknown) {
		t.Errorf("trusting another CA gives %v", err)
	}
	if _, err = admin(t, cluster.Seeds(SSL), trusted).BrokerMetadata(ctx); err == nil {
		t.Error("the listener SSL lets a client without a certificate in")
	}
	metadata, err := admin(t, cluster.Seeds(Unreachable)).BrokerMetadata(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range metadata.Brokers {
		if want := fmt.Sprintf("kafka-%d.internal.invalid", b.NodeID); b.Host != want {
			t.Errorf("the listener UNREACHABLE advertises %s, want %s", b.Host, want)
		}
	}
}

func TestLeadersLeaveADeadBrokerAndItComesBack(t *testing.T) {
	cluster := up(t, Options{})
	ctx := t.Context()
	if err := cluster.CreateUnevenTopics(ctx); err != nil {
		t.Fatal(err)
	}
	client := admin(t, cluster.Seeds(Plaintext))
	await(t, client, "16, 9 and 9 leaders outside internal topics", func(topics kadm.TopicDetails) bool {
		return slices.Equal(leaders(topics), []int{0, 16, 9, 9})
	})

	cluster.Kill(2)
	if running := cluster.Running(); !slices.Equal(running, []int{1, 3}) {
		t.Errorf("after killing node 2, running are %v", running)
	}
	await(t, client, "no leader on broker 2, and the one partition that has no other copy without any", func(topics kadm.TopicDetails) bool {
		counts := leaders(topics)
		return counts[2] == 0 && topics["audit"].Partitions[0].Leader == -1 && topics["orders"].Partitions[3].Leader == 3
	})

	if err := cluster.Start(ctx, 2); err != nil {
		t.Fatal(err)
	}
	await(t, client, "broker 2 in sync again, leading nothing that had another copy", func(topics kadm.TopicDetails) bool {
		p := topics["orders"].Partitions[3]
		return len(p.ISR) == 3 && p.Leader == 3 && topics["audit"].Partitions[0].Leader == 2
	})

	if err := cluster.Stop(ctx, 3); err != nil {
		t.Fatal(err)
	}
	await(t, client, "no leader on broker 3", func(topics kadm.TopicDetails) bool { return leaders(topics)[3] == 0 })
}

// Leaders counts the partitions that each broker leads, by broker id, outside Kafka's
// own topics; those without a leader are left out.
func leaders(topics kadm.TopicDetails) []int {
	counts := make([]int, 4)
	topics.EachPartition(func(p kadm.PartitionDetail) {
		if !strings.HasPrefix(p.Topic, "__") && p.Leader >= 0 {
			counts[p.Leader]++
		}
	})
	return counts
}

func await(t *testing.T, client *kadm.Client, what string, done func(kadm.TopicDetails) bool) {
	t.Helper()
	start := time.Now()
	var topics kadm.TopicDetails
	for time.Since(start) < spreadTimeout {
		if metadata, err := client.Metadata(t.Context()); err == nil {
			if topics = metadata.Topics; done(topics) {
				t.Logf("%s: after %v", what, time.Since(start).Round(time.Millisecond))
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("waited %v for: %s\n%v", spreadTimeout, what, topics)
}

func TestToolsRun(t *testing.T) {
	cluster := up(t, Options{Nodes: 1})
	_, err := cluster.Tool(t.Context(), "org.apache.kafka.tools.TopicCommand",
		"--bootstrap-server", cluster.Address(Plaintext, 1), "--create", "--topic", "by-tool", "--partitions", "2")
	if err != nil {
		t.Fatal(err)
	}
	_, err = cluster.Tool(t.Context(), "org.apache.kafka.tools.TopicCommand",
		"--bootstrap-server", cluster.Address(Plaintext, 1), "--create", "--topic", "by-tool")
	if err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("a tool's error does not carry what the tool said: %v", err)
	}
}

func TestWhatCannotComeUpSaysWhyAndLeavesNothing(t *testing.T) {
	for name, broken := range map[string]struct {
		extra map[string]string
		want  string
	}{
		"a property that cannot be read":  {map[string]string{"num.partitions": "many"}, "num.partitions"},
		"a node that ends while starting": {map[string]string{"authorizer.class.name": "no.such.Class"}, "no.such.Class"},
	} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			dir := t.TempDir()
			cluster, err := Up(t.Context(), Options{Nodes: 1, Dir: dir, ExtraProperties: broken.extra})
			if err == nil {
				cluster.Close()
				t.Fatal("it came up")
			}
			if !strings.Contains(err.Error(), broken.want) {
				t.Errorf("the error does not name %s: %v", broken.want, err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

func TestEndingTheContextEndsTheBringingUp(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	if _, err := Jars(t.Context(), DefaultVersion); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // while it formats or starts
	defer cancel()
	dir := t.TempDir()
	cluster, err := Up(ctx, Options{Dir: dir})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if err == nil {
		cluster.Close()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
