package kafka

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// diagnose returns the last event of a diagnosis.
func diagnose(t *testing.T, conn model.Connection) model.Diagnosis {
	t.Helper()
	if conn.Timeout == 0 {
		conn.Timeout = 2 * time.Second
	}
	all := every[model.Diagnosed](ask(t, connect(t, conn), model.Diagnose{}))
	last := all[len(all)-1].Diagnosis
	if !last.Done || len(all) < 3 {
		t.Errorf("%d events, and the last is not the end: %+v", len(all), last)
	}
	for _, e := range all {
		if !e.Diagnosis.Started.Equal(last.Started) {
			t.Error("a diagnosis has more than one beginning")
		}
	}
	return last
}

// states says how each step went, a letter each: passed, failed, skipped, waiting.
func states(d model.Diagnosis) string {
	var b strings.Builder
	for _, s := range d.Steps {
		if s.Of == "" {
			b.WriteString(map[model.StepState]string{model.StepPassed: "p", model.StepFailed: "f", model.StepSkipped: "s", model.StepWaiting: "w", model.StepUnderWay: "u"}[s.State])
		}
	}
	return b.String()
}

func lines(d model.Diagnosis) string {
	var b strings.Builder
	for _, s := range d.Steps {
		fmt.Fprintf(&b, "%s %s %d %s\n", s.Name, s.Of, s.State, s.Detail)
	}
	return b.String()
}

func check(t *testing.T, name string, d model.Diagnosis, steps string, kind model.ProblemKind, says string) {
	t.Helper()
	if got := states(d); got != steps || d.Problem == nil || d.Problem.Kind != kind || !strings.Contains(d.Problem.Error(), says) {
		t.Errorf("%s: steps %s, want %s; problem %v, want %q\n%s", name, got, steps, d.Problem, says, lines(d))
	}
}

func TestDiagnoseAHealthyCluster(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(2, "orders"), kfake.ClusterID("lab"))
	d := diagnose(t, model.Connection{Seeds: cluster.ListenAddrs()})
	if d.Problem != nil || states(d) != "ppssppp" {
		t.Errorf("steps %s, problem %v", states(d), d.Problem)
	}
	all := lines(d)
	for _, want := range []string{"3 brokers, cluster id lab", "3 of 3 brokers can be reached", "advertised listeners broker 2 2 127.0.0.1:", "can be described"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
}

func TestDiagnoseTheNetwork(t *testing.T) {
	t.Parallel()
	check(t, "no such host", diagnose(t, model.Connection{Seeds: []string{"no-such-host.invalid"}}), "fwwwwww", model.Unreachable, "does not resolve")
	check(t, "nobody listens", diagnose(t, model.Connection{Seeds: []string{"127.0.0.1:1"}}), "pfwwwww", model.Unreachable, "Nothing listens at 127.0.0.1:1")

	check(t, "a web server", diagnose(t, model.Connection{Seeds: []string{webServing(t)}}), "ppssfww", model.Unreachable, "web server")

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	d := diagnose(t, model.Connection{Seeds: []string{silent.Addr().String()}, Timeout: 300 * time.Millisecond})
	check(t, "silence", d, "ppssfww", model.Timeout, "did not answer in time")

	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	d = diagnose(t, model.Connection{Seeds: []string{"127.0.0.1:1", cluster.ListenAddrs()[0]}})
	if d.Problem != nil || states(d) != "ppssppp" || !strings.Contains(lines(d), "connect 127.0.0.1:1 3 Nothing listens") {
		t.Errorf("one of two seeds: %v\n%s", d.Problem, lines(d))
	}
}

func TestDiagnoseTLS(t *testing.T) {
	good, other := newAuthority(t, "good-ca"), newAuthority(t, "other-ca")
	now := time.Now()
	secure := func(cert issued, clients bool) string {
		config := &tls.Config{Certificates: []tls.Certificate{cert.Certificate}}
		if clients {
			config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, good.pool()
		}
		return fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"), kfake.TLS(config)).ListenAddrs()[0]
	}
	mine := good.good("me")
	right, mutual := secure(good.good("broker"), false), secure(good.good("broker"), true)
	d := diagnose(t, model.Connection{Seeds: []string{right}, CAFile: good.file})
	if d.Problem != nil || states(d) != "pppsppp" || !strings.Contains(lines(d), "TLS 1.3 · broker, valid until") || !strings.Contains(lines(d), "issued by good-ca") {
		t.Errorf("TLS: %v\n%s", d.Problem, lines(d))
	}
	d = diagnose(t, model.Connection{Seeds: []string{mutual}, CAFile: good.file, CertFile: mine.certFile, KeyFile: mine.keyFile})
	if d.Problem != nil {
		t.Errorf("mTLS: %v\n%s", d.Problem, lines(d))
	}
	for _, test := range []struct {
		name, seed string
		conn       model.Connection
		says       string
	}{
		{"another CA", right, model.Connection{CAFile: other.file}, "The CA in \"" + other.file + "\" did not issue the broker's certificate, \"good-ca\" did: name the certificate of that CA with --ca-file"},
		{"unknown CA", right, model.Connection{TLS: true}, "issued by a CA that is not trusted here (good-ca)"},
		{"another name", right, model.Connection{CAFile: good.file, ServerName: "kafka.example"}, `is not for "kafka.example", only for broker, 127.0.0.1`},
		{"expired", secure(good.issue("broker", true, now.Add(-2*time.Hour), now.Add(-time.Hour)), false), model.Connection{CAFile: good.file}, "has expired"},
		{"plaintext to TLS", right, model.Connection{}, "The listener speaks TLS, but kscope does not"},
		{"no certificate", mutual, model.Connection{CAFile: good.file}, "wants a client certificate"},
	} {
		test.conn.Seeds = []string{test.seed}
		check(t, test.name, diagnose(t, test.conn), "ppfwwww", model.Insecure, test.says)
	}
}

