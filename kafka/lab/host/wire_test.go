package host

import (
	"bytes"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"kscope/model"
)

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var everything = model.LabView{Members: []model.LabMember{
	{Name: "lab-1", Group: "g", Topic: "t", Assignor: model.LabSticky, InstanceID: "lab-1", State: model.LabPaused, Slow: 3, Owned: 4, Read: 5, MemberID: "m",
		Problem: &model.Problem{Kind: model.Denied, Says: "no", Fix: "ask", Right: model.Right{Operation: "Read", Resource: "Group g"}, Cause: errors.New("why")}},
	{Name: "lab-2", State: model.LabLeft},
}}

// What goes over the pipe comes out as it was.
func TestLines(t *testing.T) {
	for _, v := range []model.LabView{{}, everything} {
		b, err := line(response{Members: membersOf(v)})
		if err != nil {
			t.Fatal(err)
		}
		r, err := parse[response](b)
		if err != nil || r.Members == nil {
			t.Fatalf("%s: %v", b, err)
		}
		if got := viewOf(r.Members); !reflect.DeepEqual(got, v) {
			t.Errorf("%+v became %+v", v, got)
		}
	}
	for _, cmd := range []model.Command{
		model.LabAdd{Group: "g", Topic: "t", Assignor: model.LabRange, Static: true, Slow: 7},
		model.LabTell{Group: "g", Member: "m", Do: model.LabSlow, Slow: 9},
		model.LabEnd{Group: "g", Delete: true},
	} {
		r, err := requestOf(cmd)
		if err != nil {
			t.Fatal(err)
		}
		b, err := line(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse[request](b)
		if err != nil || got.command() != cmd {
			t.Errorf("%+v became %+v, %v", cmd, got, err)
		}
	}
	conn := model.Connection{
		Seeds: []string{"a:1"}, Username: "u", Password: model.NewSecret("s3cret"), Timeout: time.Second,
		Registry: model.Registry{URLs: []string{"http://r:1"}, Password: model.NewSecret("other"), Token: model.NewSecret("another")},
	}
	b, err := line(request{Connect: connectionOf(conn)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := parse[request](b)
	conn.Registry = model.Registry{} // of no use there
	if err != nil || r.Connect == nil || !reflect.DeepEqual(r.Connect.model(), conn) || r.Connect.model().Password.Reveal() != "s3cret" {
		t.Errorf("%s became %+v, %v", b, r.Connect, err)
	}
	if _, err := requestOf(model.StopBroker{}); err == nil {
		t.Error("a broker is no business of the lab's")
	}
}

// Nothing that arrives is taken for more than it is, and what is understood stays
// the same when it is passed on.
func FuzzRequest(f *testing.F) {
	for _, r := range []request{
		{Connect: connectionOf(model.Connection{Seeds: []string{"a:1"}, Password: model.NewSecret("x"), Timeout: time.Second})},
		{ID: 1, Add: &model.LabAdd{Group: "g"}}, {ID: 2, Tell: &model.LabTell{Member: "m"}}, {ID: 3, End: &model.LabEnd{Delete: true}},
	} {
		b, _ := line(r)
		f.Add(b)
	}
	f.Add([]byte(`{"connect":{"Password":{"a":1}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse[request](b)
		if err != nil {
			return
		}
		again, err := line(r)
		if err != nil {
			t.Fatal(err)
		}
		back, err := parse[request](again)
		if err != nil || back.command() != r.command() {
			t.Errorf("%s became %s: %v", b, again, err)
		}
		if r.Connect != nil && back.Connect.model().Password.Reveal() != r.Connect.model().Password.Reveal() {
			t.Errorf("the password of %s was lost", b)
		}
	})
}

func FuzzResponse(f *testing.F) {
	b, _ := line(response{Members: membersOf(everything)})
	f.Add(b)
	b, _ = line(response{Done: 1, Problem: problemOf(everything.Members[0].Problem)})
	f.Add(b)
	f.Add([]byte(`{"members":[{"Problem":{"Cause":"x"}},null]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse[response](b)
		if err != nil {
			return
		}
		v := viewOf(r.Members)
		again, err := line(response{Done: r.Done, Problem: problemOf(r.Problem.model()), Members: membersOf(v)})
		if err != nil {
			t.Fatal(err)
		}
		back, err := parse[response](again)
		if err != nil || len(back.Members) != len(v.Members) || !reflect.DeepEqual(viewOf(back.Members), v) {
			t.Errorf("%s became %s: %v", b, again, err)
		}
	})
}

// A tail keeps what was said last, and finds a panic in it.
func TestTail(t *testing.T) {
	for says, want := range map[string]string{
		"":                                 "",
		"one\ntwo\n":                       "two",
		"panic: oh\n\ngoroutine 1\nmain.x": "panic: oh",
	} {
		var kept tail
		_, _ = kept.Write([]byte(says))
		if got := kept.line(); got != want {
			t.Errorf("%q: %q", says, got)
		}
	}
	var kept tail
	for range 100 {
		_, _ = kept.Write(bytes.Repeat([]byte("x"), 1000))
	}
	if len(kept.line()) != tailSize {
		t.Errorf("it keeps %d bytes", len(kept.line()))
	}
}
