package demo

import (
	"errors"
	"math"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// feed writes records of one topic.
type feed struct {
	spec
	maker  *maker
	keyed  kgo.TopicPartitioner // Java's: murmur2 of the key
	due    time.Time
	owed   float64 // of the next record
	stick  int     // records to go to the same partition, if plain
	sticky int32
	gone   *atomic.Bool // the topic is
}

func newFeeds(specs []spec, seed uint64) []*feed {
	var feeds []*feed
	for _, s := range specs {
		if s.make != nil {
			feeds = append(feeds, &feed{
				spec:  s,
				maker: newMaker(seed, s.name),
				keyed: kgo.StickyKeyPartitioner(nil).ForTopic(s.name),
				gone:  new(atomic.Bool),
			})
		}
	}
	return feeds
}

// record makes the next record, with its partition. Records without a key go
// to one partition for a while, as producers do to fill batches, and to the
// first ones more often.
func (f *feed) record() *kgo.Record {
	r := &kgo.Record{Topic: f.name}
	f.make(f.maker, r)
	if !f.plain && r.Key != nil {
		r.Partition = int32(f.keyed.Partition(r, f.partitions))
		return r
	}
	if f.stick == 0 {
		f.stick = 1 + f.maker.rng.IntN(40)
		f.sticky = int32(f.maker.rng.IntN(f.partitions))
		if f.maker.rng.IntN(3) == 0 {
			f.sticky = int32(f.maker.few(f.partitions))
		}
	}
	f.stick--
	r.Partition = f.sticky
	return r
}

// count is how many records to write now. Rates swing by a third, each topic's
// in its own time.
func (f *feed) count(now time.Time) int {
	phase := float64(hash(f.name)%628) / 100
	t := float64(now.UnixMilli()%1_000_000) / 1000
	swing := 1 + 0.24*math.Sin(t/47*2*math.Pi+phase) + 0.1*math.Sin(t/11*2*math.Pi+2*phase)
	f.owed += f.rate * f.every.Seconds() * swing
	n := int(f.owed)
	f.owed -= float64(n)
	return n
}

// produceAll writes to all topics but payments until the cluster closes. What
// cannot be written is dropped after a few seconds: it is only a demo.
func (c *Cluster) produceAll() {
	cl, err := c.client(c.from("10.0.3.2"),
		kgo.ClientID("shop-backend"),
		kgo.WithContext(c.ctx),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.DisableIdempotentWrite(),
		kgo.ProducerLinger(5*time.Millisecond),
		kgo.MaxBufferedRecords(20_000),
		kgo.RecordDeliveryTimeout(5*time.Second),
	)
	if err != nil {
		return // the options are constants: not reached
	}
	defer cl.Close()
	feeds := newFeeds(catalog(), c.seed+1)
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case now := <-tick.C:
			for _, f := range feeds {
				c.write(cl, f, now)
			}
		}
	}
}

func (c *Cluster) write(cl *kgo.Client, f *feed, now time.Time) {
	if f.rate == 0 || now.Before(f.due) || f.gone.Load() {
		return
	}
	f.due = now.Add(f.every - often/2)
	for range f.count(now) {
		cl.TryProduce(c.ctx, f.record(), func(_ *kgo.Record, err error) {
			if errors.Is(err, kerr.UnknownTopicOrPartition) {
				f.gone.Store(true) // deleted by the user, and not to come back
			}
		})
	}
}
