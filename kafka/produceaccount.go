package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// An entry is a record that is to be told of in order.
type entry struct {
	settled bool
	begin   time.Time
	receipt model.Receipt
}

// A queue holds the records that were taken and not told of, in the order taken.
type queue struct {
	entries []*entry
	head    int // the first that was not told of
}

func (q *queue) len() int { return len(q.entries) - q.head }

func (q *queue) add(e *entry) {
	if q.head > 1024 && q.head > len(q.entries)/2 {
		q.entries = append(q.entries[:0], q.entries[q.head:]...)
		q.head = 0
	}
	q.entries = append(q.entries, e)
}

// settled takes off the front what is settled.
func (q *queue) settled() []model.Receipt {
	end := q.head
	for end < len(q.entries) && q.entries[end].settled {
		end++
	}
	if end == q.head {
		return nil
	}
	receipts := make([]model.Receipt, 0, end-q.head)
	for ; q.head < end; q.head++ {
		receipts = append(receipts, q.entries[q.head].receipt)
		q.entries[q.head] = nil
	}
	return receipts
}

// expect begins to wait for what becomes of a record, to tell of it in order.
func (b *bulk) expect(line int64) *entry {
	if len(b.entries) == 0 {
		b.entries = make([]entry, crateful)
	}
	e := &b.entries[0]
	b.entries = b.entries[1:]
	e.receipt.Line, e.begin = line, b.now
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.add(e)
	return e
}

// settle counts what became of a record of a crate; e is nil without Each.
func (b *bulk) settle(c *crate, e *entry, r *kgo.Record, f fate, problem *model.Problem) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return // it was counted as unknown
	}
	a := &b.account
	switch f {
	case fateAcknowledged:
		b.acknowledge(r)
	case fateRefused:
		a.Refused++
	case fateUnsent:
		a.Unsent++
	case fateUnknown:
		a.Unknown++
	}
	if problem != nil {
		b.keep(c.lineOf(r), f, problem)
	}
	if e != nil {
		e.settled, e.receipt.Problem = true, problem
		if problem == nil {
			e.receipt.Sent = sentOf(r, b.cmd.Record.Delivery, time.Since(e.begin))
		}
	}
	if c.left--; c.left == 0 {
		b.free = append(b.free, c)
	}
}

// acknowledge counts a record that a broker has, or with AcksNone that left.
func (b *bulk) acknowledge(r *kgo.Record) {
	a := &b.account
	a.Bytes += int64(sizeOf(r))
	for int(r.Partition) >= len(b.counts) { // partitions were added meanwhile
		b.counts = append(b.counts, model.PartitionSent{Partition: int32(len(b.counts)), First: model.NoOffset, Last: model.NoOffset})
	}
	p := &b.counts[r.Partition]
	p.Acknowledged++
	if b.cmd.Record.Delivery.Acks == model.AcksNone {
		a.Unconfirmed++
		return
	}
	a.Acknowledged++
	if r.Offset < 0 {
		return // written before, and the broker does not know any more where
	}
	if p.First == model.NoOffset || r.Offset < p.First {
		p.First = r.Offset
	}
	p.Last = max(p.Last, r.Offset)
}

// keep remembers why a record was not acknowledged. What will happen to the next one
// too ends the sending.
func (b *bulk) keep(line int64, f fate, problem *model.Problem) {
	a := &b.account
	if a.Problem == nil || b.worst == fateUnsent && f != fateUnsent {
		a.Problem, b.worst = problem, f
	}
	if f == fateUnsent && b.drawing.Err() != nil {
		return // the count of them says it all
	}
	if len(a.Refusals) < model.RefusalsKept {
		a.Refusals = append(a.Refusals[:len(a.Refusals):len(a.Refusals)], model.Refusal{Line: line, Problem: problem})
	}
	if b.cmd.Strict || hopeless(problem.Kind) {
		b.halt()
	}
}

// hopeless reports whether what happened to one record will happen to the next.
func hopeless(kind model.ProblemKind) bool {
	switch kind {
	case model.Gone, model.Denied, model.Refused, model.Unsupported, model.Insecure:
		return true
	case model.Failed, model.Unreachable, model.Timeout, model.Unknown, model.ReadOnly, model.Invalid:
	}
	return false
}

// trouble remembers why there are no more records.
func (b *bulk) trouble(problem *model.Problem) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.account.Problem == nil {
		b.account.Problem = problem
	}
}

// telling is how often it is told how far a sending has come, and tellingEach how often what
// became of its records.
const telling, tellingEach = 100 * time.Millisecond, time.Second / 30

