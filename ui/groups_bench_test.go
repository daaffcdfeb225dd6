package ui

import (
	"fmt"
	"testing"
	"time"

	"kscope/model"
)

// newCrowd is a cluster of so many groups of four members, each of which reads a topic.
func newCrowd(groups int) *synthetic {
	c := newSynthetic(100, 12, 3)
	for i := range groups {
		g := model.Group{
			ID: fmt.Sprintf("prod.checkout.consumer-%06d", i), Kind: model.Classic, State: "Stable", ProtocolType: "consumer",
			Coordinator: int32(i%3) + 1, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch,
		}
		for k := range 4 {
			g.Members = append(g.Members, model.Member{
				ID: fmt.Sprintf("worker-%d-5e1f", k), ClientID: fmt.Sprintf("worker-%d", k), Host: "10.4.1.17", Epoch: 7,
				Assigned: map[string][]int32{c.topics[i%len(c.topics)].Name: {int32(3 * k), int32(3*k + 1), int32(3*k + 2)}},
			})
		}
		c.crowd = append(c.crowd, g)
	}
	return c
}

// groups is a listing: of the crowd without members, as Kafka lists groups.
func (c *synthetic) groups() model.Event {
	if c.crowd == nil {
		return c.storm.listed()
	}
	e := model.GroupsListed{At: time.Now(), Groups: make([]model.Group, len(c.crowd))}
	for i, g := range c.crowd {
		g.Members = nil
		e.Groups[i] = g
	}
	return e
}

// page names 40 groups, other ones each turn.
func (c *synthetic) page(turn int) model.Names {
	var names []string
	for i := range 40 {
		names = append(names, c.crowd[(40*turn+i)%len(c.crowd)].ID)
	}
	return model.NamesOf(names...)
}

func (c *synthetic) wanted(names model.Names, do func(g *model.Group)) {
	wanted := map[string]bool{}
	for _, name := range names.List() {
		wanted[name] = true
	}
	for i := range c.crowd {
		if wanted[c.crowd[i].ID] {
			do(&c.crowd[i])
		}
	}
}

func (c *synthetic) describedGroups(names model.Names) model.Event {
	e := model.GroupsDescribed{At: time.Now()}
	c.wanted(names, func(g *model.Group) {
		described := *g
		described.Known, described.Assignor, described.Epoch, described.Inferred = true, "range", 8, true
		e.Groups = append(e.Groups, described)
	})
	return e
}

func (c *synthetic) lags(names model.Names) model.Event {
	e := model.LagsRead{At: time.Now()}
	written := time.Since(c.began).Milliseconds()
	c.wanted(names, func(g *model.Group) {
		topic := model.TopicLag{Topic: g.Topics()[0]}
		for p := range int32(12) {
			topic.Partitions = append(topic.Partitions, model.PartitionLag{ID: p, Committed: written, End: written + int64(p)})
		}
		e.Groups = append(e.Groups, model.GroupRead{ID: g.ID, Topics: []model.TopicLag{topic}})
	})
	return e
}

// BenchmarkGroups measures Update and View at 200x50 with the list of groups in focus,
// few and many.
func BenchmarkGroups(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		c := newCrowd(n)
		for _, deed := range []struct {
			name    string
			prepare []string
			steps   []string
		}{
			{"cursor", []string{"3", "z"}, []string{"j", "j", "j", "k", "k"}},
			{"pages", []string{"3", "z"}, []string{"pgdown", "pgdown", "G", "g"}},
			{"sort", []string{"3", "z"}, []string{"s"}},
			{"listed", []string{"3", "z"}, []string{stepGroups}},
			{"described", []string{"3", "z"}, []string{stepMembers}},
			{"lags", []string{"3", "z"}, []string{stepLags}},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, deed.name), func(b *testing.B) { measure(b, c, 200, 50, deed.prepare, deed.steps...) })
		}
	}
}
