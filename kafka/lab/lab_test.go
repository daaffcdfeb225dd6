package lab

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// Test consumers do what they are told, and their group sees it.
func TestScenarios(t *testing.T) {
	play(t, func(t *testing.T, _ string) *bench { return setUp(t) })
}

// A pause that is over in time goes unnoticed.
func TestShortPause(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.options.Times.Poll = 5 * time.Second // also for a machine that is busy
	b.add(model.LabAdd{Assignor: model.LabRange})
	b.shares("lab-1:4")
	id := b.member("lab-1").MemberID
	begun := time.Now()
	b.told("lab-1", model.LabPause)
	b.told("lab-1", model.LabPause)
	time.Sleep(time.Second)
	b.told("lab-1", model.LabResume)
	b.told("lab-1", model.LabResume)
	time.Sleep(time.Until(begun.Add(b.options.Times.Poll + time.Second)))
	b.reads("lab-1")
	if m := b.member("lab-1"); m.MemberID != id || m.State != model.LabRunning || m.Problem != nil {
		t.Errorf("member = %+v", m)
	}
}

// A slow one reads no more than it is told to, until it is told otherwise.
func TestSlow(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.add(model.LabAdd{Assignor: model.LabSticky, Slow: 20})
	b.shares("lab-1:4")
	b.reads("lab-1")
	time.Sleep(time.Second) // it has caught up, and knows where each partition ends
	from := b.member("lab-1").Read
	began := time.Now()
	b.write(500)
	b.until("reading", func() string {
		n := b.member("lab-1").Read - from
		if most := int64(time.Since(began).Seconds()*20) + 20; n > most {
			t.Errorf("it read %d records in %v, want %d at most", n, time.Since(began), most)
		}
		if n < 50 {
			return fmt.Sprint(n)
		}
		return ""
	})
	b.told("lab-1", model.LabSlow, 0)
	b.until("all read", func() string {
		if n := b.member("lab-1").Read - from; n < 2000 {
			return fmt.Sprint(n)
		}
		return ""
	})
	if err := b.Tell(t.Context(), model.LabTell{Group: b.group, Member: "lab-1", Do: model.LabSlow, Slow: -1}); err == nil {
		t.Error("it reads less than nothing")
	}
}

// What makes no sense is refused, and sends nothing.
func TestRefusals(t *testing.T) {
	b := setUp(t)
	b.add(model.LabAdd{Assignor: model.LabRange})
	b.shares("lab-1:4")
	for name, err := range map[string]error{
		"no group":         b.Add(model.LabAdd{Topic: b.topic, Assignor: model.LabRange}),
		"no topic":         b.Add(model.LabAdd{Group: b.group, Assignor: model.LabRange}),
		"no assignor":      b.Add(model.LabAdd{Group: b.group, Topic: b.topic}),
		"negative":         b.Add(model.LabAdd{Group: b.group, Topic: b.topic, Assignor: model.LabRange, Slow: -1}),
		"another assignor": b.Add(model.LabAdd{Group: b.group, Topic: b.topic, Assignor: model.LabSticky}),
		"nobody":           b.Tell(t.Context(), model.LabTell{Group: b.group, Member: "lab-9", Do: model.LabLeave}),
		"another group's":  b.Tell(t.Context(), model.LabTell{Group: "h", Member: "lab-1", Do: model.LabLeave}),
		"no verb":          b.Tell(t.Context(), model.LabTell{Group: b.group, Member: "lab-1", Do: "dance"}),
		"no lab":           b.End(t.Context(), model.LabEnd{Group: "h", Delete: true}),
	} {
		var p *model.Problem
		if !errors.As(err, &p) || p.Says == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.told("lab-1", model.LabLeave)
	if err := b.Tell(t.Context(), model.LabTell{Group: b.group, Member: "lab-1", Do: model.LabPause}); err == nil {
		t.Error("one that has left can be paused")
	}
	if _, ids := b.Has(b.group); len(ids) != 1 {
		t.Errorf("ids = %v", ids)
	}
}

// A group of the user's own name stays, with its offsets, unless he says otherwise;
// so does one of the lab's whose lab he has ended without.
func TestEndKeepsGroups(t *testing.T) {
	b := setUp(t)
	b.add(model.LabAdd{Assignor: model.LabConsumer})
	b.shares("lab-1:4")
	if err := b.End(t.Context(), model.LabEnd{Group: b.group}); err != nil {
		t.Fatal(err)
	}
	kept := b.group
	b.group = "mine"
	b.add(model.LabAdd{Assignor: model.LabRange})
	b.shares("lab-2:4")
	b.Close()
	listed, err := b.admin.ListGroups(t.Context())
	if err != nil || len(listed) != 2 || b.owners("mine") != "" || b.owners(kept) != "" {
		t.Errorf("groups = %v, %v", listed, err)
	}
}

// Whether or not anybody answers, closing takes no longer than it may.
func TestCloseInTime(t *testing.T) {
	for _, a := range assignors {
		for _, hang := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s %v", a, hang), func(t *testing.T) {
				t.Parallel()
				b := setUp(t)
				b.options.Times.Close = time.Second
				b.add(model.LabAdd{Assignor: a}, model.LabAdd{Assignor: a, Static: true})
				b.shares("lab-1:2 lab-2:2")
				b.reads("lab-1")
				b.told("lab-2", model.LabPause)
				if b.way.gate.set(!hang); !hang {
					b.cut()
				}
				began := time.Now()
				b.Close()
				if took := time.Since(began); took > 10*time.Second { // which is as long as it takes where that is not set
					t.Errorf("it took %v", took)
				}
			})
		}
	}
}

// A view comes at once, and after a change, but not with every record.
func TestWatch(t *testing.T) {
	b := setUp(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	views := make(chan model.LabView)
	ended := make(chan error, 1)
	go func() { ended <- b.Watch(ctx, func(v model.LabView) { views <- v }) }()
	if v := <-views; len(v.Members) != 0 {
		t.Errorf("view = %+v", v)
	}
	b.add(model.LabAdd{Assignor: model.LabRange})
	seen := 0
	began := time.Now()
	writing := make(chan bool)
	go func() {
		defer close(writing)
		for range 100 {
			b.cl.ProduceSync(ctx, &kgo.Record{Topic: b.topic, Value: []byte("v")})
			time.Sleep(10 * time.Millisecond)
		}
	}()
	for v := range views {
		seen++
		if v.Members[0].Read > 20 {
			break
		}
	}
	if most := int(time.Since(began)/rest) + 2; seen > most {
		t.Errorf("%d views in %v, want %d at most", seen, time.Since(began), most)
	}
	cancel()
	<-writing
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("watching ended with %v", err)
	}
}
