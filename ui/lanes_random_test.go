package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

// Whatever is observed of a group, and whatever is pressed meanwhile, its panes draw,
// no line is longer than the pane, and what is kept of columns is what they are.
func TestPanesOfARandomGroup(t *testing.T) {
	for seed := range uint64(15) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := &scrub{}
		panes := []Pane{newLanes(s), newRebalances(s), newGeneration(s)}
		h := &model.History{Group: "billing"}
		f := pastFrame(t, nil, "dark")
		at := pastStart
		for range 60 {
			at = at.Add(time.Duration(r.IntN(9000)) * time.Millisecond)
			h = h.Observe(randomObservation(r, at))
			f.Snapshot = &model.Snapshot{Histories: map[string]*model.History{"billing": h}}
			f.Now = at.Add(time.Second)
			pane := panes[r.IntN(len(panes))]
			actions := pane.Actions()
			if act := actions[r.IntN(len(actions))]; act.Keys[0] != "/" {
				if i, ok := act.Do(f).(Select); ok {
					f.Sel = i.Selection
				}
			}
			w, height := r.IntN(160), r.IntN(40)
			kept := panes[0].(*lanes)
			fresh := &lanes{scrub: s, line: kept.line, top: kept.top, loose: kept.loose, width: kept.width}
			if a, b := showPane(f, kept, w, height), showPane(f, fresh, w, height); a != b {
				t.Fatalf("seed %d: kept\n%sfresh\n%s", seed, a, b)
			}
			for _, pane := range panes {
				for _, line := range strings.Split(strings.TrimSuffix(showPane(f, pane, w, height), "\n"), "\n") {
					if canvas.Width(line) > w {
						t.Fatalf("seed %d: %s at %dx%d: %q", seed, pane.Name(), w, height, line)
					}
				}
				if p, ok := pane.(Pointer); ok {
					p.Click(f, r.IntN(w+1), r.IntN(height+1))
					p.Wheel(f, r.IntN(7)-3)
				}
			}
		}
	}
}

// randomObservation is of a group of some kind and state, with some members.
func randomObservation(r *rand.Rand, at time.Time) model.Observation {
	o := model.Observation{At: at, Origin: model.Logged, Past: r.IntN(3) == 0, Group: model.Group{ID: "billing", Known: true, Coordinator: 1}}
	if r.IntN(2) == 0 {
		o.Origin, o.Past, o.Since = model.Polled, false, at.Add(-time.Duration(r.IntN(500))*time.Millisecond)
	}
	if o.Gone = r.IntN(12) == 0; o.Gone {
		o.Group = model.Group{ID: "billing"}
		return o
	}
	g := &o.Group
	g.Kind = []model.GroupKind{model.Classic, model.Consumer, model.Share}[r.IntN(3)]
	g.State = []string{"Stable", "PreparingRebalance", "CompletingRebalance", "Empty", "Reconciling", "Assigning", ""}[r.IntN(7)]
	g.Epoch, g.AssignmentEpoch = int32(r.IntN(20))-1, int32(r.IntN(20))-1
	for i := range r.IntN(5) {
		m := model.Member{ID: fmt.Sprintf("m-%d-%d", i, r.IntN(3)), ClientID: fmt.Sprintf("m-%d", i), Epoch: g.Epoch, Assigned: map[string][]int32{}}
		for p := range r.IntN(6) {
			topic := []string{"orders", "payments"}[r.IntN(2)]
			m.Assigned[topic] = append(m.Assigned[topic], int32(p+r.IntN(3)*6))
		}
		g.Members = append(g.Members, m)
	}
	return o
}
