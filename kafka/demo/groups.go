package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// crew is a group of consumers that read topics of the demo.
type crew struct {
	group  string
	topics []string
	opts   []kgo.Opt
	host   int  // the members' hosts are 10.0.<host>.1 and so on
	named  bool // members have instance ids (KIP-345)
	slow   bool // reads too slowly for a while, then catches up
	start  int
	least  int // members when there are fewest; most = least: none come and go
	most   int

	members []*member // by number, nil where there is none
}

// crews has the demo's groups, those with members.
func crews() []*crew {
	return []*crew{
		{group: "billing", topics: []string{"orders"}, host: 10, start: 4, least: 3, most: 5, opts: classic(kgo.RangeBalancer())},
		{group: "fulfilment", topics: []string{"orders", "shipments"}, host: 11, start: 3, least: 2, most: 4, opts: classic(kgo.CooperativeStickyBalancer())},
		{group: "analytics", topics: []string{"clicks"}, host: 12, start: 4, least: 3, most: 5, opts: []kgo.Opt{kgo.Balancers(kgo.CooperativeStickyBalancer()), kgo.ServerSideBalancer()}},
		{group: "payments-ledger", topics: []string{"payments"}, host: 13, start: 8, least: 8, most: 8, named: true, opts: append(classic(kgo.RangeBalancer()), kgo.FetchIsolationLevel(kgo.ReadCommitted()))},
		{group: "search-indexer", topics: []string{"search-queries"}, host: 14, start: 1, least: 1, most: 1, slow: true, opts: classic(kgo.CooperativeStickyBalancer())},
		{group: pushGroup, topics: []string{"notifications"}, host: 15, start: 2, least: 1, most: 3},
	}
}

const (
	pushGroup    = "push-senders"   // a share group (KIP-932)
	nightlyGroup = "nightly-report" // has offsets, but no members
)

// demoGroups names all groups of the demo.
func demoGroups() []string {
	groups := []string{nightlyGroup}
	for _, cr := range crews() {
		groups = append(groups, cr.group)
	}
	return groups
}

func classic(b kgo.GroupBalancer) []kgo.Opt {
	return []kgo.Opt{
		kgo.Balancers(b),
		kgo.SessionTimeout(10 * time.Second),
		kgo.HeartbeatInterval(time.Second),
		kgo.RebalanceTimeout(20 * time.Second),
	}
}

// leaveOffsets commits for the group without members: it is behind by most of
// what it reads.
func (c *Cluster) leaveOffsets(ctx context.Context, adm *kadm.Client) error {
	var at kadm.Offsets
	for _, topic := range []string{"invoices", "fraud-scores"} {
		for _, pi := range c.fake.PartitionInfos(topic) {
			at.AddOffset(topic, pi.Partition, pi.LogStartOffset+(pi.HighWatermark-pi.LogStartOffset)/4, -1)
		}
	}
	committed, err := adm.CommitOffsets(ctx, nightlyGroup, at)
	if err == nil {
		err = committed.Error()
	}
	if err != nil {
		return fmt.Errorf("committing for %s: %w", nightlyGroup, err)
	}
	return nil
}

// Settle waits until each group is stable with as many members as it always
// has, about three seconds after the start. It is an error if ctx ends or
// the cluster is closed first; a still cluster has nothing to wait for.
func (c *Cluster) Settle(ctx context.Context) error {
	if c.still {
		return nil
	}
	for _, cr := range crews() {
		for !c.stable(cr) {
			select {
			case <-ctx.Done():
				return fmt.Errorf("waiting for group %s: %w", cr.group, ctx.Err())
			case <-c.ctx.Done():
				return net.ErrClosed
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	return nil
}

func (c *Cluster) stable(cr *crew) bool {
	c.life.RLock()
	defer c.life.RUnlock()
	if c.closed {
		return false
	}
	info := c.fake.GroupInfo(cr.group)
	return info != nil && info.State == "Stable" && len(info.Members) >= cr.least
}

// runGroups has the groups consume, and their members come and go, until the
// cluster closes.
func (c *Cluster) runGroups() {
	all := crews()
	var leaving sync.WaitGroup
	for _, cr := range all {
		cr.members = make([]*member, cr.most)
		for i := range cr.start {
			cr.members[i] = c.join(cr, i)
		}
	}
	rng := rand.New(rand.NewPCG(c.seed, 848))
	lively := slices.DeleteFunc(slices.Clone(all), func(cr *crew) bool { return cr.least == cr.most })
	for c.wait(time.Duration(8+rng.IntN(10)) * time.Second) {
		c.churn(lively[rng.IntN(len(lively))], rng, &leaving)
	}
	for _, cr := range all {
		for _, m := range cr.members {
			if m != nil {
				leaving.Go(m.leave)
			}
		}
	}
	leaving.Wait()
}

// churn lets a member join or leave a group whose number may change. One in
// three that leave crashes: the group notices when its session expires.
func (c *Cluster) churn(cr *crew, rng *rand.Rand, leaving *sync.WaitGroup) {
	var present, absent []int
	for i, m := range cr.members {
		if m != nil {
			present = append(present, i)
		} else {
			absent = append(absent, i)
		}
	}
	join := len(present) < cr.most && (len(present) == cr.least || rng.IntN(2) == 0)
	switch {
	case join:
		cr.members[absent[0]] = c.join(cr, absent[0])
	case len(present) > cr.least:
		i := present[rng.IntN(len(present))]
		m := cr.members[i]
		cr.members[i] = nil
		if rng.IntN(3) == 0 {
			m.crash()
		}
		leaving.Go(m.leave)
	}
}
