package realkafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A node is one place in the cluster, with or without a process. Its fields but the
// id are guarded by Cluster.mu.
type node struct {
	id      int
	process *os.Process
	ended   chan struct{} // closed when the process is gone; nil before the first
}

func (n *node) alive() bool {
	if n.ended == nil {
		return false
	}
	select {
	case <-n.ended:
		return false
	default:
		return true
	}
}

func (n *node) kill() {
	if n.alive() {
		n.process.Kill() // fails only where the process has just ended by itself
	}
}

// Format makes the nodes' storage, all of it at once, with the SCRAM users in it.
func (c *Cluster) format(ctx context.Context) error {
	var scram []string
	if c.options.Secure {
		for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-512"} {
			for user, password := range map[string]string{Admin: AdminPassword, Alice: AlicePassword} {
				scram = append(scram, "--add-scram", fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, user, password))
			}
		}
	}
	failures := make([]error, len(c.nodes))
	var group sync.WaitGroup
	for i, n := range c.nodes {
		group.Go(func() {
			args := append([]string{"format", "-t", c.ID, "-c", c.file(n, "properties")}, scram...)
			_, failures[i] = c.Tool(ctx, "kafka.tools.StorageTool", args...)
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// Launch starts n's process and returns without waiting for the broker in it.
func (c *Cluster) launch(n *node) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errClosed
	}
	if n.alive() {
		return fmt.Errorf("realkafka: node %d is up already", n.id)
	}
	log, err := os.OpenFile(c.file(n, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("realkafka: node %d has no log: %w", n.id, err)
	}
	defer log.Close() // the process has its own hold on it
	cmd := exec.Command(c.java, c.arguments("-Xmx"+c.options.Heap, "kafka.Kafka", c.file(n, "properties"))...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	if err := c.spawner.start(cmd); err != nil {
		return fmt.Errorf("realkafka: node %d did not start: %w", n.id, err)
	}
	ended := make(chan struct{})
	n.process, n.ended = cmd.Process, ended
	go func() {
		cmd.Wait() // how it ended is in its log
		close(ended)
	}()
	return nil
}

// Start starts node n, which was stopped or killed, and returns when every running
// broker sees it unfenced. Leaders do not move back to it by themselves.
func (c *Cluster) Start(ctx context.Context, n int) error {
	if err := c.launch(c.node(n)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	return c.settle(ctx)
}

// Kill ends node n's process at once (SIGKILL) and returns when it is gone. The other
// brokers notice after the session timeout of three seconds, and some seconds later
// still when n was the active controller. A node that is down stays down.
func (c *Cluster) Kill(n int) {
	node := c.node(n)
	c.mu.Lock()
	node.kill()
	ended := node.ended
	c.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// Stop asks node n to hand over its leaders and end (SIGTERM), and returns when it is
// gone. The last nodes of a dying quorum never go: ctx bounds the wait for them.
func (c *Cluster) Stop(ctx context.Context, n int) error {
	node := c.node(n)
	c.mu.Lock()
	if !node.alive() {
		c.mu.Unlock()
		return nil
	}
	err := node.process.Signal(syscall.SIGTERM)
	ended := node.ended
	c.mu.Unlock()
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("realkafka: stopping node %d: %w", n, err)
	}
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("realkafka: node %d does not stop: %w", n, ctx.Err())
	}
}

// Running returns the ids of the nodes that have a process, in ascending order.
func (c *Cluster) Running() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []int
	for _, n := range c.nodes {
		if n.alive() {
			ids = append(ids, n.id)
		}
	}
	return ids
}

// Settle waits until every running broker counts every running broker among the
// unfenced ones. An open port is not enough: it opens before the broker may lead.
func (c *Cluster) settle(ctx context.Context) error {
	wanted := c.Running()
	for _, n := range wanted {
		if err := c.settled(ctx, c.node(n), wanted); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) settled(ctx context.Context, n *node, wanted []int) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Address(Plaintext, n.id)), kgo.DialTimeout(time.Second))
	if err != nil {
		return fmt.Errorf("realkafka: asking node %d who is up: %w", n.id, err)
	}
	defer client.Close()
	for {
		seen := unfenced(ctx, client)
		if !slices.ContainsFunc(wanted, func(id int) bool { return !slices.Contains(seen, id) }) {
			return nil
		}
		if !slices.Contains(c.Running(), n.id) {
			return fmt.Errorf("realkafka: node %d ended while it started; its log ends with\n%s", n.id, c.logTail(n))
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return fmt.Errorf("realkafka: node %d sees the brokers %v and not all of %v (%w); its log ends with\n%s",
				n.id, seen, wanted, err, c.logTail(n))
		}
	}
}

// Unfenced returns the ids of the brokers that the client's seed lists in Metadata,
// and none when it does not answer. In KRaft these are the unfenced ones.
func unfenced(ctx context.Context, client *kgo.Client) []int {
	request := kmsg.NewPtrMetadataRequest()
	request.Topics = []kmsg.MetadataRequestTopic{} // none; nil would mean all
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	response, err := client.SeedBrokers()[0].Request(ctx, request)
	if err != nil {
		return nil
	}
	var ids []int
	for _, broker := range response.(*kmsg.MetadataResponse).Brokers {
		ids = append(ids, int(broker.NodeID))
	}
	slices.Sort(ids)
	return ids
}

// LogFile is the path of node n's log, which goes on over restarts.
func (c *Cluster) LogFile(n int) string { return c.file(c.node(n), "log") }

func (c *Cluster) logTail(n *node) string {
	log, err := os.ReadFile(c.file(n, "log"))
	if err != nil {
		return err.Error()
	}
	return lastLines(log, 25)
}

func lastLines(text []byte, most int) string {
	lines := bytes.Split(bytes.TrimRight(text, "\n"), []byte("\n"))
	lines = lines[max(0, len(lines)-most):]
	return string(bytes.Join(lines, []byte("\n")))
}

// Arguments are what java needs to run one of Kafka's classes.
func (c *Cluster) arguments(heap, class string, args ...string) []string {
	return append(append(c.flags(heap, c.jars), class), args...)
}

// Flags are java's own. A short-lived JVM on a small machine is up soonest with the
// plainest collector and compiler.
func (c *Cluster) flags(heap string, folders ...string) []string {
	flags := []string{
		heap, "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
		"-Dorg.slf4j.simpleLogger.showDateTime=true",
		"-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
		// Nodes that come up look for each other before they are all there.
		"-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients.NetworkClient=error",
	}
	for name, level := range c.options.Loggers {
		flags = append(flags, "-Dorg.slf4j.simpleLogger.log."+name+"="+level)
	}
	var path []string
	for _, folder := range folders {
		path = append(path, filepath.Join(folder, "*"))
	}
	return append(flags, "-cp", strings.Join(path, string(filepath.ListSeparator)))
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
