package demo

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	offsetsTopic = "__consumer_offsets"
	// placeTries bounds the search for a spreading of the coordinators. With
	// three brokers and eight groups to place it takes 3^8 on average.
	placeTries = 50_000
	// strangersMax bounds how many keys of other clients are kept in mind.
	strangersMax = 6
)

// coordinators keeps each group's coordinator where Kafka has it: on the
// leader of the partition of __consumer_offsets that the group's id hashes to.
// kfake spreads coordinators by a hash of its own and can only be told to
// spread them anew, all at once; so that is done until they lie right. The
// groups of other clients, and transactional ids, need only a live broker.
type coordinators struct {
	fake  *kfake.Cluster
	image *image // whose lock protects the rest

	groups []string // those of the demo

	strangers map[string]bool // keys seen that are not the demo's
}

// place spreads the coordinators until they fit the image, whose lock must be
// held. If every broker is down, or the search ends without a fit, some
// groups have no reachable coordinator, as happens in real Kafka to groups
// whose offsets partition is offline.
func (co *coordinators) place() {
	up := false
	for _, b := range co.image.brokers {
		up = up || b.up
	}
	if !up {
		return
	}
	if co.image.allUp() {
		clear(co.strangers)
	}
	for range placeTries {
		if co.fits() {
			return
		}
		co.fake.RehashCoordinators()
	}
}

func (co *coordinators) fits() bool {
	for _, g := range co.groups {
		if co.fake.CoordinatorFor(g) != co.home(g) {
			return false
		}
	}
	for key := range co.strangers {
		if !co.image.alive(co.fake.CoordinatorFor(key)) {
			return false
		}
	}
	return true
}

// home is where a group's coordinator belongs.
func (co *coordinators) home(group string) int32 {
	t := co.image.byName[offsetsTopic]
	if t == nil {
		return co.fake.CoordinatorFor(group)
	}
	return t.parts[offsetsPartition(group, len(t.parts))].leader
}

// offsetsPartition is the partition of __consumer_offsets, of n, that holds a
// group: Java's String.hashCode, without its sign, modulo n.
func offsetsPartition(group string, n int) int32 {
	var h int32
	for _, r := range group {
		h = h*31 + r
	}
	if h < 0 {
		h = -h
	}
	if h < 0 { // the least integer has no opposite
		h = 0
	}
	return h % int32(n)
}

// findCoordinator makes sure that kfake's answer to key 10 names live brokers.
func (c *Cluster) findCoordinator(_ int32, req *kmsg.FindCoordinatorRequest) (kmsg.Response, error, bool) {
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	if c.image.allUp() {
		return nil, nil, false
	}
	lost := false
	for _, key := range append(req.CoordinatorKeys, req.CoordinatorKey) {
		if key != "" && !c.image.alive(c.fake.CoordinatorFor(key)) {
			lost = c.coordinators.meet(key) || lost
		}
	}
	if lost {
		c.coordinators.place()
	}
	return nil, nil, false
}

// meet notes a key of another client and reports whether it is one to place.
func (co *coordinators) meet(key string) bool {
	if slices.Contains(co.groups, key) {
		return false
	}
	if len(co.strangers) >= strangersMax && !co.strangers[key] {
		return false
	}
	co.strangers[key] = true
	return true
}
