//go:build e2e && realkafka

package e2e

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"kscope/kafka/realkafka"
)

// labOrders is the group that the lab proposes for orders.
const labOrders = "kscope-lab-orders"

// labLeaves kills kscope while its test consumers are members: nothing of them, nor of
// their group, is left behind.
func (k *real) labLeaves(t *testing.T) {
	s := k.explore(t)
	s.choose("orders")
	s.press("L")
	s.pane("Lab", "group "+labOrders, "topic orders")
	s.press("a")
	s.pane("Lab", "This is a real cluster")
	s.press("a")
	s.pane("Lab", "lab-1", "running")
	s.press("a")
	s.pane("Lab", "lab-2", "running", " 6 ")
	s.pane("Ownership", "lab-1")
	s.pane("Ownership", "lab-2")
	k.membersOf(t, labOrders, 2)

	begin := time.Now()
	s.send(syscall.SIGKILL)
	if status := s.ends(); status != 128+int(syscall.SIGKILL) {
		t.Errorf("the exit status is %d", status)
	}
	k.membersOf(t, labOrders, none)
	t.Logf("the group was gone %v after its kscope was killed", time.Since(begin).Round(time.Millisecond))
}

// none is how many members a group has that does not exist.
const none = -1

// membersOf waits until a group has so many members, as kscope says without a screen.
func (k *real) membersOf(t *testing.T, group string, members int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		// A group that goes while it is asked for is listed, and noted to be gone by now.
		out := command(t, "", "groups", "-b", k.seeds(realkafka.Plaintext), "-o", "json")
		if out.status != 0 {
			t.Fatalf("exit status %d, %s", out.status, out.err)
		}
		groups := objects(t, out.out, "group", "type", "state", "protocol", "coordinator", "members", "lag")
		i := slices.IndexFunc(groups, func(g object) bool { return g["group"] == group })
		if i < 0 && members == none || i >= 0 && groups[i]["members"] == float64(members) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the groups are %v", groups)
		}
	}
}
