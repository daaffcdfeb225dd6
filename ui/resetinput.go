package ui

import (
	"math"
	"strconv"
	"strings"
	"time"

	"kscope/model"
)

// A resetWay is a way to say where offsets are to be put.
type resetWay struct {
	to    model.ResetTo
	word  string // as the form has it
	says  string // what it does
	label string // of the field for its value; empty if it needs none
	hint  string // what may be typed there
}

var resetWays = []resetWay{
	{model.ToEarliest, "earliest", "to where each log begins: everything that is kept is read again", "", ""},
	{model.ToLatest, "latest", "to where each log ends: what has not been read is skipped", "", ""},
	{model.ToOffset, "offset", "to one offset in every partition", "offset", "a number, such as 120000"},
	{model.ByShift, "shift", "by so many records, forward or back", "by", "-100 reads a hundred again, 100 skips them"},
	{model.ToTime, "time", "to the first record that is not older", "time", "2026-11-22 14:03, 14:03, 15m ago, or RFC 3339"},
	{model.ByDuration, "duration", "to the first record of the last so many minutes or hours", "last", "15m, 2h30m, 3d, or PT15M"},
	{model.FromFile, "file", "to where a file says: lines of topic,partition,offset, as kafka-consumer-groups exports", "file", "the path of a file of lines topic,partition,offset"},
}

// parseOffset reads a number that may have its thousands separated.
func parseOffset(typed string) (int64, bool) {
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", "_", "", " ", "").Replace(typed), 10, 64)
	return n, err == nil
}

// parseSpan reads a duration: 15m, 2h30m, 3d, 1w, or as Java writes them, PT15M and
// P1DT2H.
func parseSpan(typed string) (time.Duration, bool) {
	s := strings.ToLower(strings.ReplaceAll(typed, " ", ""))
	if iso, ok := strings.CutPrefix(s, "p"); ok {
		s = strings.Replace(iso, "t", "", 1)
	}
	total := 0.0
	for _, unit := range []struct {
		mark string
		is   time.Duration
	}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}} {
		if n, rest, ok := strings.Cut(s, unit.mark); ok {
			v, err := strconv.ParseFloat(n, 64)
			if err != nil || v < 0 || math.IsNaN(v) {
				return 0, false
			}
			total += v * float64(unit.is)
			s = rest
		}
	}
	if s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 {
			return 0, false
		}
		total += float64(d)
	}
	if total >= math.MaxInt64 || typed == "" || s == "" && total == 0 && !strings.ContainsAny(typed, "0123456789") {
		return 0, false
	}
	return time.Duration(total), true
}

// timeForms are how a time may be typed, without its zone. Those without a date come
// last.
var timeForms = []string{
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	"15:04:05", "15:04",
}

// parseTime reads a time: RFC 3339, a date and a time of day where the user is, a
// time of day alone, which is the last that was, or how long ago.
func parseTime(typed string, now time.Time) (time.Time, bool) {
	typed = strings.TrimSpace(typed)
	if t, err := time.Parse(time.RFC3339Nano, typed); err == nil {
		return t, true
	}
	for _, form := range timeForms {
		t, err := time.ParseInLocation(form, typed, now.Location())
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			t = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, now.Location())
			if t.After(now) {
				t = t.AddDate(0, 0, -1)
			}
		}
		return t, true
	}
	if d, ok := parseSpan(strings.TrimSuffix(typed, "ago")); ok {
		return now.Add(-d), true
	}
	return time.Time{}, false
}

// stamp writes a moment so that nobody mistakes its zone.
func stamp(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// whenPhrase says what moment was understood.
func whenPhrase(t, now time.Time) string {
	if t.After(now) {
		return stamp(t) + ", which is yet to come"
	}
	return stamp(t) + ", " + ago(now, t)
}
