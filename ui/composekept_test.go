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
	f.Fuzz(func(t *testing.T, lines []byte) {
		p := newCompose()
		p.recall(lines)
		for i := range p.past {
			if p.past[i].command.Topic == "" {
				t.Fatal("a record came back without a topic")
			}
		}
	})
}
