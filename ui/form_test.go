package ui

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kscope/model"
)

// typedInto presses keys and pastes what is quoted.
func typedInto(take func(msg any) bool, keys ...string) {
	for _, k := range keys {
		if text, ok := strings.CutPrefix(k, "paste:"); ok {
			take(pasteOf(text))
			continue
		}
		take(key(k))
	}
}

// TestTheEditor plays keys into an editor of several lines.
func TestTheEditor(t *testing.T) {
	for _, c := range []struct {
		keys string
		want string // with | for the cursor
	}{
		{"a b c", "abc|"},
		{"a b left x", "ax|b"},
		{"a enter b up home x", "x|a\nb"},
		{"a b c enter d up end x", "abcx|\nd"},
		{"a b c enter d e f g down up x", "abcx|\ndefg"},
		{"a space b ctrl+w", "a |"},
		{"a space b ctrl+w ctrl+w", "|"},
		{"a b ctrl+u", "|"},
		{"a enter b ctrl+u backspace", "a|"},
		{"a b home delete", "|b"},
		{"a b home right backspace", "|b"},
		{"a b ctrl+left x ctrl+right y", "xaby|"},
		{"a enter b ctrl+home x ctrl+end y", "xa\nby|"},
		{"日 本 left backspace", "|本"},
	} {
		e := editor{many: true}
		typedInto(e.take, strings.Fields(c.keys)...)
		if got := string(e.text[:e.at]) + "|" + string(e.text[e.at:]); got != c.want {
			t.Errorf("%s gives %q, want %q", c.keys, got, c.want)
		}
	}
}

// TestWhatIsPastedStays: tabs, controls, blank lines, trailing spaces.
func TestWhatIsPastedStays(t *testing.T) {
	for pasted, want := range map[string]string{
		"a\tb  \n\n c\x00\x1b[2J\u202e":  "a\tb  \n\n c\x00\x1b[2J\u202e",
		"one\rtwo":                       "one\ntwo", // as many terminals send a line end
		"one\r\ntwo\r":                   "one\r\ntwo\n",
		strings.Repeat("long ", 100_000): strings.Repeat("long ", 100_000),
	} {
		e := editor{}
		e.take(pasteOf(pasted))
		if e.value() != want {
			t.Errorf("pasted %.40q, holds %.40q", pasted, e.value())
		}
	}
}

// TestAnEditorAtRandom: the cursor stays in the text, and the lines that are counted
// are those there are.
func TestAnEditorAtRandom(t *testing.T) {
	keys := []string{"a", "日", " ", "enter", "left", "right", "up", "down", "home", "end", "backspace", "delete", "ctrl+w", "ctrl+u", "alt+left", "alt+right", "paste:x\ny", "ctrl+home", "ctrl+end"}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		e := editor{many: true, most: 40}
		for range 60 {
			typedInto(e.take, keys[dice.IntN(len(keys))])
			if e.at < 0 || e.at > len(e.text) || len(e.text) > 40 || e.rows() != strings.Count(e.value(), "\n")+1 {
				t.Fatalf("the cursor is at %d of %q, %d lines", e.at, e.value(), e.rows())
			}
		}
	}
}

func TestBytesOfWhatIsTyped(t *testing.T) {
	for _, c := range []struct {
		as, typed string
		want      []byte
		fault     string // holds this
	}{
		{asText, "a\tb", []byte("a\tb"), ""},
		{asText, "", []byte{}, ""},
		{asNone, "left over", nil, ""},
		{asNull, "left over", nil, ""},
		{asEmpty, "left over", []byte{}, ""},
		{asJSON, ` {"n": 12345678901234567890} `, []byte(` {"n": 12345678901234567890} `), ""},
		{asJSON, "{\n  \"a\": 1,\n  b\n}", nil, "line 3, column 3: invalid character 'b'"},
		{asJSON, `{"a":`, nil, "unexpected end"},
		{asJSON, " ", nil, "no JSON yet"},
		{asHex, "00 fF:10", []byte{0, 0xff, 0x10}, ""},
		{asHex, "", []byte{}, ""},
		{asHex, "0", nil, "a digit is missing"},
		{asHex, "00\n0g", nil, "line 2, column 2: 'g' is no hexadecimal digit"},
		{asBase64, "/+8=", []byte{0xff, 0xef}, ""},
		{asBase64, "_-8", []byte{0xff, 0xef}, ""},
		{asBase64, "AA\nAA", []byte{0, 0, 0}, ""},
		{asBase64, "AA!A", nil, "line 1, column 3: '!' is not of base64"},
		{asBase64, "A", nil, "in the middle of a byte"},
	} {
		got, fault := bytesOf(c.as, c.typed)
		if c.fault == "" && (fault != "" || !bytes.Equal(got, c.want) || (got == nil) != (c.want == nil)) {
			t.Errorf("%q as %s is %v, %q", c.typed, c.as, got, fault)
		}
		if !strings.Contains(fault, c.fault) {
			t.Errorf("%q as %s: %q, want %q", c.typed, c.as, fault, c.fault)
		}
	}
}

