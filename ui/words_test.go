package ui

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"kscope/model"
	"kscope/ui/canvas"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 1234567: "1,234,567", 100000: "100,000",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %s, want %s", n, got, want)
		}
	}
	if got := offset(model.NoOffset); got != dash {
		t.Errorf("an offset that is not known is %q", got)
	}
}

func TestRatesAndQuantitiesTakeFiveCells(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.01: "0.1", 0.4: "0.4", 0.94: "0.9", 0.96: "1", 87: "87", 999.4: "999", 999.6: "1.0k", 4_100: "4.1k", 9_949: "9.9k", 9_960: "10k",
		12_345: "12k", 999_400: "999k", 999_600: "1.0M", 1.25e6: "1.2M", 3e9: "3.0G", 3e12: "3.0T", 3e15: "3P", -1: dash, math.NaN(): dash,
	} {
		if got := rate(v); got != want {
			t.Errorf("rate(%v) = %s, want %s", v, got, want)
		}
	}
	dice := rand.New(rand.NewPCG(5, 6))
	for range 10_000 {
		v := math.Pow(10, dice.Float64()*17)
		if got := rate(v); canvas.Width(got) > 5 {
			t.Fatalf("rate(%v) = %s takes %d cells", v, got, canvas.Width(got))
		}
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[int64]string{
		model.NoBytes: dash, 0: "0 B", 999: "999 B", 1000: "1.0 kB", 12_100_000: "12.1 MB", 999_949: "999.9 kB", 999_950: "1.0 MB",
		1e9: "1.0 GB", 1e12: "1.0 TB", 1e15: "1.0 PB", math.MaxInt64: "9223.4 PB",
	} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.0 s", 440 * time.Millisecond: "0.4 s", 9990 * time.Millisecond: "9.9 s", 12 * time.Second: "12 s", 119 * time.Second: "119 s",
		2 * time.Minute: "2 min", 119 * time.Minute: "119 min", 2 * time.Hour: "2 h", 71 * time.Hour: "71 h", 72 * time.Hour: "3 d",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %s, want %s", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: dash, -1: dash, 300 * time.Microsecond: "0.3 ms", 9 * time.Millisecond: "9.0 ms", 31 * time.Millisecond: "31 ms", 999 * time.Millisecond: "999 ms", 1500 * time.Millisecond: "1.5 s",
	} {
		if got := millis(d); got != want {
			t.Errorf("millis(%v) = %s, want %s", d, got, want)
		}
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for then, want := range map[time.Time]string{
		{}: "never", now: "0.0 s ago", now.Add(-12 * time.Second): "12 s ago", now.Add(time.Minute): "0.0 s ago",
	} {
		if got := ago(now, then); got != want {
			t.Errorf("ago(%v) = %s, want %s", then, got, want)
		}
	}
}

func TestHowLongRecordsAreKept(t *testing.T) {
	hour := time.Hour
	for _, test := range []struct {
		config model.TopicConfig
		want   string
	}{
		{model.TopicConfig{}, ""},
		{model.TopicConfig{Retention: -1}, "kept for ever"},
		{model.TopicConfig{Retention: 7 * 24 * hour, Cleanup: "delete"}, "kept 7 d"},
		{model.TopicConfig{Retention: 5 * time.Second}, "kept 5 s"},
		{model.TopicConfig{Retention: hour, Cleanup: "compact"}, "compacted"},
		{model.TopicConfig{Retention: hour, Cleanup: "compact,delete"}, "kept 60 min, compacted"},
	} {
		if got := kept(&test.config); got != test.want {
			t.Errorf("%+v is %q, want %q", test.config, got, test.want)
		}
	}
}

func TestRunsOfPartitionsAreDrawnTogether(t *testing.T) {
	for want, ids := range map[string][]int32{"": nil, "0": {0}, "0-3 7": {7, 3, 1, 0, 2}, "1 3 5": {5, 1, 3}, "0-1 3-4": {4, 3, 1, 0}} {
		if got := lanesText(lanesOf(map[string][]int32{"orders": ids}), "orders"); got != want {
			t.Errorf("of %v it writes %q, want %q", ids, got, want)
		}
	}
	lanes := lanesOf(map[string][]int32{"payments": {1}, "orders": {0, 1, 2, 7}})
	if got := lanesText(lanes, ""); got != "orders 0-2 7, payments 1" {
		t.Errorf("of several topics it writes %q", got)
	}
}

