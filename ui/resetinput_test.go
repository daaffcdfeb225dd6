package ui

import "testing"

func TestAssentToWhatCannotBeTyped(t *testing.T) {
	for word, want := range map[string]string{"billing": "billing", "": "yes", "\x1b[2J": "yes", "a\u202eb": "yes", "日本語": "日本語"} {
		if got := newAssent(word).word; got != want {
			t.Errorf("%q asks for %q, want %q", word, got, want)
		}
	}
}
