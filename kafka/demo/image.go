package demo

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// image is what a controller knows of the cluster: its brokers, and for every
// partition the replicas, the in-sync ones, the leader and its epoch. The
// hooks answer from it. kfake holds a copy of leader and epoch alone, kept
// equal by lead.
type image struct {
	// move tells kfake that node leads the partition from now on. kfake adds
	// one to its leader epoch, so lead does too.
	move func(topic string, partition, node int32) error

	mu         sync.RWMutex
	brokers    []*broker
	controller int32
	quorum     int32    // epoch of the controller, as in DescribeQuorum
	changes    int64    // made to the image so far
	topics     []*topic // by name
	byName     map[string]*topic
	byID       map[[16]byte]*topic
	copying    int // reassignments in progress
}

type broker struct {
	id   int32
	rack string
	gate *gate
	up   bool
	seen time.Time // when it went down, if it is
	back time.Time // when it came up again, while it catches up
}

type topic struct {
	name     string
	id       [16]byte
	internal bool
	factor   int
	parts    []partition
	// size gives a partition's bytes where kfake's are not to be reported:
	// the scale cluster stores nothing.
	size func(partition int32) int64
}

type partition struct {
	replicas []int32 // the preferred leader first; never written to in place
	isr      []int32
	leader   int32 // -1: none
	epoch    int32
	moving   *reassignment
	stuck    int32 // a replica that never catches up, 0 for none
}

func newImage(move func(topic string, partition, node int32) error) *image {
	return &image{
		move:   move,
		quorum: 1,
		byName: make(map[string]*topic),
		byID:   make(map[[16]byte]*topic),
	}
}

func (im *image) broker(id int32) *broker {
	for _, b := range im.brokers {
		if b.id == id {
			return b
		}
	}
	return nil
}

func (im *image) alive(id int32) bool {
	b := im.broker(id)
	return b != nil && b.up
}

func (im *image) allUp() bool {
	return !slices.ContainsFunc(im.brokers, func(b *broker) bool { return !b.up })
}

// offline gives those replicas whose broker is down, nil if none.
func (im *image) offline(replicas []int32) []int32 {
	var down []int32
	for _, r := range replicas {
		if !im.alive(r) {
			down = append(down, r)
		}
	}
	return down
}

func (im *image) partition(topic string, p int32) *partition {
	t := im.byName[topic]
	if t == nil || p < 0 || int(p) >= len(t.parts) {
		return nil
	}
	return &t.parts[p]
}

func (im *image) add(t *topic) {
	i, _ := im.search(t.name)
	im.topics = slices.Insert(im.topics, i, t)
	im.byName[t.name] = t
	im.byID[t.id] = t
	im.changes++
}

func (im *image) drop(t *topic) {
	if i, ok := im.search(t.name); ok {
		im.topics = slices.Delete(im.topics, i, i+1)
	}
	for i := range t.parts {
		if t.parts[i].moving != nil {
			im.copying--
		}
	}
	delete(im.byName, t.name)
	delete(im.byID, t.id)
	im.changes++
}

// search gives the place of the first topic not before name.
func (im *image) search(name string) (int, bool) {
	return slices.BinarySearchFunc(im.topics, name, func(t *topic, name string) int {
		return strings.Compare(t.name, name)
	})
}

// lead makes node the leader of a partition, or leaves it without one for -1:
// kfake keeps the last leader then, which is down and cannot be asked.
func (im *image) lead(t *topic, p, node int32) error {
	part := &t.parts[p]
	holder := node
	if node < 0 {
		holder = part.leader
	}
	if holder >= 0 {
		if err := im.move(t.name, p, holder); err != nil {
			return err
		}
		part.epoch++
	}
	part.leader = node
	im.changes++
	return nil
}

// elect gives the first replica that is in sync and alive, -1 if there is
// none: the rule of Kafka's controller.
func (im *image) elect(p *partition) int32 {
	for _, r := range p.replicas {
		if slices.Contains(p.isr, r) && im.alive(r) {
			return r
		}
	}
	return -1
}

// eachPartition calls fn for every partition, in order of topic and number.
func (im *image) eachPartition(fn func(t *topic, p int32, part *partition)) {
	for _, t := range im.topics {
		for i := range t.parts {
			fn(t, int32(i), &t.parts[i])
		}
	}
}

// inOrder gives the members of set in the order they have in replicas.
func inOrder(replicas, set []int32) []int32 {
	out := make([]int32, 0, len(set))
	for _, r := range replicas {
		if slices.Contains(set, r) {
			out = append(out, r)
		}
	}
	return out
}

// without gives a less the members of b, as a new slice.
func without(a []int32, b ...int32) []int32 {
	out := make([]int32, 0, len(a))
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}
