package model

import (
	"math"
	"testing"
	"time"
)

func TestResetLine(t *testing.T) {
	at := func(from, start, end int64) ResetLine { return ResetLine{From: from, Start: start, End: end} }
	for name, test := range map[string]struct {
		reset          Reset
		line           ResetLine
		named          int64
		to             int64
		skipped, again int64
		clamped        bool
		problem        string
	}{
		"earliest":                     {Reset{To: ToEarliest}, at(40, 10, 100), NoOffset, 10, 0, 30, false, ""},
		"latest":                       {Reset{To: ToLatest}, at(40, 10, 100), NoOffset, 100, 60, 0, false, ""},
		"where it is":                  {Reset{To: ToOffset, Offset: 40}, at(40, 10, 100), NoOffset, 40, 0, 0, false, ""},
		"offset before the log":        {Reset{To: ToOffset, Offset: 3}, at(40, 10, 100), NoOffset, 10, 0, 30, true, ""},
		"offset beyond the log":        {Reset{To: ToOffset, Offset: 300}, at(40, 10, 100), NoOffset, 100, 60, 0, true, ""},
		"nothing committed":            {Reset{To: ToOffset, Offset: 50}, at(NoOffset, 10, 100), NoOffset, 50, 0, 0, false, ""},
		"shift":                        {Reset{To: ByShift, Offset: 5}, at(40, 10, 100), NoOffset, 45, 5, 0, false, ""},
		"shift back":                   {Reset{To: ByShift, Offset: -5}, at(40, 10, 100), NoOffset, 35, 0, 5, false, ""},
		"shift beyond all numbers":     {Reset{To: ByShift, Offset: math.MaxInt64}, at(40, 10, 100), NoOffset, 100, 60, 0, true, ""},
		"shift before all numbers":     {Reset{To: ByShift, Offset: math.MinInt64}, at(40, 0, 100), NoOffset, 0, 0, 40, true, ""},
		"shift nothing":                {Reset{To: ByShift, Offset: 1}, at(NoOffset, 10, 100), NoOffset, NoOffset, 0, 0, false, "Nothing is committed to shift"},
		"a time":                       {Reset{To: ToTime}, at(40, 10, 100), 70, 70, 30, 0, false, ""},
		"a time after the last record": {Reset{To: ByDuration}, at(40, 10, 100), NoOffset, 100, 60, 0, false, ""},
		"a file":                       {Reset{To: FromFile}, at(40, 10, 100), 20, 20, 0, 20, false, ""},
		"committed was deleted":        {Reset{To: ToOffset, Offset: 15}, at(2, 10, 100), NoOffset, 15, 5, 0, false, ""},
		"committed is beyond the end":  {Reset{To: ToEarliest}, at(500, 10, 100), NoOffset, 10, 0, 90, false, ""},
		"no leader":                    {Reset{To: ToEarliest}, at(40, NoOffset, NoOffset), NoOffset, NoOffset, 0, 0, false, "The ends of its log are not known"},
		"a way of the future":          {Reset{To: "to-moon"}, at(40, 10, 100), NoOffset, NoOffset, 0, 0, false, "There is no way to reset called to-moon"},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.reset.Line(test.line, test.named)
			says := ""
			if got.Problem != nil {
				says = got.Problem.Says
			}
			if got.To != test.to || got.Skipped != test.skipped || got.Again != test.again || got.Clamped != test.clamped || says != test.problem {
				t.Errorf("%+v, %s", got, says)
			}
		})
	}
}

func TestResetProblem(t *testing.T) {
	for name, test := range map[string]struct {
		reset Reset
		says  string
	}{
		"all":                       {Reset{To: ToEarliest, Partition: AllPartitions}, ""},
		"a partition of all topics": {Reset{To: ToEarliest, Partition: 3}, "One partition of several topics cannot be meant"},
		"no topic":                  {Reset{To: ToEarliest, Topics: NamesOf(), Partition: AllPartitions}, "No topic is chosen"},
		"negative offset":           {Reset{To: ToOffset, Offset: -1, Partition: AllPartitions}, "There is no offset -1"},
		"shift back":                {Reset{To: ByShift, Offset: -1, Partition: AllPartitions}, ""},
		"before 1970":               {Reset{To: ToTime, Time: time.UnixMilli(-1), Partition: AllPartitions}, "No record is older than 1970"},
		"the future":                {Reset{To: ByDuration, Duration: -1, Partition: AllPartitions}, "A duration counts back from now, and is not negative"},
	} {
		says := ""
		if p := test.reset.Problem(); p != nil {
			says = p.Says
		}
		if says != test.says {
			t.Errorf("%s: %q, want %q", name, says, test.says)
		}
	}
}

func TestResetAt(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	quarter := Reset{To: ByDuration, Duration: 15 * time.Minute}
	if at, ok := quarter.At(now); !ok || !at.Equal(now.Add(-15*time.Minute)) {
		t.Errorf("15m: %v, %v", at, ok)
	}
	if _, ok := (&Reset{To: ToLatest}).At(now); ok {
		t.Error("the end of a log is no time")
	}
}

