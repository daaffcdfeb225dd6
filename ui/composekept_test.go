package ui

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kscope/model"
)

// TestWhatWasSentComesBack the next time, null and empty apart.
func TestWhatWasSentComesBack(t *testing.T) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	var lines []byte
	sent := []pastSend{
		{at: at, command: &model.Produce{Topic: "orders", Partition: model.AllPartitions, Value: []byte("v")}, sent: &model.Sent{Topic: "orders", Partition: 3, Offset: 9}},
		{at: at, command: &model.Produce{Topic: "orders", Partition: 2, Key: []byte{}, Headers: []model.Header{{Key: "a"}, {Key: "a", Value: []byte{0xff}}}}, problem: errors.New("no")},
		{at: at, command: &model.Produce{Topic: "orders", Value: bytes.Repeat([]byte("x"), mostKept)}}, // too long to keep
	}
	for i := range sent {
		lines = append(lines, sent[i].line()...)
	}
	p := newCompose()
	p.recall(append(lines, "no JSON\n{}\n"...))
	if len(p.past) != 2 {
		t.Fatalf("%d came back of\n%s", len(p.past), lines)
	}
	for i, got := range p.past {
		if !reflect.DeepEqual(got.command, sent[i].command) || !reflect.DeepEqual(got.sent, sent[i].sent) || (got.problem == nil) != (sent[i].problem == nil) || !got.at.Equal(at) {
			t.Errorf("%+v came back as %+v", sent[i], got)
		}
	}
}

// TestManyThatWereSentComeBack with their account, and what the form said of them.
func TestManyThatWereSentComeBack(t *testing.T) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	draft := manyDraft{
		Kind: fromForm, Key: draftPayload{As: asText, Text: "k{{n}}"}, Value: draftPayload{As: asNull}, Count: "1,000", Rate: "50",
		Headers: []draftHeader{{Name: "a", Value: "{{n}}"}, {Name: "a", Kind: 3}},
	}
	c := &model.SendMany{Record: model.Produce{Topic: "orders", Partition: 2}, Count: 1000, Material: model.Template{Key: "k{{n}}"}, Schemas: model.Schemas{Key: model.SchemaRef{ID: 7}}}
	final := &model.Sending{Command: c, Began: at, At: at.Add(2 * time.Second), Done: true, Acknowledged: 998, Unknown: 2, Problem: &model.Problem{Says: "no answer"},
		Partitions: []model.PartitionSent{{Partition: 2, Acknowledged: 998, First: 5, Last: 1002}}}
	sent := []pastSend{
		{at: at, command: &c.Record, many: &bulk{command: c, draft: draft, final: final}},
		{at: at, command: &c.Record, many: &bulk{command: c, draft: draft, problem: errors.New("no such topic")}},
	}
	p := newCompose()
	p.recall(append(sent[0].line(), sent[1].line()...))
	if len(p.past) != 2 || p.past[0].many == nil || p.past[1].many.final != nil || p.past[1].many.problem.Error() != "no such topic" {
		t.Fatalf("%+v", p.past)
	}
	got := p.past[0].many
	if s := got.final; s.Acknowledged != 998 || s.Unknown != 2 || s.Problem.Says != "no answer" || s.Rate != 500 || !reflect.DeepEqual(s.Partitions, final.Partitions) || !s.Done {
		t.Errorf("%+v", s)
	}
	if !reflect.DeepEqual(got.draft, draft) || got.command.Schemas != c.Schemas || got.command.Count != 1000 || got.command.Record.Partition != 2 {
		t.Errorf("%+v of %+v", got.draft, got.command)
	}
	p.fillMany(got.command, got.draft)
	if now := p.manyDraft(); !reflect.DeepEqual(now, draft) {
		t.Errorf("the form says %+v, not %+v", now, draft)
	}
}

// TestWhatIsSentIsKept where that is asked for.
func TestWhatIsSentIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file []byte
		kept := &Kept{Add: func(line []byte) error { file = append(file, line...); return nil }}
		r := newRobot(t, smallCluster(), Options{Name: "small", Kept: kept}, 160, 50)
		r.wait(3 * time.Second)
		r.press("p", "k", "ctrl+s")
		r.wait(time.Second)
		r.sees("acknowledged")
		if n := strings.Count(string(file), "\n"); n != 1 || !strings.Contains(string(file), `"key":"aw=="`) {
			t.Errorf("%d lines were kept: %s", n, file)
		}
	})
}

func FuzzRecall(f *testing.F) {
	f.Add([]byte(`{"topic":"a","partition":-1,"key":null,"value":""}` + "\n{"))
	f.Add([]byte(`{"topic":"a","many":{"form":{"kind":9,"key":{"as":"no"},"format":-1,"file_schemas":[5,-5]},"count":-1,"began":"2026-11-26T08:00:00Z","partitions":[{"Partition":-7}]}}`))
	f.Fuzz(func(t *testing.T, lines []byte) {
		p := newCompose()
		p.recall(lines)
		for i := range p.past {
			if p.past[i].command.Topic == "" {
				t.Fatal("a record came back without a topic")
			}
			if b := p.past[i].many; b != nil {
				p.fillMany(b.command, b.draft)
				_ = b.wish()
			}
		}
	})
}
