package main

import "testing"

func TestCheckFilter(t *testing.T) {
	for filter, want := range map[string]struct {
		wrong  bool
		column int
	}{
		"":                  {},
		"refund":            {},
		"~user-[0-9]+":      {},
		"=value.total > 10": {},
		"~user-(":           {wrong: true, column: 1},
		"=value.total >> 1": {wrong: true, column: 14},
	} {
		says, column := checkFilter(filter)
		if (says != "") != want.wrong || want.wrong && column != want.column {
			t.Errorf("%s: %q at %d", filter, says, column)
		}
	}
}
