//go:build realkafka

package rebalances

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// An event is what a consumer says of itself. VerifiableConsumer's are a part of it.
type event struct {
	Timestamp  int64    `json:"timestamp"` // milliseconds since 1970
	Name       string   `json:"name"`
	Partitions []tp     `json:"partitions"`
	Tasks      []string `json:"tasks,omitempty"`      // of a streams program: 0_3 is partition 3 of subtopology 0
	Member     string   `json:"member,omitempty"`     // member id
	Generation int32    `json:"generation,omitempty"` // or member epoch; 0 if not told
}

// The names of events.
const (
	started  = "startup_complete"
	assigned = "partitions_assigned"
	revoked  = "partitions_revoked" // and those that were lost
	tasked   = "tasks_assigned"
	consumed = "records_consumed"
	ended    = "shutdown_complete"
)

func (e event) at() time.Time { return time.UnixMilli(e.Timestamp) }

// An oracle is what the consumers of one group say happened.
type oracle struct {
	mu        sync.Mutex
	consumers map[string]*witness // by client id
	last      time.Time           // of the latest change
	trail     []string
	// generations has what each member was left with by the assignment of a
	// generation, by client id.
	generations map[int32]map[string][]tp
}

// A witness is one consumer as it sees itself.
type witness struct {
	owned   map[tp]bool
	tasks   []string
	members []string // ids, one after the other
	rounds  int      // how often it was assigned something, or nothing
	told    bool     // it was assigned something, or nothing, since it started
	gone    bool     // it was closed, killed or stopped
	read    map[tp]int64
}

func newOracle() *oracle {
	return &oracle{consumers: map[string]*witness{}, generations: map[int32]map[string][]tp{}}
}

// Hear notes an event of the consumer of that client id.
func (o *oracle) hear(client string, e event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := o.consumers[client]
	if w == nil || e.Name == started && (w.gone || w.told) {
		w = &witness{owned: map[tp]bool{}, read: map[tp]int64{}}
		o.consumers[client] = w
	}
	switch e.Name {
	case started:
	case assigned:
		w.told = true
		w.rounds++
		for _, p := range e.Partitions {
			w.owned[p] = true
		}
	case revoked:
		for _, p := range e.Partitions {
			delete(w.owned, p)
		}
	case tasked:
		w.tasks, w.told = e.Tasks, true
	case consumed:
		for _, p := range e.Partitions {
			w.read[p]++
		}
		return
	case ended:
		w.gone, w.owned, w.tasks = true, map[tp]bool{}, nil
	default:
		return
	}
	o.last = e.at()
	o.trail = append(o.trail, fmt.Sprintf("%s %s %s %v%v gen %d", e.at().Format("05.000"), client, e.Name, e.Partitions, e.Tasks, e.Generation))
	o.note(client, w, e)
}

func (o *oracle) note(client string, w *witness, e event) {
	if e.Member != "" && !slices.Contains(w.members, e.Member) {
		w.members = append(w.members, e.Member)
	}
	if e.Name != assigned || e.Generation == 0 {
		return
	}
	if o.generations[e.Generation] == nil {
		o.generations[e.Generation] = map[string][]tp{}
	}
	o.generations[e.Generation][client] = sortedTPs(w.owned)
}

func sortedTPs(set map[tp]bool) []tp { return slices.SortedFunc(maps.Keys(set), compareTP) }

// Dead notes that a consumer was killed, or stopped: it owns nothing that it would read.
func (o *oracle) dead(client string) {
	o.hear(client, event{Timestamp: time.Now().UnixMilli(), Name: ended})
}

// Alive notes that a consumer goes on. It must find out what has become of it.
func (o *oracle) alive(client string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.consumers[client].gone, o.consumers[client].told = false, false
}

// An ownership tells of partitions who owns them, by client id.
type ownership map[tp]string

func (a ownership) String() string {
	by := map[string][]string{}
	for _, p := range slices.SortedFunc(maps.Keys(a), compareTP) {
		by[a[p]] = append(by[a[p]], fmt.Sprint(p.Partition))
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, name+"="+strings.Join(by[name], ","))
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// Owners returns who owns what now. Whole is false if a partition has two owners, or if a
// consumer that runs was not told yet.
func (o *oracle) owners() (all ownership, whole bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, whole = ownership{}, true
	for client, w := range o.consumers {
		whole = whole && (w.told || w.gone)
		for p := range w.owned {
			if _, twice := all[p]; twice {
				whole = false
			}
			all[p] = client
		}
	}
	return all, whole
}

// Assignments counts how often a consumer was assigned something, or nothing.
func (o *oracle) assignments(client string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.consumers[client].rounds
}

// Live counts the consumers that run.
func (o *oracle) live() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, w := range o.consumers {
		if !w.gone {
			n++
		}
	}
	return n
}

// Even reports whether all of the partitions have an owner, and unless they may be
// uneven, no consumer has two more than another.
func (o *oracle) even(partitions int, uneven bool) (ownership, bool) {
	all, whole := o.owners()
	if !whole || len(all) != partitions || uneven {
		return all, whole && len(all) == partitions
	}
	count := map[string]int{}
	for _, client := range all {
		count[client]++
	}
	live := o.live()
	if len(count) < min(live, partitions) {
		return all, false
	}
	counts := slices.Sorted(maps.Values(count))
	return all, counts[len(counts)-1]-counts[0] <= 1
}

// Settled waits until the partitions are dealt out evenly among the consumers that run,
// and nothing has changed for a moment.
func (o *oracle) settled(t testing.TB, partitions int, uneven bool) ownership {
	t.Helper()
	return o.until(t, fmt.Sprintf("%d partitions to be dealt out", partitions), func() (ownership, bool) { return o.even(partitions, uneven) })
}

func (o *oracle) until(t testing.TB, what string, ok func() (ownership, bool)) ownership {
	t.Helper()
	deadline := time.Now().Add(forever)
	for {
		all, done := ok()
		o.mu.Lock()
		quiet := time.Since(o.last) > 400*time.Millisecond
		o.mu.Unlock()
		if done && quiet {
			return all
		}
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s: the consumers have %v\n%s", what, all, o.story())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (o *oracle) story() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.trail, "\n")
}
