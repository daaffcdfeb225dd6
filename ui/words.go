package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"kscope/model"
	"kscope/themes"
)

// number writes an integer with its thousands separated.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.TrimPrefix(s, "-")
	if len(neg) <= 3 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/3)
	if n < 0 {
		b.WriteByte('-')
	}
	head := len(neg) % 3
	b.WriteString(neg[:head])
	for i := head; i < len(neg); i += 3 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(neg[i : i+3])
	}
	return b.String()
}

// count writes an int as number does.
func count(n int) string { return number(int64(n)) }

// offset writes an offset, a dash if it is not known.
func offset(n int64) string {
	if n == model.NoOffset {
		return dash
	}
	return number(n)
}

// dash stands where a figure is not known.
const dash = "–"

// rate writes a number of records per second in at most five cells: 87, 4.1k,
// 1.2M; a dash if it is not known.
func rate(r float64) string {
	switch {
	case r < 0 || math.IsNaN(r):
		return dash
	case r > 0 && r < 0.95:
		return strconv.FormatFloat(math.Max(r, 0.1), 'f', 1, 64)
	}
	return short(r)
}

// short writes a quantity in at most five cells.
func short(v float64) string {
	for _, unit := range []string{"", "k", "M", "G", "T"} {
		switch {
		case unit == "" && v < 999.5:
			return strconv.Itoa(int(math.Round(v)))
		case v < 9.95:
			return strconv.FormatFloat(v, 'f', 1, 64) + unit
		case v < 999.5:
			return strconv.Itoa(int(math.Round(v))) + unit
		}
		v /= 1000
	}
	return strconv.Itoa(int(math.Round(v))) + "P"
}

// size writes bytes: 512 B, 12.1 MB; a dash if they are not known.
func size(n int64) string {
	if n < 0 {
		return dash
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v := float64(n)
	for _, unit := range []string{"kB", "MB", "GB", "TB"} {
		v /= 1000
		if v < 999.95 {
			return strconv.FormatFloat(v, 'f', 1, 64) + " " + unit
		}
	}
	return strconv.FormatFloat(v/1000, 'f', 1, 64) + " PB"
}

// percent writes a ratio as a percentage.
func percent(r float64) string { return strconv.Itoa(int(math.Round(r*100))) + " %" }

// ago says how long ago then was.
func ago(now, then time.Time) string {
	if then.IsZero() {
		return "never"
	}
	return span(max(0, now.Sub(then))) + " ago"
}

// span writes a duration with one figure that matters: 0.4 s, 12 s, 5 min, 3 h.
func span(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Truncate(100*time.Millisecond).Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 72*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// millis writes how long a request took.
func millis(d time.Duration) string {
	switch {
	case d <= 0:
		return dash
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// plural writes a number with its word.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// Styles that many panes use.
var (
	text   = themes.Style{Ink: themes.Text}
	strong = themes.Style{Ink: themes.Strong, Attr: themes.Bold}
	bold   = themes.Style{Ink: themes.Text, Attr: themes.Bold}
	muted  = themes.Style{Ink: themes.Muted}
	faint  = themes.Style{Ink: themes.Faint}
	accent = themes.Style{Ink: themes.Accent, Attr: themes.Bold}
	lead   = themes.Style{Ink: themes.Leader}
	quiet  = themes.Style{Ink: themes.Quiet}
	change = themes.Style{Ink: themes.Change, Attr: themes.Bold}
	good   = themes.Style{Ink: themes.Good}
	warn   = themes.Style{Ink: themes.Warn, Attr: themes.Bold}
	bad    = themes.Style{Ink: themes.Bad, Attr: themes.Bold}
)

// cursor is the cell that text is typed at.
var cursor = themes.Style{Ink: themes.Text, Attr: themes.Reverse}

// canvasStyle shortens signatures.
type canvasStyle = themes.Style
