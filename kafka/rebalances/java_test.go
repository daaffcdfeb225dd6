//go:build realkafka

package rebalances

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kscope/kafka/realkafka"
)

// A verifiable is one of Kafka's own test consumers.
type verifiable struct {
	assignor string // the last part of the class's name, without Assignor; or consumer for KIP-848
	instance string
}

// Java starts Kafka's VerifiableConsumer.
func (g *group) java(t testing.TB, client string, v verifiable) *consumer {
	t.Helper()
	config := map[string]string{"metadata.max.age.ms": "1000", "auto.commit.interval.ms": "1000"}
	args := []string{"--group-id", g.id, "--topic", g.topic, "--enable-autocommit"}
	if v.assignor == "consumer" {
		args = append(args, "--group-protocol", "consumer")
	} else {
		args = append(args, "--session-timeout", fmt.Sprint(session), "--assignment-strategy", "org.apache.kafka.clients.consumer."+v.assignor+"Assignor")
		config["heartbeat.interval.ms"] = fmt.Sprint(heartbeat)
	}
	if v.instance != "" {
		args = append(args, "--group-instance-id", v.instance)
	}
	return g.verifiable(t, client, "org.apache.kafka.tools.VerifiableConsumer", config, args)
}

// Sharer starts Kafka's VerifiableShareConsumer.
func (g *group) sharer(t testing.TB, client string) *consumer {
	t.Helper()
	args := []string{"--group-id", g.id, "--topic", g.topic, "--offset-reset-strategy", "earliest"}
	return g.verifiable(t, client, "org.apache.kafka.tools.VerifiableShareConsumer", nil, args)
}

func (g *group) verifiable(t testing.TB, client, class string, config map[string]string, args []string) *consumer {
	t.Helper()
	lines := []string{"client.id=" + client}
	for _, key := range slices.Sorted(maps.Keys(config)) {
		lines = append(lines, key+"="+config[key])
	}
	file := filepath.Join(t.TempDir(), "consumer.properties")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, "--bootstrap-server", strings.Join(scene.Seeds(realkafka.Plaintext), ","), "--command-config", file)
	c := g.run(t, client, scene.Command(context.Background(), class, args...))
	c.hangup = true
	return c
}

// Streams starts a member of a streams group.
func (g *group) streams(t testing.TB, client string) *consumer {
	t.Helper()
	source, err := filepath.Abs("testdata/Streams.java")
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := scene.StreamsProgram(context.Background(), source, strings.Join(scene.Seeds(realkafka.Plaintext), ","), g.id, client, g.topic, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return g.run(t, client, cmd)
}