// attend tells how far the sending has come, until every record is settled or given
// up, and closes the account. Drawn is closed once no more records will be drawn.
func (b *bulk) attend(ctx context.Context, drawn <-chan struct{}, emit func(model.Event)) {
	often := telling
	if b.cmd.Each {
		often = tellingEach
	}
	tick := time.NewTicker(often)
	defer tick.Stop()
	flushed := make(chan struct{})
	cancelled, late := ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case <-tick.C:
			b.aged.Store(true)
			b.tell(emit)
			if b.stalled() {
				b.giveUp()
				return
			}
		case <-drawn:
			drawn = nil
			go func() {
				defer close(flushed)
				_ = b.cl.Flush(b.life) // it ends also when the records are given up
			}()
		case <-flushed:
			return
		case <-cancelled:
			cancelled, late = nil, time.After(b.grace)
			b.mu.Lock()
			b.account.Stopped = true
			b.mu.Unlock()
		case <-late:
			b.giveUp()
			return
		}
	}
}

// stalled reports whether nothing has been settled for longer than any record may
// take.
func (b *bulk) stalled() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.silence > b.patience+b.grace
}

// inFlight is how many records were taken and not settled. It needs b.mu.
func (b *bulk) inFlight() int64 { return b.taken.Load() - b.account.Settled() }

// giveUp ends what is on its way: first the records that never left, which the client
// can tell, then the others, of which nobody knows.
func (b *bulk) giveUp() {
	b.halt()
	b.abandon()
	ctx, cancel := context.WithTimeout(context.Background(), b.grace)
	defer cancel()
	_ = b.cl.AbortBufferedRecords(ctx) // what is left is counted by close
	b.cl.Close()
	for range 200 { // the client settles what it had on goroutines of its own
		b.mu.Lock()
		left := b.inFlight()
		b.mu.Unlock()
		if left == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// close closes the account: what is on its way now is unknown for good.
func (b *bulk) close(emit func(model.Event)) {
	b.mu.Lock()
	b.over = true
	a := &b.account
	left := b.inFlight()
	if left > 0 && a.Problem == nil {
		a.Problem = mayBeWritten(b.topic.Name, nil)
	}
	a.Unknown += left
	a.Done = true
	for _, e := range b.queue.entries[b.queue.head:] {
		if !e.settled {
			e.settled, e.receipt.Problem = true, mayBeWritten(b.topic.Name, nil)
		}
	}
	b.mu.Unlock()
	b.tell(emit)
}

// tell says how far the sending has come.
func (b *bulk) tell(emit func(model.Event)) {
	now := time.Now()
	b.mu.Lock()
	receipts := b.queue.settled()
	if receipts != nil {
		b.told.Signal()
	}
	a := &b.account
	var account *model.Sending
	if a.Done || now.Sub(a.At) >= telling-telling/10 {
		b.timed(now)
		account = b.copied()
	}
	b.mu.Unlock()
	if receipts != nil {
		emit(model.RecordsSettled{Command: b.cmd, Receipts: receipts})
	}
	if account != nil {
		emit(model.ManySent{Sending: *account})
	}
}

// copied returns a copy of the account that stays as it is.
func (b *bulk) copied() *model.Sending {
	account := b.account
	account.InFlight = b.inFlight()
	for _, p := range b.counts {
		if p.Acknowledged > 0 {
			account.Partitions = append(account.Partitions, p)
		}
	}
	return &account
}

// smooth is the time over which a rate is smoothed.
const smooth = time.Second

// timed works out how fast records are settled: of late, and in the end over all of it.
func (b *bulk) timed(now time.Time) {
	a := &b.account
	settled, since := a.Settled(), now.Sub(a.At)
	if b.silence += min(since, time.Second); settled > b.before || b.inFlight() == 0 {
		b.silence = 0 // whoever listens may have held up the looks before: they count a second at most
	}
	switch late := float64(settled-b.before) / since.Seconds(); {
	case a.Done:
		a.Rate = float64(settled) / now.Sub(a.Began).Seconds()
	case a.Rate < 0:
		a.Rate = late
	default:
		a.Rate += (late - a.Rate) * min(1, since.Seconds()/smooth.Seconds())
	}
	a.At, b.before, a.Left = now, settled, -1
	switch {
	case a.Done:
		a.Left = 0
	case a.Total > 0 && a.Rate > 0:
		a.Left = time.Duration(float64(a.Total-settled) / a.Rate * float64(time.Second))
	}
}

// A pace lets so many records a second by; with rate 0 all at once.
type pace struct {
	begin time.Time
	rate  float64
}

// wait waits until it is time for the record of a number, from 0, or ctx is done.
func (p *pace) wait(ctx context.Context, n int64) {
	if p.rate > 0 {
		due := p.begin.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
		pause(ctx, time.Until(due))
	}
}
