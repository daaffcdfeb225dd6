package realkafka

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"strings"
	"testing"
	"time"
)

// Unstarted is a cluster as it is just before its first process.
func unstarted(t *testing.T, options Options) *Cluster {
	t.Helper()
	options.Dir = t.TempDir()
	options, err := options.complete()
	if err != nil {
		t.Fatal(err)
	}
	c := &Cluster{ID: newClusterID(), options: options, spawner: newSpawner()}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := c.prepare(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTwoClustersShareNoPort(t *testing.T) {
	taken := map[string]bool{}
	for range 3 {
		c := unstarted(t, Options{Nodes: 9, Secure: true})
		for _, l := range listeners {
			for _, address := range c.Seeds(l.name) {
				if taken[address] {
					t.Errorf("%s of listener %s is taken twice", address, l.name)
				}
				taken[address] = true
			}
		}
	}
	if want := 3 * 9 * len(listeners); len(taken) != want {
		t.Errorf("%d addresses, want %d", len(taken), want)
	}
}

func TestProperties(t *testing.T) {
	plain := unstarted(t, Options{}).properties(2)
	for _, want := range []string{"node.id=2\n", "broker.rack=rack-2\n", "kafka-2.internal.invalid:", "process.roles=broker,controller\n"} {
		if !strings.Contains(plain, want) {
			t.Errorf("no %q in\n%s", want, plain)
		}
	}
	for _, secret := range []string{"SSL", "sasl", "authorizer"} {
		if strings.Contains(plain, secret) {
			t.Errorf("%q in a cluster that is not secure:\n%s", secret, plain)
		}
	}
	extra := map[string]string{"num.partitions": "7", "odd": `a\b`}
	secure := unstarted(t, Options{Secure: true, ExtraProperties: extra}).properties(3)
	for _, want := range []string{"num.partitions=7\n", "odd=a\\\\b\n", "SASL_SSL://", "listener.name.ssl.ssl.client.auth=required\n"} {
		if !strings.Contains(secure, want) {
			t.Errorf("no %q in\n%s", want, secure)
		}
	}
}

func TestNodeCountsThatCannotBe(t *testing.T) {
	for _, n := range []int{-1, 10} {
		if _, err := (Options{Nodes: n}).complete(); err == nil {
			t.Errorf("%d nodes are accepted", n)
		}
	}
}

func TestCertificatesAreGoodForLoopbackAndNothingElse(t *testing.T) {
	files, err := makeCertificates(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	broker, err := tls.LoadX509KeyPair(files.brokerKeystore, files.brokerKeystore)
	if err != nil {
		t.Fatal(err)
	}
	leaf := broker.Leaf
	for _, tt := range []struct {
		ca, host string
		good     bool
	}{
		{files.CA, "localhost", true},
		{files.CA, "127.0.0.1", true},
		{files.CA, "kafka.example", false},
		{files.UntrustedCA, "localhost", false},
	} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: tt.host, Roots: pool(t, tt.ca), CurrentTime: time.Now()})
		if (err == nil) != tt.good {
			t.Errorf("%s by %s: %v", tt.host, tt.ca, err)
		}
	}
	client, err := tls.LoadX509KeyPair(files.ClientCert, files.ClientKey)
	if err != nil {
		t.Fatal(err)
	}
	if name := client.Leaf.Subject.String(); name != "CN=client" {
		t.Errorf("the client is %s, which is not the super user", name)
	}
}

func pool(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("%s holds no certificate", path)
	}
	return pool
}
