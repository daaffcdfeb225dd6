package model

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseOffset reads a number that may have its thousands separated by commas,
// underscores or blanks.
func ParseOffset(typed string) (int64, bool) {
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", "_", "", " ", "").Replace(typed), 10, 64)
	return n, err == nil
}

// ParseSpan reads a duration: 15m, 2h30m, 3d, 1w, or as Java writes them, PT15M and
// P1DT2H. It is never negative.
func ParseSpan(typed string) (time.Duration, bool) {
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

// timeForms are how a time with a date may be typed, without its zone.
var timeForms = []string{
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
}

// clockForms are how a time of day may be typed.
var clockForms = []string{"15:04:05", "15:04"}

// ParseTime reads a time: RFC 3339; @ and what Kafka counts time in, milliseconds
// since 1970, or seconds if they have ten digits; a date and a time of day where now
// is; a time of day alone, which is the last that was, or after "today", "yesterday"
// or "tomorrow"; now; or how long ago.
func ParseTime(typed string, now time.Time) (time.Time, bool) {
	typed = strings.TrimSpace(typed)
	if t, err := time.Parse(time.RFC3339Nano, typed); err == nil {
		return t, true
	}
	if digits, ok := strings.CutPrefix(typed, "@"); ok {
		return parseEpoch(digits)
	}
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, typed, now.Location()); err == nil {
			return t, true
		}
	}
	if typed == "now" {
		return now, true
	}
	if t, ok := onDay(typed, now); ok {
		return t, true
	}
	if t, ok := clock(typed, now); ok {
		if t.After(now) {
			t, _ = clock(typed, now.AddDate(0, 0, -1))
		}
		return t, true
	}
	if d, ok := ParseSpan(strings.TrimSuffix(typed, "ago")); ok {
		return now.Add(-d), true
	}
	return time.Time{}, false
}

// parseEpoch reads how long after 1970 it was. What has ten digits is a time of this
// century in seconds, and of 1970 in milliseconds.
func parseEpoch(digits string) (time.Time, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, false
	}
	if len(digits) == len("1700000000") {
		return time.Unix(n, 0), true
	}
	return time.UnixMilli(n), true
}

// onDay reads "yesterday 14:03", and "yesterday" alone, which is when it began.
func onDay(typed string, now time.Time) (time.Time, bool) {
	word, rest, _ := strings.Cut(typed, " ")
	days, ok := map[string]int{"today": 0, "yesterday": -1, "tomorrow": 1}[word]
	if !ok {
		return time.Time{}, false
	}
	day := now.AddDate(0, 0, days)
	if rest = strings.TrimSpace(rest); rest == "" {
		rest = "00:00"
	}
	return clock(rest, day)
}

// clock reads a time of day, on the day of another time.
func clock(typed string, day time.Time) (time.Time, bool) {
	for _, form := range clockForms {
		if t, err := time.Parse(form, typed); err == nil {
			return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), 0, day.Location()), true
		}
	}
	return time.Time{}, false
}
