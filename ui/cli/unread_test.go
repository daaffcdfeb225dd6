package cli

import (
	"strconv"
	"strings"
	"testing"

	"kscope/model"
)

func TestWhyAValueCannotBeReadIsSaidOnce(t *testing.T) {
	short := func(topic string) model.Record {
		return model.Record{Topic: topic, Key: []byte("1"), Value: []byte("x")}
	}
	events := []model.Event{came(short("orders"), short("orders"), short("pay")), came(short("orders"), model.Record{Topic: "orders"})}
	const (
		first  = "kscope: a value of orders cannot be read: This is no int32: it has 1 byte, not 4\n"
		other  = "kscope: a value of pay cannot be read: This is no int32: it has 1 byte, not 4\n"
		counts = "kscope: 5 records\nkscope: 3 values of orders could not be read: This is no int32: it has 1 byte, not 4\n"
	)
	for words, c := range map[string]struct{ out, errs string }{
		"-o raw":    {"78\n78\n78\n78\n\n", first + other + counts},
		`-o %R%s\n`: {strings.Repeat("\x00\x00\x00\x0278\n", 4) + "\x00\x00\x00\x00\n", first + other + counts},
		`-o %k\n`:   {"1\n1\n1\n1\n\n", "kscope: 5 records\n"}, // values are not looked at
		"--count 3": {"orders:0:0 key=1 value=78\norders:0:0 key=1 value=78\npay:0:0 key=1 value=78\n", first + other + "kscope: 2 values of orders could not be read: This is no int32: it has 1 byte, not 4\n"},
	} {
		s := shell{script: ending(events...)}
		status, out, errs := s.run(t, onB("tail orders pay --to end --format-value int32 "+words)...)
		if status != done || out != c.out || errs != c.errs {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
}

// JSON says it with each record, and CSV has nothing in its place.
func TestWhatSaysWhyAValueCannotBeRead(t *testing.T) {
	events := came(model.Record{Topic: "orders", Value: []byte("x")})
	for form, want := range map[string]struct {
		out  string
		said bool
	}{"json": {"value_problem", false}, "csv": {"x,,[],\n", true}} {
		s := shell{script: ending(events)}
		status, out, errs := s.run(t, onB("tail orders --to end --format-value int32 -o "+form)...)
		if status != done || !strings.Contains(out, want.out) || strings.Contains(errs, "cannot be read") != want.said {
			t.Errorf("%s: %d %q %q", form, status, out, errs)
		}
	}
}

func TestReasonsThatAreManyAreCountedTogether(t *testing.T) {
	var said []string
	u := unread{}
	u.say = func(format string, args ...any) { said = append(said, format) }
	for i := range 3 * mostReasons {
		u.add("orders", model.PartKey, &model.Problem{Says: "This is no number: " + strconv.Itoa(i)})
	}
	u.end()
	if len(said) != mostReasons+1 || u.rest != 2*mostReasons {
		t.Errorf("%d, %q", u.rest, said)
	}
}
