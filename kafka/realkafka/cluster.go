package realkafka

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// Options say what kind of cluster to bring up. The zero value is three nodes of
// DefaultVersion with the listeners Plaintext, Unreachable and Controller.
type Options struct {
	// Version of Kafka, as Maven Central names it: "4.3.1".
	Version string
	// Nodes, 1 to 9; 0 means 3. Their ids count from 1.
	Nodes int
	// Secure adds the listeners SSL, TLS, SASLSSL and SASLPlaintext, the users Admin
	// and Alice, and the ACL authorizer.
	Secure bool
	// Dir is where the cluster makes a folder of its own; os.TempDir() if empty.
	Dir string
	// Heap of each node in java's words; "384m" if empty.
	Heap string
	// ExtraProperties are added to every node's configuration and win over ours.
	ExtraProperties map[string]string
	// Loggers are Kafka's loggers that are to say more than warnings, and how much:
	// {"org.apache.kafka.coordinator.group": "info"}.
	Loggers map[string]string
}

// DefaultVersion of Kafka is the newest that the program is tried with.
const DefaultVersion = "4.3.1"

// Longer than any healthy cluster needs, on two busy cores.
const startTimeout = 3 * time.Minute

// A Cluster is a number of running nodes. It is safe for concurrent use.
type Cluster struct {
	// ID is the cluster's id, as Kafka made it known.
	ID string
	// TLS names the certificates of a secure cluster.
	TLS TLSFiles

	options Options
	dir     string
	jars    string
	java    string
	ports   *block
	spawner *spawner
	nodes   []*node

	mu     sync.Mutex // guards closed, and each node's process
	closed bool
}

var errClosed = errors.New("realkafka: the cluster is closed")

// Up brings a cluster up and returns when every broker sees every other one as
// unfenced: 7 to 10 seconds on two idle cores, and longer the first time, when the jars
// are fetched. ctx bounds the bringing up; the cluster lives until Close.
//
// A cluster that does not come up leaves nothing behind, and the error says which
// node failed and how its log ends.
func Up(ctx context.Context, options Options) (*Cluster, error) {
	options, err := options.complete()
	if err != nil {
		return nil, err
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("realkafka: java is not on the PATH: install Java 17 or later")
	}
	jars, err := Jars(ctx, options.Version)
	if err != nil {
		return nil, err
	}
	c := &Cluster{ID: newClusterID(), options: options, jars: jars, java: java, spawner: newSpawner()}
	if err := c.up(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (o Options) complete() (Options, error) {
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	if o.Nodes == 0 {
		o.Nodes = 3
	}
	if o.Heap == "" {
		o.Heap = "384m"
	}
	if most := (blockSize - 1) / len(listeners); o.Nodes < 1 || o.Nodes > most {
		return o, fmt.Errorf("realkafka: %d nodes asked for, want 1 to %d", o.Nodes, most)
	}
	return o, nil
}

// NewClusterID is 16 random bytes in the form of Kafka's Uuid. A leading dash, which
// the storage tool would take for an option, cannot come up: the first bits are zero.
func newClusterID() string {
	id := make([]byte, 16)
	rand.Read(id)
	id[0] &= 0x3f
	return base64.RawURLEncoding.EncodeToString(id)
}

func (c *Cluster) up(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := c.prepare(); err != nil {
		return err
	}
	if err := c.format(ctx); err != nil {
		return err
	}
	for _, n := range c.nodes {
		if err := c.launch(n); err != nil {
			return err
		}
	}
	return c.settle(ctx)
}

// Prepare makes everything that the nodes read: folder, ports, certificates and
// configurations.
func (c *Cluster) prepare() (err error) {
	if c.dir, err = os.MkdirTemp(c.options.Dir, "realkafka-"); err != nil {
		return fmt.Errorf("realkafka: no folder for the cluster: %w", err)
	}
	if c.ports, err = claimBlock(); err != nil {
		return err
	}
	if c.options.Secure {
		if c.TLS, err = makeCertificates(filepath.Join(c.dir, "tls")); err != nil {
			return err
		}
	}
	for id := 1; id <= c.options.Nodes; id++ {
		c.nodes = append(c.nodes, &node{id: id})
	}
	for _, n := range c.nodes {
		if err := os.WriteFile(c.file(n, "properties"), []byte(c.properties(n.id)), 0o600); err != nil {
			return fmt.Errorf("realkafka: writing node %d's configuration: %w", n.id, err)
		}
	}
	return nil
}

// Close kills every node at once, waits for their end and removes the cluster's
// folder. A second Close does nothing.
func (c *Cluster) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	for _, n := range c.nodes {
		n.kill()
	}
	for _, n := range c.nodes {
		if n.ended != nil {
			<-n.ended
		}
	}
	c.spawner.close()
	if c.ports != nil {
		c.ports.release()
	}
	if c.dir == "" {
		return nil
	}
	if err := os.RemoveAll(c.dir); err != nil {
		return fmt.Errorf("realkafka: removing the cluster's folder: %w", err)
	}
	return nil
}

// Version is the version of Kafka that runs.
func (c *Cluster) Version() string { return c.options.Version }

// Nodes is how many nodes the cluster has, running or not; their ids are 1 to Nodes.
func (c *Cluster) Nodes() int { return len(c.nodes) }

// File is the path of one of node n's own files: its "properties" or its "log".
func (c *Cluster) file(n *node, kind string) string {
	return filepath.Join(c.dir, fmt.Sprintf("%d.%s", n.id, kind))
}

// Node finds node n, counted from 1, and panics when there is none: that is a mistake
// in a test.
func (c *Cluster) node(n int) *node {
	if n < 1 || n > len(c.nodes) {
		panic(fmt.Sprintf("realkafka: no node %d in a cluster of %d", n, len(c.nodes)))
	}
	return c.nodes[n-1]
}
