package kafka

import (
	"sync"

	"kscope/model"
)

// layout is which broker leads which partition, as last seen. Requests about
// offsets are grouped by it, so that they cost no metadata of their own. The
// partitions are shared with the events that brought them.
type layout struct {
	mu     sync.Mutex
	listed bool // all topics are in it
	topics map[string][]model.Partition
	ids    map[[16]byte]string
}

// replace remembers a listing of all topics.
func (l *layout) replace(topics []model.Topic) {
	next := make(map[string][]model.Partition, len(topics))
	ids := make(map[[16]byte]string, len(topics))
	for i := range topics {
		next[topics[i].Name] = topics[i].Partitions
		ids[topics[i].ID] = topics[i].Name
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.topics, l.ids, l.listed = next, ids, true
}

// put remembers one topic; one that cannot be described is forgotten.
func (l *layout) put(t model.Topic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.topics == nil {
		l.topics = map[string][]model.Partition{}
	}
	if t.Problem != nil {
		delete(l.topics, t.Name)
		return
	}
	l.topics[t.Name] = t.Partitions
	l.learn(t.ID, t.Name)
}

// call remembers the name of a topic; the empty one says that there is none of
// that id.
func (l *layout) call(id [16]byte, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.learn(id, name)
}

func (l *layout) learn(id [16]byte, name string) {
	if l.ids == nil {
		l.ids = map[[16]byte]string{}
	}
	l.ids[id] = name
}

// isGone reports whether a topic id was asked for and there was none, since all
// topics were last listed.
func (l *layout) isGone(id [16]byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	name, ok := l.ids[id]
	return ok && name == ""
}

// topic returns the partitions of a topic.
func (l *layout) topic(name string) ([]model.Partition, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	partitions, ok := l.topics[name]
	return partitions, ok
}

// isListed reports whether all topics were listed once.
func (l *layout) isListed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.listed
}

// names returns every topic, if they were listed.
func (l *layout) names() (names []string, listed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	names = make([]string, 0, len(l.topics))
	for name := range l.topics {
		names = append(names, name)
	}
	return names, l.listed
}

// replicas counts the replicas of all topics, as if each partition had as many as
// the first of its topic.
func (l *layout) replicas() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, partitions := range l.topics {
		if len(partitions) > 0 {
			n += len(partitions) * len(partitions[0].Replicas)
		}
	}
	return n
}

// name returns a topic's name: the one given, or where a broker gave only an id the
// one that was last listed with it.
func (l *layout) name(given string, id [16]byte) string {
	if given != "" {
		return given
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ids[id]
}