// The fake cluster hangs when it is spoken to in TLS, and takes 369 MB: a listener
// that does what a real broker does takes its place.
func TestDiagnoseTLSToPlaintext(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1))
	seed := closing(t, cluster.ListenAddrs()[0])
	check(t, "TLS to plaintext", diagnose(t, model.Connection{Seeds: []string{seed}, TLS: true}), "ppfwwww", model.Insecure, "kscope speaks TLS, but the listener does not")
}

func TestDiagnoseSASL(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"), kfake.EnableSASL(),
		kfake.Superuser("PLAIN", "alice", "secret"), kfake.Superuser("SCRAM-SHA-512", "bob", "secret"))
	seeds := cluster.ListenAddrs()
	for mechanism, user := range map[string]string{"PLAIN": "alice", "SCRAM-SHA-512": "bob"} {
		d := diagnose(t, model.Connection{Seeds: seeds, Mechanism: mechanism, Username: user, Password: model.NewSecret("secret")})
		if d.Problem != nil || states(d) != "ppspppp" || !strings.Contains(lines(d), mechanism+" as "+user) || strings.Contains(lines(d), "secret") {
			t.Errorf("%s: %v\n%s", mechanism, d.Problem, lines(d))
		}
		d = diagnose(t, model.Connection{Seeds: seeds, Mechanism: mechanism, Username: user, Password: model.NewSecret("wrong")})
		check(t, "wrong password with "+mechanism, d, "ppsfwww", model.Refused, "refuses the user name or the password")
	}
	plain := fake(t, kfake.NumBrokers(1)).ListenAddrs()
	d := diagnose(t, model.Connection{Seeds: plain, Mechanism: "PLAIN", Username: "alice", Password: model.NewSecret("secret")})
	if d.Problem == nil || states(d) != "ppsfwww" {
		t.Errorf("SASL to a listener without: %v\n%s", d.Problem, lines(d))
	}
}

func TestDiagnoseAdvertisedListeners(t *testing.T) {
	for _, test := range []struct {
		name         string
		hosts        []string
		steps, says  string
		problemCount int
	}{
		{"nowhere", []string{"kafka-0.internal.invalid", "kafka-1.internal.invalid"}, "ppsspfw", "addresses that do not resolve from this machine", 2},
		{"one", []string{"", "kafka-1.internal.invalid"}, "ppsspfp", "broker 1 cannot be reached at the address it gives", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			cluster := fake(t, kfake.NumBrokers(2), kfake.SeedTopics(1, "orders"))
			advertise(cluster, test.hosts)
			d := diagnose(t, model.Connection{Seeds: cluster.ListenAddrs()[:1]})
			check(t, test.name, d, test.steps, model.Unreachable, test.says)
			if n := strings.Count(lines(d), "advertised listeners broker "); n != 2 || strings.Count(lines(d), ": The name") != test.problemCount {
				t.Errorf("parts:\n%s", lines(d))
			}
		})
	}
}

// advertise makes the brokers of a fake cluster give these hosts for themselves.
func advertise(cluster *kfake.Cluster, hosts []string) {
	cluster.ControlKey(int16(kmsg.Metadata), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		resp := req.ResponseKind().(*kmsg.MetadataResponse)
		for i, address := range cluster.ListenAddrs() {
			b := kmsg.NewMetadataResponseBroker()
			host, port, _ := net.SplitHostPort(address)
			b.NodeID, b.Host = int32(i), host
			fmt.Sscan(port, &b.Port)
			if hosts[i] != "" {
				b.Host = hosts[i]
			}
			resp.Brokers = append(resp.Brokers, b)
		}
		return resp, nil, true
	})
}

func TestDiagnoseTopics(t *testing.T) {
	empty := fake(t, kfake.NumBrokers(1))
	if d := diagnose(t, model.Connection{Seeds: empty.ListenAddrs()}); d.Problem != nil || !strings.Contains(lines(d), "the cluster is empty") {
		t.Errorf("empty: %v\n%s", d.Problem, lines(d))
	}
	closed := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"), kfake.EnableSASL(), kfake.EnableACLs(), kfake.User("PLAIN", "alice", "secret"))
	d := diagnose(t, model.Connection{Seeds: closed.ListenAddrs(), Mechanism: "PLAIN", Username: "alice", Password: model.NewSecret("secret")})
	check(t, "no rights", d, "ppspppf", model.Denied, "the user alice lacks the right Describe")
}
