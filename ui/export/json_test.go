package export

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// A string of JSON is what the standard library writes, but for what a terminal would
// act upon, wherever in eight bytes something lies that is to be escaped.
func FuzzQuoted(f *testing.F) {
	for _, s := range []string{"", "a", "12345678", `"`, `\`, "\x00\x1f ~", "é", "日本語", "\u2028\u2029", "👍🏽", "\xff", "\xe2\x80", "1234567\"", "\n\r\t\b\f"} {
		f.Add(s)
		f.Add("0123456789"[:len(s)%10] + s + "0123456")
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, valid := appendQuoted([]byte("before"), []byte(s))
		if valid != utf8.ValidString(s) {
			t.Errorf("%q is UTF-8: %v", s, valid)
		}
		var back string
		if err := json.Unmarshal(got[len("before"):], &back); err != nil || back != perByte(s) {
			t.Fatalf("%q is %s, read back as %q: %v", s, got, back, err)
		}
		seen := strings.Map(func(r rune) rune {
			if Unseen(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, "."))
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(seen); err != nil {
			t.Fatal(err)
		}
		got, _ = appendQuoted(nil, []byte(seen))
		if string(got)+"\n" != want.String() {
			t.Errorf("%q is %s, want %s", seen, got, &want)
		}
	})
}

// perByte has a replacement for each byte that is not UTF-8, rather than one for
// several.
func perByte(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

// What is to be escaped is found wherever it lies in as many bytes as are looked at at
// once.
func TestQuotedWhereverItLies(t *testing.T) {
	for length := range 40 {
		for at := range length {
			for c := range 0x7f {
				s := bytes.Repeat([]byte("x"), length)
				s[at] = byte(c)
				var want bytes.Buffer
				enc := json.NewEncoder(&want)
				enc.SetEscapeHTML(false)
				if err := enc.Encode(string(s)); err != nil {
					t.Fatal(err)
				}
				if got, _ := appendQuoted(nil, s); string(got)+"\n" != want.String() {
					t.Fatalf("%q is %s, want %s", s, got, &want)
				}
			}
		}
	}
}