func TestNewResetPlan(t *testing.T) {
	g := &Group{ID: "billing", Kind: Classic, State: "Empty"}
	p := NewResetPlan(time.Time{}, PlanReset{Group: "billing"}, g, []ResetLine{
		{Topic: "b", Partition: 0, Skipped: 1}, {Topic: "a", Partition: 10, Again: 5}, {Topic: "a", Partition: 9, Skipped: 2, Problem: &Problem{}},
	})
	if p.Lines[0].Partition != 9 || p.Lines[2].Topic != "b" || p.Skipped != 3 || p.Again != 5 || p.Refusal() != nil {
		t.Errorf("%+v, %v", p, p.Refusal())
	}
}

func TestResetRefusal(t *testing.T) {
	member := func(client string) Member { return Member{ID: client + "-1", ClientID: client, Host: "10.0.0.1"} }
	line := ResetLine{To: 1}
	for name, test := range map[string]struct {
		plan ResetPlan
		want string
	}{
		"idle":       {ResetPlan{State: "Empty", Lines: []ResetLine{line}}, ""},
		"one member": {ResetPlan{State: "Stable", Holders: []Member{member("a")}, Lines: []ResetLine{line}}, "Group g is in use by a at 10.0.0.1: stop them first"},
		"many": {ResetPlan{State: "Stable", Holders: []Member{member("a"), member("b"), member("c"), member("d"), {ID: "m"}}},
			"Group g is in use by a at 10.0.0.1, b at 10.0.0.1, c at 10.0.0.1 and 2 more: stop them first"},
		"no client id":  {ResetPlan{State: "Stable", Holders: []Member{{ID: "m-1"}}}, "Group g is in use by m-1: stop them first"},
		"on the move":   {ResetPlan{State: "PreparingRebalance", Lines: []ResetLine{line}}, "Group g is in use: it is PreparingRebalance: wait until it has settled"},
		"nothing":       {ResetPlan{State: "Empty"}, "There is no partition to reset: choose a topic: the group has committed nothing"},
		"only problems": {ResetPlan{State: "Empty", Lines: []ResetLine{{Problem: &Problem{}}}}, "There is no partition to reset: see what is said of each"},
	} {
		test.plan.Query.Group = "g"
		got := ""
		if p := test.plan.Refusal(); p != nil {
			got = p.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestParseOffsets(t *testing.T) {
	for name, test := range map[string]struct {
		file string
		n    int
		last FileOffset
		says string
	}{
		"as exported":       {"orders,0,120\norders,1,7\n", 2, FileOffset{"orders", 1, 7}, ""},
		"windows":           {"\ufefforders,0,120\r\n\r\norders,1,7\r\n", 2, FileOffset{"orders", 1, 7}, ""},
		"quoted and spaced": {`"orders", 0, 120`, 1, FileOffset{"orders", 0, 120}, ""},
		"several groups":    {"audit,orders,0,1\nbilling,orders,0,2\n", 1, FileOffset{"orders", 0, 2}, ""},
		"empty":             {"", 0, FileOffset{}, "The file holds no offset of group billing"},
		"of other groups":   {"audit,orders,0,1", 0, FileOffset{}, "The file holds no offset of group billing"},
		"two fields":        {"orders,0,1\n\norders,1", 0, FileOffset{}, "Line 3 of the file: has 2 fields, and not 3"},
		"no partition":      {"orders,-1,1", 0, FileOffset{}, `Line 1 of the file: "-1" is no partition`},
		"a head":            {"topic,partition,offset", 0, FileOffset{}, `Line 1 of the file: "partition" is no partition`},
		"no offset":         {"orders,1,1.5", 0, FileOffset{}, `Line 1 of the file: "1.5" is no offset`},
		"negative offset":   {"orders,1,-1", 0, FileOffset{}, `Line 1 of the file: "-1" is no offset`},
		"no topic":          {",1,1", 0, FileOffset{}, "Line 1 of the file: names no topic"},
		"twice":             {"orders,1,1\norders,2,1\norders,1,1", 0, FileOffset{}, "Line 3 of the file: names partition 1 of orders again, as line 1 did"},
		"open quote":        {"orders,1,1\n\"orders,2,1", 0, FileOffset{}, `Line 2 of the file: extraneous or missing " in quoted-field`},
	} {
		t.Run(name, func(t *testing.T) {
			got, p := ParseOffsets(test.file, "billing")
			says := ""
			if p != nil {
				says = p.Says
			}
			if len(got) != test.n || says != test.says || test.n > 0 && got[test.n-1] != test.last {
				t.Errorf("%+v, %q", got, says)
			}
		})
	}
}

// Whatever a file holds, each offset that is read from it makes sense, and none is
// read from one with a problem.
func FuzzParseOffsets(f *testing.F) {
	f.Add("orders,0,120\norders,1,7\n")
	f.Add("g,orders,0,120\r\n\"a\"\"b\",1,7")
	f.Add("orders,99999999999,1")
	f.Fuzz(func(t *testing.T, file string) {
		offsets, p := ParseOffsets(file, "g")
		if (p == nil) != (len(offsets) > 0) {
			t.Fatalf("%d offsets, %v", len(offsets), p)
		}
		seen := map[FileOffset]bool{}
		for _, o := range offsets {
			key := FileOffset{Topic: o.Topic, Partition: o.Partition}
			if o.Topic == "" || o.Partition < 0 || o.Offset < 0 || seen[key] {
				t.Errorf("%+v", o)
			}
			seen[key] = true
		}
	})
}
