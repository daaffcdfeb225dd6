package kafka

import (
	"context"
	"time"

	"kscope/model"
)

// The lag of a watched group is read so often, but not so often that all requests
// together are more than decent.
const (
	lagEach         = 6 * time.Second
	lagEachLogged   = 2 * time.Second
	lagSlowest      = 15 * time.Second
	decent          = 4.7 // requests a second
	leastForLag     = 0.3 // of them, however many fetches the log takes
	startsEach      = 30 * time.Second
	natureEach      = time.Minute
	lagOfGroupAgain = time.Second
)

// A lagReader reads the lag of a watched group. Log starts and configuration, which
// seldom change, are read seldom.
type lagReader struct {
	starts   map[string]map[int32]int64
	startsAt time.Time
	natures  map[string]nature
	natureAt time.Time
}

// lags reads the group's lag again and again.
func (w *watcher) lags(ctx context.Context) {
	var r lagReader
	last, fetched := time.Now(), w.fetched.Load()
	once := false
	for ctx.Err() == nil {
		begun := time.Now()
		at, exists := w.where()
		if !exists {
			pause(ctx, pollEach)
			continue
		}
		read, requests := r.read(ctx, w.c, at, w.group)
		if moved(read.Problem) { // the look at the group finds where
			pause(ctx, lagOfGroupAgain)
			continue
		}
		w.emit(ctx, model.LagsRead{At: time.Now(), Groups: []model.GroupRead{read}})
		fetches := float64(w.fetched.Load()-fetched) / max(1, begun.Sub(last).Seconds())
		last, fetched = begun, w.fetched.Load()
		wait := w.lagInterval(requests, fetches)
		if !once { // rates are known from the second on
			once, wait = true, min(wait, lagEachLogged)
		}
		pause(ctx, wait-time.Since(begun))
	}
}

// lagInterval returns how far apart reads of the lag are, which take so many requests
// each, given how many fetches a second the log takes.
func (w *watcher) lagInterval(requests int, fetches float64) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	each, looks := lagEach, time.Second/pollEach
	if w.followed {
		each, looks = lagEachLogged, time.Second/pollEachLogged
	}
	left := max(leastForLag, decent-float64(looks)-fetches)
	return min(lagSlowest, max(each, time.Duration(float64(requests)/left*float64(time.Second))))
}

// read reads the lag once, and says how many requests that takes as a rule.
func (r *lagReader) read(ctx context.Context, c *Client, at place, group string) (model.GroupRead, int) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	reads := c.progress(ctx, at, []string{group})
	if len(reads) != 1 {
		return model.GroupRead{ID: group, Problem: &model.Problem{Kind: model.Failed, Says: "The coordinator says nothing of group " + group}}, 1
	}
	which := onlyEnd
	if time.Since(r.startsAt) >= startsEach || r.lacks(reads[0].Topics) {
		which = bothEnds
	}
	requests := 1 + c.findEnds(ctx, reads, which)/len(which)
	r.complete(reads[0].Topics, len(which) == len(bothEnds))
	r.readNatures(ctx, c, reads[0].Topics)
	for i := range reads[0].Topics {
		t := &reads[0].Topics[i]
		t.Compacted, t.Transactional = r.natures[t.Topic].compacted, r.natures[t.Topic].transactional
	}
	return reads[0], requests
}

// lacks reports whether the log start of a partition is not known.
func (r *lagReader) lacks(topics []model.TopicLag) bool {
	for i := range topics {
		for _, p := range topics[i].Partitions {
			if _, ok := r.starts[topics[i].Topic][p.ID]; !ok {
				return true
			}
		}
	}
	return false
}

// complete remembers the log starts that were read, or puts in those remembered.
func (r *lagReader) complete(topics []model.TopicLag, anew bool) {
	if anew {
		r.starts, r.startsAt = map[string]map[int32]int64{}, time.Now()
	}
	for i := range topics {
		t := &topics[i]
		if anew {
			r.starts[t.Topic] = map[int32]int64{}
		}
		for j := range t.Partitions {
			p := &t.Partitions[j]
			if anew {
				r.starts[t.Topic][p.ID] = p.Start
			} else {
				p.Start = r.starts[t.Topic][p.ID]
			}
		}
	}
}

// readNatures asks of topics what makes their lag more than the records to be read.
func (r *lagReader) readNatures(ctx context.Context, c *Client, topics []model.TopicLag) {
	known := r.natures != nil && time.Since(r.natureAt) < natureEach
	names := make([]string, len(topics))
	for i := range topics {
		names[i] = topics[i].Topic
		_, ok := r.natures[names[i]]
		known = known && ok
	}
	if !known && len(names) > 0 {
		r.natures, r.natureAt = c.naturesOf(ctx, names), time.Now()
	}
}
