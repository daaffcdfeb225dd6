package model

import (
	"maps"
	"time"
)

// A Snapshot is everything known about one cluster at one moment. It is never
// changed: Apply returns the next one, which shares whatever stayed the same.
// A pane, or a sort off the loop, may therefore read it for as long as it likes
// without a lock. The zero Snapshot knows nothing.
type Snapshot struct {
	Cluster Cluster
	Brokers []Broker // by ID; includes those that were seen before and are gone
	Topics  []*Topic // by name
	Counts  Counts   // over all topics, internal ones included
	Flow    Flow     // records written per second, over the topics that were asked for
	LogDirs map[int32]*LogDirs
	Groups  []*Group // by ID

	Histories map[string]*History   // of groups that were looked at closely enough, by ID
	Lags      map[string]*GroupLag  // by group ID
	Plan      *ResetPlan            // the latest that was made; nil if none was
	Lab       LabView               // kscope's own test consumers
	Plans     Plans                 // of changes to topics
	Configs   map[Resource]*Configs // of the few resources last looked at

	Schemas        map[int32]*Schema   // that were fetched from the registry, by id
	Subjects       []string            // of the registry, in order; nil if not asked for
	SubjectSchemas map[string]*Subject // that were asked for, by name

	Tail      TailView
	Sent      []Sent   // newest last, at most SentKept
	Sending   *Sending // the SendMany that runs, or ran last; nil if none did
	Preview   *Preview // the latest that was made; nil if none was
	Audit     *Audit   // of partitioners; the latest that was made, nil if none was
	Diagnosis Diagnosis

	// TopicsAt, GroupsAt tell which listing Topics and Groups hold: a number that
	// grows with every change to the slice, for whoever memoises by it.
	TopicsAt, GroupsAt, BrokersAt uint64

	answers map[Query]Freshness
}

// Freshness reports on the answer to q; zero if q was never asked.
func (s *Snapshot) Freshness(q Query) Freshness { return s.answers[q] }

// Oldest returns when the oldest of the current answers to queries came, over
// those that succeeded at least once, and the zero time if none did.
func (s *Snapshot) Oldest(queries []Query) time.Time {
	var oldest time.Time
	for _, q := range queries {
		if f := s.answers[q]; q.Every() > 0 && !f.At.IsZero() && (oldest.IsZero() || f.At.Before(oldest)) {
			oldest = f.At
		}
	}
	return oldest
}

// Apply returns the snapshot that follows s once e is known.
func (s Snapshot) Apply(e Event) Snapshot {
	e.apply(&s)
	return s
}

// with returns a copy of m in which k is v.
func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	next := make(map[K]V, len(m)+1)
	maps.Copy(next, m)
	next[k] = v
	return next
}

// last returns a new slice of the last n elements of a followed by b.
func last[T any](n int, a, b []T) []T {
	if len(b) >= n {
		return append([]T(nil), b[len(b)-n:]...)
	}
	a = a[max(0, len(a)+len(b)-n):]
	return append(append(make([]T, 0, len(a)+len(b)), a...), b...)
}