// TestWrappedProseFitsAndLosesNothing: every word is there, in order, and every
// line fits unless it is one word that is too long.
func TestWrappedProseFitsAndLosesNothing(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		var words []string
		for range dice.IntN(30) {
			word := strings.Repeat([]string{"a", "日", "é"}[dice.IntN(3)], 1+dice.IntN(12))
			words = append(words, word)
		}
		w := 1 + dice.IntN(40)
		lines := wrapped(strings.Join(words, "  "), w)
		if got := strings.Fields(strings.Join(lines, " ")); strings.Join(got, " ") != strings.Join(words, " ") {
			t.Fatalf("%q became %q", words, lines)
		}
		for _, line := range lines {
			if canvas.Width(line) > w && strings.Contains(line, " ") {
				t.Fatalf("%q is wider than %d", line, w)
			}
		}
	}
}

// TestNoSentenceIsCutWithoutASign draws prose into too little room.
func TestNoSentenceIsCutWithoutASign(t *testing.T) {
	const prose = "None exist, or this user may Describe none: an ACL that is missing looks the same."
	for h := range 6 {
		c := canvas.New(20, 6)
		end := wrap(c, 0, 0, 20, h, prose, text)
		got := strings.TrimSpace(c.Text())
		switch {
		case end > h:
			t.Errorf("%d lines were written in %d", end, h)
		case h > 0 && !strings.HasSuffix(got, "…") && !strings.HasSuffix(got, "same."):
			t.Errorf("in %d lines it ends %q", h, got)
		}
	}
}

func TestSharesOfBrokersAreWrittenWithTheirSign(t *testing.T) {
	for r, want := range map[float64]string{0: "even", 0.004: "even", 0.12: "+12 %", -0.31: "−31 %", 0.54: "+54 %", math.NaN(): dash} {
		if got := skewSeg(r).Text; got != want {
			t.Errorf("a skew of %v is %q, want %q", r, got, want)
		}
	}
}

// TestJSONIsColouredNotChanged: names are muted, values are not, and nothing is
// lost of what is no JSON at all.
func TestJSONIsColouredNotChanged(t *testing.T) {
	for _, test := range []struct{ json, values string }{
		{`{"id":1,"total":12.50}`, `1 12.50`},
		{`{"name":"a \" b","ok":true}`, `"a \" b" true`},
		{`[null,"x",-1e9]`, `null "x" -1e9`},
		{`{"open": "never closed`, `"never closed`},
		{`{broken`, `broken`},
		{`{"ends in a backslash\`, `"ends in a backslash\`},
	} {
		var values []string
		for _, seg := range jsonSegs(test.json) {
			if seg.Style == text {
				values = append(values, seg.Text)
			}
		}
		if got := strings.Join(values, " "); got != test.values {
			t.Errorf("of %s the values are %s, want %s", test.json, got, test.values)
		}
	}
}

func FuzzJSONSegs(f *testing.F) {
	for _, s := range append(hostile, `{"id":1,"a":[true,null,"x\"y"]}`, `"`, `\`, `{"`, `{"a":"\`, "{日本\"") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b strings.Builder
		for _, seg := range jsonSegs(s) {
			if seg.Text == "" {
				t.Fatalf("an empty piece of %q", s)
			}
			b.WriteString(seg.Text)
		}
		if b.String() != s {
			t.Errorf("%q became %q", s, b.String())
		}
	})
}

// TestTheCursorOfATextIsInIt: it stands on a letter, or after the last, and nothing
// else changes.
func TestTheCursorOfATextIsInIt(t *testing.T) {
	for _, value := range []string{"", "abc", "日本", hostile[7]} {
		for at := range len([]rune(value)) + 3 {
			segs := typed(value, at, text)
			joined := segs[0].Text + segs[1].Text + segs[2].Text
			if strings.TrimSuffix(joined, " ") != value || len([]rune(segs[1].Text)) != 1 || segs[1].Style != cursor {
				t.Errorf("%q with the cursor at %s is %q", value, strconv.Itoa(at), segs)
			}
		}
	}
}
