package ui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kscope/model"
	"kscope/themes"
)

// TestTheCursorStaysOnItsRecord moves the cursor of a tail at random while records
// are read, dropped on the way and pushed out: it is on the record that it was put
// on, until that one is no longer kept, and follows the newest if it was on it.
func TestTheCursorStaysOnItsRecord(t *testing.T) {
	dice := rand.New(rand.NewPCG(9, 10))
	tail := model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)}
	for range 30 {
		s := model.Snapshot{}.Apply(model.TailOpened{Tail: tail, At: time.Unix(1, 0)})
		f := &Frame{Snapshot: &s, Sel: Selection{Topic: "orders", Partition: model.AllPartitions}}
		p, ring := newRecords(), model.NewRing(model.LeastTailMemory)
		p.visible = 1 + dice.IntN(40)
		next := int64(0)
		for range 60 {
			if dice.IntN(3) > 0 {
				_, was, ok := p.under(f)
				following := p.follows(f)
				for range dice.IntN(300) {
					ring.Append(&model.Record{Seq: uint64(next + 1), Topic: "orders", Offset: next})
					next++
				}
				s = s.Apply(model.TailRead{Tail: tail, At: time.Unix(2, 0), Ring: ring.View()})
				_, now, _ := p.under(f)
				switch {
				case !ok:
				case following && now.Offset != next-1:
					t.Fatalf("the cursor is on %d, the newest is %d", now.Offset, next-1)
				case !following && now.Offset != max(was.Offset, s.Tail.Ring.At(0).Offset):
					t.Fatalf("the cursor was on %d and is on %d; %d were read", was.Offset, now.Offset, next)
				}
				continue
			}
			p.Wheel(f, dice.IntN(81)-40)
			if line := p.line(f); line < p.first(f) || line >= p.first(f)+p.visible {
				if s.Tail.Ring.Len() > 0 {
					t.Fatalf("the cursor on line %d is not among the %d from %d", line, p.visible, p.first(f))
				}
			}
		}
	}
}

// TestAnotherTailIsFollowed: the cursor of one means nothing in the next, nor in
// the same once it was opened anew.
func TestAnotherTailIsFollowed(t *testing.T) {
	tail := model.Tail{Targets: model.TargetOf("orders", model.AllPartitions)}
	ring := model.NewRing(0)
	for seq := range uint64(50) {
		ring.Append(&model.Record{Seq: seq + 1, Topic: "orders"})
	}
	s := model.Snapshot{}.Apply(model.TailOpened{Tail: tail, At: time.Unix(1, 0)}).Apply(model.TailRead{Tail: tail, Ring: ring.View()})
	f := &Frame{Snapshot: &s, Sel: Selection{Topic: "orders"}}
	p := newRecords()
	p.Wheel(f, -20)
	if p.follows(f) || p.line(f) != 29 {
		t.Fatalf("the cursor is on line %d", p.line(f))
	}
	s = s.Apply(model.TailOpened{Tail: tail, At: time.Unix(9, 0)}).Apply(model.TailRead{Tail: tail, Ring: ring.View()})
	if !p.follows(f) || p.line(f) != 49 {
		t.Errorf("the cursor is on line %d of a tail that was opened anew", p.line(f))
	}
}

// TestTheCursorOfAFormIsSeen: however much is typed, in letters of whatever width,
// one sees where one types.
func TestTheCursorOfAFormIsSeen(t *testing.T) {
	for _, letter := range []string{"a", "日", "é", "👍"} {
		for _, at := range []string{"topic", "key", "value"} {
			t.Run(letter+" in "+at, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := opened(t, smallCluster())
					r.press("p")
					p := r.app.compose
					for !p.form.has(map[string]field{"topic": p.topic, "key": p.key, "value": p.value}[at]) {
						r.press("tab")
					}
					for n := 0; n < 240; n += 16 {
						r.send(pasteOf(strings.Repeat(letter, 16)))
						sees := func() {
							t.Helper()
							r.lines()
							if !strings.Contains(r.app.View().Content, reversed(r)) {
								t.Fatalf("after %d letters the cursor is out of sight:\n%s", n+16, r.part("dialog"))
							}
						}
						sees()
						r.press("left", "left")
						sees()
						r.press("end")
					}
				})
			})
		}
	}
}

// reversed is the sequence that begins the cursor's cell in a form.
func reversed(r *robot) string {
	st := cursor
	st.Ground = themes.Field
	return r.app.look.theme.SGR(st)
}