// FuzzBytesOf: whatever is typed, there are bytes or a fault, and what was encoded
// comes back.
func FuzzBytesOf(f *testing.F) {
	f.Add([]byte("user-42"), "{}")
	f.Add([]byte{0xff, 0}, "AA=")
	f.Fuzz(func(t *testing.T, b []byte, typed string) {
		for as, written := range map[string]string{asHex: hex.EncodeToString(b), asBase64: base64.URLEncoding.EncodeToString(b)} {
			if got, fault := bytesOf(as, written); fault != "" || !bytes.Equal(got, b) {
				t.Fatalf("%q as %s is %v, %s", written, as, got, fault)
			}
		}
		for _, as := range []string{asText, asJSON, asHex, asBase64} {
			got, fault := bytesOf(as, typed)
			if got == nil && fault == "" {
				t.Fatalf("%q as %s is nothing, and no fault", typed, as)
			}
		}
	})
}

// TestFillingAForm: a record that is put into the form comes out the same.
func TestFillingAForm(t *testing.T) {
	for _, b := range [][]byte{nil, {}, []byte("text"), []byte(`{"a":1}`), {0xff, 0xfe}, []byte("two\nlines\r\n\x00")} {
		for name, field := range map[string]*payloadField{"key": newKeyField(), "value": newValueField()} {
			field.fill(b)
			if got := field.read(); got.fault != "" || !bytes.Equal(got.bytes, b) || (got.bytes == nil) != (b == nil) {
				t.Errorf("a %s of %q comes out as %q %s", name, b, got.bytes, got.fault)
			}
		}
	}
	headers := []model.Header{{Key: "a", Value: []byte("1")}, {Key: "a", Value: nil}, {Key: "", Value: []byte{}}, {Key: "b", Value: []byte{0xff}}}
	l := newList("", headerKinds...)
	fillHeaders(l, headers)
	got, fault := headersOf(l)
	if fault != "" || fmt.Sprint(got) != fmt.Sprint(headers) {
		t.Errorf("headers come out as %v %s", got, fault)
	}
}

// TestSendingAgain fills the form with a record, and sends it.
func TestSendingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		record := model.Record{Topic: "orders", Partition: 3, Key: []byte{0xff}, Value: []byte("again"), Headers: []model.Header{{Key: "h"}}}
		r.app.carry(SendAgain{record})
		r.press("ctrl+s")
		r.wait(time.Second)
		r.sees("acknowledged orders:")
		c, ok := r.source.done[0].(*model.Produce)
		if !ok || c.Topic != "orders" || !bytes.Equal(c.Key, record.Key) || string(c.Value) != "again" || len(c.Headers) != 1 || c.Headers[0].Value != nil {
			t.Errorf("sent %+v", c)
		}
	})
}

// TestTabReachesEveryField, forward and back, in the order they show.
func TestTabReachesEveryField(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t, smallCluster())
		r.press("p")
		p := r.app.compose
		p.form.focus(p.topic)
		p.headers.add()
		var shown, forth, back []field
		for i := range p.form.rows {
			if p.form.rows[i].shows() {
				shown = append(shown, p.form.rows[i].field)
			}
		}
		seen := func(all []field) []field {
			if len(all) == 0 || all[len(all)-1] != p.form.focused() {
				all = append(all, p.form.focused())
			}
			return all
		}
		for range 30 {
			forth = seen(forth)
			r.press("tab")
		}
		p.form.focus(p.topic)
		for range 30 {
			back = seen(back)
			r.press("shift+tab")
		}
		slices.Reverse(back[1:len(shown)])
		if !slices.Equal(forth[:len(shown)], shown) || !slices.Equal(back[:len(shown)], shown) {
			t.Errorf("tab goes %v and back %v, the fields are %v", forth, back, shown)
		}
	})
}

// TestAnEditorsLineEnd: one that the editor added is no part of the text.
func TestAnEditorsLineEnd(t *testing.T) {
	for _, c := range []struct{ before, left, want string }{
		{"a", "b\n", "b"}, {"a\n", "b\n", "b\n"}, {"a", "b\n\n", "b\n"}, {"a", "a\n", "a"}, {"a", "", ""},
	} {
		v := newValueField()
		v.text.set(c.before)
		v.edited(c.before, []byte(c.left))
		if got := string(v.read().bytes); got != c.want {
			t.Errorf("%q was edited to %q, and is %q", c.before, c.left, got)
		}
	}
	v := newValueField()
	v.edited("", []byte{0xff, '\n'})
	if got := v.read(); !bytes.Equal(got.bytes, []byte{0xff}) {
		t.Errorf("bytes that are no text come out as %v", got.bytes)
	}
}
