//go:build realkafka

package rebalances

import (
	"testing"
	"time"

	"kscope/model"
)

// A handover is when a partition was given to a consumer, or taken from it.
type handover struct {
	at     time.Time
	p      tp
	client string // empty if it was taken
}

// Unowned returns how long partitions were without an owner from begun to ended, summed
// over them, as the consumers tell. Who was killed or stopped owns nothing from then on.
func (o *oracle) unowned(begun, ended time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	free := map[tp]time.Time{} // since when
	sum := time.Duration(0)
	within := func(since, until time.Time) time.Duration {
		if since.Before(begun) {
			since = begun
		}
		if until.After(ended) {
			until = ended
		}
		return max(0, until.Sub(since))
	}
	for _, h := range o.handovers {
		since, is := free[h.p]
		switch {
		case h.client == "" && !is:
			free[h.p] = h.at
		case h.client != "" && is:
			sum += within(since, h.at)
			delete(free, h.p)
		}
	}
	for _, since := range free {
		sum += within(since, ended)
	}
	return sum
}

// Pauses holds how long nobody read, as the log and polls tell it, against the
// consumers. Both may be wrong by Within at either end, for each partition that moved.
func (g *group) pauses(t testing.TB, h *model.History) {
	t.Helper()
	for i := range h.Rebalances {
		r := &h.Rebalances[i]
		if r.Pause < 0 || r.Before == nil {
			continue
		}
		slack := r.Within + 150*time.Millisecond
		want := g.oracle.unowned(r.Begun.Add(-slack), r.Ended.Add(slack))
		most := time.Duration(len(h.Lanes)) * 2 * slack
		if d := r.Pause - want; d.Abs() > most {
			t.Errorf("%d→%d: a pause of %v, the consumers had one of %v (±%v)", r.From, r.To, r.Pause, want, most)
		}
	}
}
