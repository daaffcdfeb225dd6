package model

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	zone := time.FixedZone("X", 2*3600)
	now := time.Date(2026, 11, 22, 14, 30, 20, 0, zone)
	for typed, want := range map[string]string{
		"2026-11-22T13:03:00Z":      "2026-11-22T15:03:00+02:00",
		"2026-11-22T13:03:00+01:00": "2026-11-22T14:03:00+02:00",
		"2026-11-22 14:03":          "2026-11-22T14:03:00+02:00",
		"2026-11-22T14:03:05.25":    "2026-11-22T14:03:05.25+02:00",
		" 2026-11-22 14:03:05 ":     "2026-11-22T14:03:05+02:00",
		"2026-11-22":                "2026-11-22T00:00:00+02:00",
		"14:03":                     "2026-11-22T14:03:00+02:00",
		"14:03:07":                  "2026-11-22T14:03:07+02:00",
		"18:00":                     "2026-11-21T18:00:00+02:00", // of today it is yet to come
		"15m ago":                   "2026-11-22T14:15:20+02:00",
		"15m":                       "2026-11-22T14:15:20+02:00",
		"1h30m ago":                 "2026-11-22T13:00:20+02:00",
		"2d ago":                    "2026-11-20T14:30:20+02:00",
		"":                          "",
		"yesterday 14:03":           "2026-11-21T14:03:00+02:00",
		"yesterday":                 "2026-11-21T00:00:00+02:00",
		"today 18:00":               "2026-11-22T18:00:00+02:00",
		"tomorrow  09:00:01":        "2026-11-23T09:00:01+02:00",
		"now":                       "2026-11-22T14:30:20+02:00",
		"@1700000000000":            "2023-11-15T00:13:20+02:00",
		"@1700000000":               "2023-11-15T00:13:20+02:00",
		"@1700000000250":            "2023-11-15T00:13:20.25+02:00",
		"@0":                        "1970-01-01T02:00:00+02:00",
		"@-1":                       "",
		"@":                         "",
		"yesterday noon":            "",
		"tuesday 14:03":             "",
		"25:00":                     "",
		"2026-13-01":                "",
		"ago":                       "",
	} {
		at, ok := ParseTime(typed, now)
		got := ""
		if ok {
			got = at.In(zone).Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestParseSpan(t *testing.T) {
	for typed, want := range map[string]time.Duration{
		"15m":     15 * time.Minute,
		"2h 30m":  150 * time.Minute,
		"3d":      72 * time.Hour,
		"1w2d3h":  219 * time.Hour,
		"1.5d":    36 * time.Hour,
		"PT15M":   15 * time.Minute,
		"P1DT2H":  26 * time.Hour,
		"0s":      0,
		"-5m":     -1,
		"-1d":     -1,
		"5":       -1,
		"":        -1,
		"p":       -1,
		"d":       -1,
		"1e300d":  -1,
		"NaNd":    -1,
		"minutes": -1,
	} {
		got, ok := ParseSpan(typed)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %v, want %v", typed, got, want)
		}
	}
}

func TestParseOffset(t *testing.T) {
	for typed, want := range map[string]int64{"120": 120, "-5": -5, "+5": 5, "1,200": 1200, "1 200_000": 1200000} {
		if got, ok := ParseOffset(typed); !ok || got != want {
			t.Errorf("%q is %d, %v, want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "x", "1.5", "99999999999999999999"} {
		if got, ok := ParseOffset(typed); ok {
			t.Errorf("%q is %d", typed, got)
		}
	}
}

// Whatever is typed for a span, what is made of it lies in the past.
func FuzzParseSpan(f *testing.F) {
	f.Add("1w2d3h")
	f.Add("PT15M")
	f.Add("9999999999h")
	f.Fuzz(func(t *testing.T, typed string) {
		if d, ok := ParseSpan(typed); ok && d < 0 {
			t.Errorf("%q is %v", typed, d)
		}
	})
}
