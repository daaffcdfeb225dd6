package demo

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"
)

// Broker is one broker of the cluster as it stands now.
type Broker struct {
	ID   int32
	Rack string
	Addr string // host:port, for [Cluster.Dial] or, when listening, any client
	Up   bool
}

// Brokers gives the cluster's brokers by ascending id, those that are down
// too.
func (c *Cluster) Brokers() []Broker {
	c.image.mu.RLock()
	defer c.image.mu.RUnlock()
	out := make([]Broker, len(c.image.brokers))
	for i, b := range c.image.brokers {
		out[i] = Broker{ID: b.id, Rack: b.rack, Addr: b.gate.Addr().String(), Up: b.up}
	}
	return out
}

// StopBroker takes a broker away as if its process had been killed. Its
// connections are cut and new ones refused, it leaves every ISR, and the
// partitions it led move to the first live in-sync replica; those that have
// none go offline (leader -1). If it was the controller, the next live broker
// becomes it. Any broker can be stopped, the last one too. It is an error if
// there is no such broker, it is down already, or the cluster is closed.
func (c *Cluster) StopBroker(id int32) error {
	return c.withBroker(id, func(b *broker) error {
		if !b.up {
			return fmt.Errorf("broker %d is down already", id)
		}
		b.up, b.seen, b.back = false, time.Now(), time.Time{}
		b.gate.lock()
		c.image.moveController()
		err := c.image.abandon(id)
		c.coordinators.place()
		return err
	})
}

// StartBroker brings a stopped broker back. Clients can connect at once,
// offline partitions whose last in-sync replica it has are led again, and it
// returns into each ISR within [Options].CatchUp. Leaders stay where they are
// until a preferred election. It is an error if there is no such broker, it is
// up already, its port is taken, or the cluster is closed.
func (c *Cluster) StartBroker(id int32) error {
	return c.withBroker(id, func(b *broker) error {
		if b.up {
			return fmt.Errorf("broker %d is up already", id)
		}
		if err := b.gate.unlock(); err != nil {
			return err
		}
		b.up, b.back = true, time.Now()
		c.image.moveController()
		err := c.image.revive()
		c.coordinators.place()
		return err
	})
}

func (c *Cluster) withBroker(id int32, fn func(b *broker) error) error {
	c.life.RLock()
	defer c.life.RUnlock()
	if c.closed {
		return net.ErrClosed
	}
	c.image.mu.Lock()
	defer c.image.mu.Unlock()
	b := c.image.broker(id)
	if b == nil {
		return fmt.Errorf("there is no broker %d", id)
	}
	return fn(b)
}

// moveController hands the controller's role to the next live broker if its
// holder is down.
func (im *image) moveController() {
	if im.alive(im.controller) {
		return
	}
	for i := range im.brokers {
		if b := im.brokers[(int(im.controller)+i)%len(im.brokers)]; b.up {
			im.controller = b.id
			im.quorum++
			im.changes++
			return
		}
	}
}

// abandon takes a lost broker out of the ISRs and moves the leaders it held.
// The last member of an ISR stays in it, as only it is known to have all
// records.
func (im *image) abandon(id int32) error {
	var failed error
	im.eachPartition(func(t *topic, p int32, part *partition) {
		if len(part.isr) > 1 && slices.Contains(part.isr, id) {
			part.isr = without(part.isr, id)
			im.changes++
		}
		if part.leader == id {
			failed = first(failed, im.lead(t, p, im.elect(part)))
		}
	})
	return failed
}

// revive gives a leader to those partitions that had none and can have one.
func (im *image) revive() error {
	var failed error
	im.eachPartition(func(t *topic, p int32, part *partition) {
		if part.leader >= 0 {
			return
		}
		if node := im.elect(part); node >= 0 {
			failed = first(failed, im.lead(t, p, node))
		}
	})
	return failed
}

// catchUp lets brokers that came back into the ISRs they have been away long
// enough from: each partition after a time of its own, at most within.
func (im *image) catchUp(now time.Time, within time.Duration) {
	for _, b := range im.brokers {
		if !b.up || b.back.IsZero() {
			continue
		}
		waiting := false
		im.eachPartition(func(t *topic, p int32, part *partition) {
			waiting = im.rejoin(b, t, p, now, within) || waiting
		})
		if !waiting {
			b.back = time.Time{}
		}
	}
}

// rejoin reports whether b still has to catch up with the partition.
func (im *image) rejoin(b *broker, t *topic, p int32, now time.Time, within time.Duration) bool {
	part := &t.parts[p]
	if part.stuck == b.id || slices.Contains(part.isr, b.id) || !slices.Contains(part.replicas, b.id) {
		return false
	}
	if part.moving != nil && slices.Contains(part.moving.adding, b.id) {
		return false // it joins when the reassignment is done
	}
	if part.leader < 0 { // there is nobody to copy from yet
		return true
	}
	if now.Before(b.back.Add(spread(t.name, p, within))) {
		return true
	}
	part.isr = inOrder(part.replicas, append(slices.Clone(part.isr), b.id))
	im.changes++
	return false
}

// spread gives each partition a time of its own between a third of most and
// most.
func spread(topic string, p int32, most time.Duration) time.Duration {
	return most/3 + time.Duration(hash(topic+strconv.Itoa(int(p)))%1000)*(most-most/3)/1000
}

// hash is FNV-1a, 32 bits.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
