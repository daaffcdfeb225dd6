package kafka

import (
	"sync"

	"kscope/model"
)

// owners is what the members of groups were assigned when last described: a lag is
// asked for there, too, where nothing was committed yet. The maps are not changed.
type owners struct {
	mu sync.Mutex
	by map[string]map[string][]int32
}

func (o *owners) learn(g *model.Group) {
	if g.Problem != nil {
		return
	}
	all := owned(g)
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case len(all) == 0:
		delete(o.by, g.ID)
	case o.by == nil:
		o.by = map[string]map[string][]int32{g.ID: all}
	default:
		o.by[g.ID] = all
	}
}

// of returns the partitions that a group's members own, by topic.
func (o *owners) of(group string) map[string][]int32 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.by[group]
}
