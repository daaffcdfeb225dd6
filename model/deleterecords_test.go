package model

import (
	"testing"
	"time"
)

func TestDeletionLine(t *testing.T) {
	gone := &Problem{Kind: Failed, Says: "no leader"}
	for _, test := range []struct {
		d       Deletion
		line    DeletionLine
		found   int64
		to      int64
		goes    int64
		clamped bool
		problem bool
	}{
		{Deletion{To: DeleteToEnd}, DeletionLine{Start: 5, End: 9}, NoOffset, 9, 4, false, false},
		{Deletion{To: DeleteToEnd}, DeletionLine{Start: 9, End: 9}, NoOffset, 9, 0, false, false},
		{Deletion{To: DeleteToOffset, Offset: 7}, DeletionLine{Start: 5, End: 9}, NoOffset, 7, 2, false, false},
		{Deletion{To: DeleteToOffset, Offset: 2}, DeletionLine{Start: 5, End: 9}, NoOffset, 5, 0, false, false},
		{Deletion{To: DeleteToOffset, Offset: 12}, DeletionLine{Start: 5, End: 9}, NoOffset, 9, 4, true, false},
		{Deletion{To: DeleteToTime}, DeletionLine{Start: 5, End: 9}, 6, 6, 1, false, false},
		{Deletion{To: DeleteToTime}, DeletionLine{Start: 5, End: 9}, NoOffset, 9, 4, false, false},
		{Deletion{To: DeleteToEnd}, DeletionLine{Start: NoOffset, End: NoOffset}, NoOffset, NoOffset, 0, false, true},
		{Deletion{To: DeleteToEnd}, DeletionLine{Start: 1, End: 2, Problem: gone}, NoOffset, NoOffset, 0, false, true},
	} {
		got := test.d.Line(test.line, test.found)
		if got.To != test.to || got.Goes != test.goes || got.Clamped != test.clamped || (got.Problem != nil) != test.problem {
			t.Errorf("%+v of %+v: %+v", test.d, test.line, got)
		}
	}
}

func TestDeletionRefusal(t *testing.T) {
	some, none := DeletionLine{Goes: 1}, DeletionLine{}
	broken := DeletionLine{Problem: &Problem{Says: "no leader"}}
	for _, test := range []struct {
		cleanup string
		lines   []DeletionLine
		refused bool
	}{
		{"delete", []DeletionLine{some, none, broken}, false}, {"compact,delete", []DeletionLine{some}, false}, {"", []DeletionLine{some}, false},
		{"compact", []DeletionLine{some}, true}, {"delete", []DeletionLine{none}, true}, {"delete", []DeletionLine{broken, none}, true}, {"delete", nil, true},
	} {
		p := NewRecordsPlan(time.Time{}, PlanDeletion{}, test.cleanup, test.lines)
		if got := p.Refusal() != nil; got != test.refused {
			t.Errorf("%+v: %v", test, p.Refusal())
		}
	}
}
