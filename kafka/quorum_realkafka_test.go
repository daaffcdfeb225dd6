//go:build realkafka

package kafka

import (
	"regexp"
	"strconv"
	"testing"

	"kscope/kafka/realkafka"
	"kscope/model"
)

var leaderLine = regexp.MustCompile(`(?m)^LeaderId:\s+(\d+)$`)

// led returns the leader of the quorum by Kafka's own tool.
func (k *real) led(t *testing.T) int32 {
	t.Helper()
	seed := k.Address(realkafka.Plaintext, k.Running()[0])
	out, err := k.Tool(t.Context(), "org.apache.kafka.tools.MetadataQuorumCommand", "--bootstrap-server", seed, "describe", "--status")
	if err != nil {
		t.Fatal(err)
	}
	found := leaderLine.FindSubmatch(out)
	if found == nil {
		t.Fatalf("no leader in %s", out)
	}
	id, _ := strconv.Atoi(string(found[1]))
	return int32(id)
}

// The controller is the one that leads the quorum, each time, and the next one once
// that is killed.
func (k *real) controller(t *testing.T) {
	c := connect(t, k.plain())
	leads := k.led(t)
	allAre(t, "by the tool "+strconv.Itoa(int(leads)), controllers(t, c), leads)

	k.Kill(int(leads))
	var s model.Snapshot
	took := eventually(t, c, "led by another", forever, model.ListBrokers{}, &s, func() bool {
		return s.Cluster.Controller != leads && s.Cluster.Controller != model.NoBroker
	})
	t.Logf("another controller is shown %v after the last was killed", took)
	var next int32
	eventually(t, c, "the controller that the tool says", forever, model.ListBrokers{}, &s, func() bool {
		next = k.led(t)
		return s.Cluster.Controller == next
	})
	if err := k.Start(t.Context(), int(leads)); err != nil {
		t.Fatal(err)
	}
}
