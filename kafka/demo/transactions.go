package demo

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	transactionEvery = 500 * time.Millisecond
	transactionalID  = "payments-api-1"
)

// produceTransactions writes to payments in transactions, of which some are
// aborted, until the cluster closes.
func (c *Cluster) produceTransactions() {
	var payments *feed
	for _, f := range newFeeds(catalog(), c.seed+2) {
		if f.name == "payments" {
			payments = f
		}
	}
	for c.ctx.Err() == nil {
		c.transact(payments)
		c.wait(time.Second)
	}
}

// transact commits transactions until one fails, after which the producer
// cannot go on.
func (c *Cluster) transact(payments *feed) {
	cl, err := c.client(c.from("10.0.3.3"),
		kgo.ClientID(transactionalID),
		kgo.TransactionalID(transactionalID),
		kgo.TransactionTimeout(10*time.Second),
		kgo.WithContext(c.ctx),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(0),
	)
	if err != nil {
		return // the options are constants: not reached
	}
	end := sync.OnceFunc(cl.Close)
	defer end()
	// What is being produced to a partition without a leader is given up by nothing
	// else: a cancelled context leaves records of a transaction waiting.
	defer context.AfterFunc(c.ctx, end)()
	for c.wait(transactionEvery) {
		if err := cl.BeginTransaction(); err != nil {
			return
		}
		records := make([]*kgo.Record, 4+payments.maker.rng.IntN(16))
		for i := range records {
			records[i] = payments.record()
		}
		written := cl.ProduceSync(c.ctx, records...).FirstErr() == nil
		commit := written && payments.maker.rng.IntN(25) > 0
		if err := cl.EndTransaction(c.ctx, kgo.TransactionEndTry(commit)); err != nil {
			return
		}
	}
}

// wait reports whether the cluster still runs after d.
func (c *Cluster) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
