package model

import (
	"strings"
	"testing"
	"time"
)

// typedAt is when everything here is typed.
var typedAt = time.Date(2026, 11, 26, 12, 0, 0, 500, time.FixedZone("CET", 3600))

func TestParsePosition(t *testing.T) {
	for typed, want := range map[string]string{
		"end":                       "end",
		"latest":                    "end",
		" END ":                     "end",
		"beginning":                 "beginning",
		"earliest":                  "beginning",
		"start":                     "beginning",
		"last:100":                  "last:100",
		"last:1,000":                "last:1000",
		"-100":                      "last:100",
		"4711":                      "offset:4711",
		"0":                         "offset:0",
		"offset:4711":               "offset:4711",
		"1_000":                     "offset:1000",
		"15m":                       "2026-11-26T10:45:00Z",
		"2h ago":                    "2026-11-26T09:00:00Z",
		"11:03":                     "2026-11-26T10:03:00Z",
		"14:03":                     "2026-11-25T13:03:00Z",
		"yesterday 14:03":           "2026-11-25T13:03:00Z",
		"2026-11-26T11:00:00.1239Z": "2026-11-26T11:00:00.123Z",
		"@1700000000000":            "2023-11-14T22:13:20Z",
		"":                          "it must be end, beginning,",
		"middle":                    "it must be end, beginning,",
		"last:0":                    "the last how many",
		"last:":                     "the last how many",
		"-0":                        "the last how many",
		"-5m":                       "the last how many",
		"last:99999999999999999":    "the last how many",
		"offset:-1":                 "an offset must be",
		"99999999999999999999":      "it must be end, beginning,",
		"1969-12-30":                "no record is older than 1970",
		"100000d":                   "no record is older than 1970",
		"@999999999999999":          "no time is later than the year 9999",
		"9999-12-31T23:59:59-23:00": "no time is later than the year 9999",
	} {
		p, err := ParsePosition(typed, typedAt)
		got := p.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != want || !strings.HasPrefix(got, want) {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestParseStop(t *testing.T) {
	atTime := func(s string) Position {
		p, err := ParsePosition(s, typedAt)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		typed, from, want string
	}{
		{"never", "end", "never"},
		{"end", "beginning", "end"},
		{"after:100", "end", "after:100"},
		{"in 15m", "end", "2026-11-26T11:15:00Z"},
		{"15m ago", "beginning", "2026-11-26T10:45:00Z"},
		{"2026-11-26T13:00:00Z", "end", "2026-11-26T13:00:00Z"},
		{"18:00", "end", "2026-11-26T17:00:00Z"},             // the next
		{"09:00", "end", "2026-11-27T08:00:00Z"},             // the next
		{"18:00", "beginning", "2026-11-25T17:00:00Z"},       // the last that was
		{"18:00", "11:00", "2026-11-26T17:00:00Z"},           // after the beginning, today
		{"01:00", "yesterday 23:00", "2026-11-26T00:00:00Z"}, // over midnight
		{"09:00", "1h", "2026-11-27T08:00:00Z"},              // after the beginning
		{"1h", "15m", "it must be later than the beginning, 2026-11-26T10:45:00Z"},
		{"15m", "15m", "it must be later than the beginning, "},
		{"100", "end", "a number alone does not say of what: write after:100 "},
		{"-100", "end", "a number alone does not say of what: write after:100 "},
		{"after:0", "end", "after how many records"},
		{"after:x", "end", "after how many records"},
		{"", "end", "it must be never, end,"},
		{"whenever", "end", "it must be never, end,"},
		{"in a while", "end", "it must be never, end,"},
		{"1960-01-01", "end", "no record is older"},
	} {
		s, err := ParseStop(c.typed, atTime(c.from), typedAt)
		got := s.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != c.want || !strings.HasPrefix(got, c.want) {
			t.Errorf("%q from %q is %q, want %q", c.typed, c.from, got, c.want)
		}
	}
}

// What was understood is written so that it means the same at any time and anywhere.
func FuzzParsePosition(f *testing.F) {
	for _, typed := range []string{"end", "beginning", "last:100", "-100", "4711", "offset:4711", "15m", "2h ago", "14:03", "yesterday 14:03", "2026-11-26T14:03:00Z", "@1700000000000", "in 15m", "after:5"} {
		f.Add(typed, int64(1700000000000))
	}
	f.Fuzz(func(t *testing.T, typed string, ms int64) {
		now := time.UnixMilli(ms % (200 * 365 * 24 * 3600 * 1000)).In(typedAt.Location())
		elsewhere := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		from, err := ParsePosition(typed, now)
		if err == nil {
			if again, err := ParsePosition(from.String(), elsewhere); err != nil || again != from {
				t.Errorf("%q is %v, read again %v, %v", typed, from, again, err)
			}
		}
		stop, err := ParseStop(typed, from, now)
		if err == nil {
			if again, err := ParseStop(stop.String(), from, elsewhere); err != nil || again != stop {
				t.Errorf("%q is %v, read again %v, %v", typed, stop, again, err)
			}
		}
	})
}
