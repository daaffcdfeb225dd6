package model

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

// A picky decoder writes what is not "bad", after a letter.
type picky struct{ Plain }

func (picky) Encode(schema SchemaRef, json []byte) ([]byte, error) {
	switch string(json) {
	case "bad":
		return nil, &Problem{Kind: Invalid, Says: "a.b: a number is wanted", Fix: "see line 1, column 2"}
	case "pending":
		return nil, &Problem{Kind: Failed, Says: "It was not read yet"}
	case "odd":
		return nil, errors.New("odd")
	}
	return append([]byte(schema.Name), json...), nil
}

// drafted are drafts out of a list.
type drafted []Draft

func (d *drafted) Next() (Draft, bool, error) {
	if len(*d) == 0 {
		return Draft{}, false, errors.New("over")
	}
	first := (*d)[0]
	*d = (*d)[1:]
	return first, true, nil
}

func TestSchemasEncodeWhatAMaterialHolds(t *testing.T) {
	schemas := Schemas{Key: SchemaRef{ID: 1, Name: "k"}, Value: SchemaRef{ID: 2, Name: "v", Subject: "s", Version: 3}}
	from := drafted{
		{Line: 1, Key: []byte("1"), HasKey: true, Value: []byte("2"), HasValue: true},
		{Line: 2},
		{Line: 3, HasKey: true, HasValue: true},
		{Line: 4, Key: []byte("bad"), HasKey: true},
		{Line: 5, Value: []byte("bad"), HasValue: true},
		{Line: 6, Value: []byte("pending"), HasValue: true},
		{Line: 7, Value: []byte("odd"), HasValue: true},
	}
	drafts, problem := schemas.Encoding(&from, &Produce{Key: []byte("base")}, picky{})
	if problem != nil {
		t.Fatal(problem)
	}
	for i, want := range []struct {
		key, value string // - is null
		problem    string
	}{
		{"k1", "v2", ""}, {"kbase", "-", ""}, {"-", "-", ""},
		{"bad", "-", "The key does not fit schema 1: a.b: a number is wanted: see its line 1, column 2"},
		{"-", "bad", "The value does not fit s v3 (id 2): a.b: a number is wanted: see its line 1, column 2"},
		{"-", "pending", "It was not read yet"},
		{"-", "odd", "The value cannot be encoded: odd"},
	} {
		d, ok, err := drafts.Next()
		says := ""
		if d.Problem != nil {
			says = d.Problem.Error()
		}
		if !ok || err != nil || orNull(d.Key) != want.key || orNull(d.Value) != want.value || says != want.problem || d.Line != int64(i+1) {
			t.Errorf("%d: %s %s %q, want %+v", i, orNull(d.Key), orNull(d.Value), says, want)
		}
		if says != "" && d.Misfit == PartKey != (want.key == "bad") {
			t.Errorf("%d is about the %v", i, d.Misfit)
		}
	}
	if _, ok, err := drafts.Next(); ok || err == nil {
		t.Error("the end is not told")
	}
	if _, problem := schemas.Encoding(&from, &Produce{Value: []byte("bad")}, picky{}); problem == nil || problem.Kind != Invalid {
		t.Errorf("%v", problem)
	}
	if b, problem := (Schemas{}).Encode(picky{}, PartKey, []byte("bad")); problem != nil || string(b) != "bad" {
		t.Errorf("%s %v", b, problem)
	}
}

func orNull(b []byte) string {
	if b == nil {
		return "-"
	}
	return string(b)
}

func FuzzHeadersOf(f *testing.F) {
	f.Add("a", []byte("1"), "a", []byte(nil), true)
	f.Add("", []byte{}, "3:x=", []byte("=\x00"), false)
	f.Fuzz(func(t *testing.T, k1 string, v1 []byte, k2 string, v2 []byte, null bool) {
		headers := []Header{{Key: k1, Value: append([]byte{}, v1...)}, {Key: k2, Value: append([]byte{}, v2...)}}
		if null {
			headers[0].Value = nil
		}
		if got := HeadersOf(headers).List(); !reflect.DeepEqual(got, headers) {
			t.Errorf("%+v is %+v", headers, got)
		}
		if again := HeadersOf(slices.Clone(headers)); HeadersOf(headers) != again || again == HeadersOf(headers[:1]) {
			t.Error("lists compare wrong")
		}
	})
}
