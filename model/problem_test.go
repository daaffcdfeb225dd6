package model

import (
	"errors"
	"io"
	"testing"
)

func TestProblem(t *testing.T) {
	p := &Problem{Says: "the broker hung up", Cause: io.EOF}
	if p.Error() != "the broker hung up" || !errors.Is(p, io.EOF) {
		t.Errorf("%v", p)
	}
	p.Fix = "look at its log"
	if p.Error() != "the broker hung up: look at its log" {
		t.Errorf("%v", p)
	}
	if r := (Right{"Describe", "Topic orders"}); r.String() != "Describe on Topic orders" {
		t.Errorf("%v", r)
	}
}
