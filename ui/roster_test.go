package ui

import (
	"testing"
	"time"

	"kscope/model"
	"kscope/themes"
)

// rosterFrame is a frame of a group with a past made by hand; topics have as many
// partitions as are told.
func rosterFrame(h *model.History, g *model.Group, topics map[string]int) *Frame {
	s := &model.Snapshot{Histories: map[string]*model.History{}, Lags: map[string]*model.GroupLag{}}
	if h != nil {
		s.Histories["billing"] = h
	}
	if g != nil {
		s.Groups = []*model.Group{g}
	}
	for _, name := range []string{"orders", "payments"} {
		if n := topics[name]; n > 0 {
			s.Topics = append(s.Topics, &model.Topic{Name: name, Partitions: make([]model.Partition, n)})
			for i := range n {
				s.Topics[len(s.Topics)-1].Partitions[i].ID = int32(i)
			}
		}
	}
	theme, _ := themes.Named("dark")
	return &Frame{Snapshot: s, Sel: Selection{Group: "billing"}, Theme: theme, Marks: theme.Marks(), Now: pastStart.Add(time.Hour)}
}

// owned writes who owns what: A 0-1, B 2.
func (r *roster) written() string {
	s := ""
	for _, m := range r.rows {
		if s != "" {
			s += ", "
		}
		s += letterOf(m.letter) + " " + lanesText(m.owns, "orders")
	}
	return s
}

// TestRosterOfAPast: a group is as its history says it was, at any time of it.
func TestRosterOfAPast(t *testing.T) {
	p := newPast(model.Classic, 4, "a", "b")
	p.moment(0, 1, "Stable", "AABB")
	p.rebalance(60, 5, model.Departed, 1, "AAAA")
	f := rosterFrame(p.until(100), &model.Group{ID: "billing", Kind: model.Classic, Known: true}, map[string]int{"orders": 5})
	for _, test := range []struct {
		at      float64
		owns    string
		unowned string
		state   string
		gone    bool
	}{
		{at: 30, owns: "A 0-1, B 2-3", unowned: "4", state: "Stable"},
		{at: 62, owns: "A 0-1", unowned: "2-4", state: "PreparingRebalance"},
		{at: 80, owns: "A 0-3", unowned: "4", state: "Stable"},
		{at: -5, owns: "", unowned: "", state: ""},
	} {
		r := rosterOf(f, p.at(test.at))
		if got := r.written(); got != test.owns || lanesText(r.unowned, "orders") != test.unowned || r.state != test.state || r.gone != test.gone {
			t.Errorf("at %v s %q, unowned %q, %s, gone %v; want %+v", test.at, got, lanesText(r.unowned, "orders"), r.state, r.gone, test)
		}
	}
	if r := rosterOf(f, time.Time{}); r.written() != "A 0-3" || !r.since.Equal(p.at(65)) {
		t.Errorf("now %q since %v", r.written(), r.since)
	}
	if r := rosterOf(f, p.at(30)); !r.since.IsZero() {
		t.Errorf("the first state is said to have lasted since %v, and may have for longer", r.since)
	}
}

// TestRosterWithoutAPast is made of what the group is described as.
func TestRosterWithoutAPast(t *testing.T) {
	g := &model.Group{ID: "billing", Kind: model.Consumer, State: "Reconciling", Epoch: 12, AssignmentEpoch: 12, Known: true, Members: []model.Member{
		{ID: "1", ClientID: "a", Epoch: 12, Subscribed: []string{"orders"}, Assigned: map[string][]int32{"orders": {0, 1}}, Target: map[string][]int32{"orders": {0, 1}}},
		{ID: "2", ClientID: "b", Epoch: 11, Subscribed: []string{"orders"}, Assigned: map[string][]int32{"orders": {2, 3}}, Target: map[string][]int32{"orders": {2}}},
		{ID: "3", ClientID: "c", Epoch: 12, Subscribed: []string{"orders"}, Assigned: map[string][]int32{}, Target: map[string][]int32{"orders": {3}}},
	}}
	f := rosterFrame(nil, g, map[string]int{"orders": 5, "payments": 3})
	f.Lags["billing"] = &model.GroupLag{Topics: []model.TopicLag{{Topic: "orders", Partitions: []model.PartitionLag{
		{ID: 0, Committed: 5, End: 15, Lag: 10, In: 2, Out: 3}, {ID: 1, Committed: 7, End: 12, Lag: 5, In: 1, Out: 1, Deleted: 4}, {ID: 2, Lag: model.NoLag, In: -1, Out: -1},
	}}}}
	r := rosterOf(f, time.Time{})
	if r.written() != "A 0-1, B 2-3, C " || r.partitions != 5 || lanesText(r.unowned, "") != "orders 4" {
		t.Errorf("%q of %d, without %q", r.written(), r.partitions, lanesText(r.unowned, ""))
	}
	a, b, c := r.rows[0], r.rows[1], r.rows[2]
	if want := (memberLag{known: true, lag: 15, in: 3, out: 4, deleted: 4}); a.lag != want {
		t.Errorf("a's lag is %+v, want %+v", a.lag, want)
	}
	if b.lag != unknownLag || c.lag != unknownLag {
		t.Errorf("lags that are not known are %+v and %+v", b.lag, c.lag)
	}
	if a.behindWith != model.NoEpoch || b.behindWith != 12 || b.give != 1 || b.get != 0 || c.get != 1 || c.to != 1 {
		t.Errorf("a %+v, b %+v, c %+v", a, b, c)
	}
}

// TestPaceOfAMember: one keeps up whose lag is no more than what it commits at a time;
// others catch up, stay behind or fall behind further.
func TestPaceOfAMember(t *testing.T) {
	for _, test := range []struct {
		lag  memberLag
		want string
	}{
		{unknownLag, ""},
		{memberLag{known: true, lag: 40, in: -1, out: -1}, ""},
		{memberLag{known: true}, "nothing to read"},
		{memberLag{known: true, lag: 500, in: 100, out: 100}, "keeps up"},
		{memberLag{known: true, lag: 500, in: 100, out: 90}, "keeps up"},
		{memberLag{known: true, lag: 500, in: 100, out: 20}, "keeps up"}, // measured between two commits
		{memberLag{known: true, lag: 5, in: 4, out: 0.6}, "keeps up"},
		{memberLag{known: true, lag: 20, in: 4, out: 0}, ""},
		{memberLag{known: true, lag: 50, in: 4, out: 0}, "falling behind −4/s"},
		{memberLag{known: true, lag: 50_000, in: 100, out: 138}, "catching up +38/s"},
		{memberLag{known: true, lag: 50_000, in: 100, out: 60}, "falling behind −40/s"},
		{memberLag{known: true, lag: 50_000, in: 100, out: 101}, "stays behind"},
		{memberLag{known: true, lag: 9, in: 0, out: 0}, "keeps up"},
		{memberLag{known: true, lag: 50_000, in: 0, out: 0}, "stays behind"},
		{memberLag{known: true, lag: 0, in: 100, out: 100}, "keeps up"},
	} {
		if got := test.lag.pace().Text; got != test.want {
			t.Errorf("%+v is %q, want %q", test.lag, got, test.want)
		}
		if got := memberClearSeg(nil, seated{lag: test.lag}).Text; (test.want == "keeps up" || test.want == "nothing to read") != (got == "now") {
			t.Errorf("%+v, which %s, is clear in %q", test.lag, test.want, got)
		}
	}
}
