package ui

import (
	"hash/fnv"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A tailLook is how the lines of a tail look, as far as the user has a choice.
type tailLook struct {
	clock   tailClock
	asked   bool // the clock was chosen: it shows however narrow the pane is
	layout  tailLayout
	colours tailColours
}

// A tailClock is how the time of a record is written.
type tailClock uint8

const (
	clockLocal tailClock = iota
	clockUTC
	clockAgo
	clockNone
	clocks
)

// A tailLayout is how a record is laid out.
type tailLayout uint8

const (
	layoutAuto tailLayout = iota // columns where there is room for them
	layoutLines
	layoutColumns
	layouts
)

// A tailColours is what has colours of its own.
type tailColours uint8

const (
	coloursNone tailColours = iota
	coloursPartition
	coloursKey
	colourings
)

var (
	clockWords  = [clocks]string{"as local time", "as UTC", "as how long ago", "not at all"}
	layoutWords = [layouts]string{"in columns where there is room", "as lines", "in columns"}
	colourWords = [colourings]string{"nothing has a colour of its own", "each partition has a colour", "each key has a colour"}
)

// turnClock goes to the next way to write times.
func (l *tailLook) turnClock(*Frame) Intent {
	l.clock, l.asked = (l.clock+1)%clocks, true
	return Tell{"the time shows " + clockWords[l.clock]}
}

// turnLayout goes to the next way to lay records out.
func (l *tailLook) turnLayout(*Frame) Intent {
	l.layout = (l.layout + 1) % layouts
	return Tell{"records show " + layoutWords[l.layout]}
}

// turnColours goes to the next thing to have colours.
func (l *tailLook) turnColours(*Frame) Intent {
	l.colours = (l.colours + 1) % colourings
	return Tell{colourWords[l.colours]}
}

// columnsFrom is the width from which on records show in columns by themselves.
const columnsFrom = 130

// inColumns reports whether records show in columns in a pane of w cells.
func (l *tailLook) inColumns(w int) bool {
	return l.layout == layoutColumns || l.layout == layoutAuto && w >= columnsFrom
}

// clockFrom is the width from which on times show unless they were asked for.
const clockFrom = 90

// timeForm returns how times are written in a pane of w cells, and whether at all.
// Those of another day have their date: what is old must not look new.
func (l *tailLook) timeForm(f *Frame, w int, rows []tailRow) (form func(time.Time) string, ok bool) {
	if l.clock == clockNone || !l.asked && w < clockFrom {
		return nil, false
	}
	if l.clock == clockAgo {
		return func(t time.Time) string { return recordAge(f.Now, t) }, true
	}
	zone, layout := f.Now.Location(), "15:04:05.000"
	if l.clock == clockUTC {
		zone, layout = time.UTC, "15:04:05.000Z"
	}
	for i := range rows {
		if t := rows[i].record.Timestamp; !t.IsZero() && !sameDay(t.In(zone), f.Now.In(zone)) {
			layout = "2006-01-02 " + layout
			break
		}
	}
	return func(t time.Time) string {
		if t.IsZero() {
			return dash
		}
		return t.In(zone).Format(layout)
	}, true
}

// recordAge says how long ago a record was written; one that is ahead of the clock here
// says so.
func recordAge(now, t time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return dash
	case d < -time.Second:
		return "in " + span(-d)
	default:
		return ago(now, t)
	}
}

// partitionStyle is how the number of a partition shows.
func (l *tailLook) partitionStyle(f *Frame, r *model.Record) canvasStyle {
	switch {
	case l.colours == coloursPartition:
		return themes.Style{Ink: themes.Member(int(r.Partition)), Attr: themes.Bold}
	case r.Partition == f.Sel.Partition && r.Topic == f.Sel.Topic:
		return accent
	}
	return text
}

// keyStyle is how a key shows.
func (l *tailLook) keyStyle(r *model.Record) canvasStyle {
	if l.colours != coloursKey {
		return strong
	}
	h := fnv.New32a()
	h.Write(r.Key)
	return themes.Style{Ink: themes.Member(int(h.Sum32() % themes.Members)), Attr: themes.Bold}
}

// sizesSeg is how large the key and the value of a record are.
func sizesSeg(r *model.Record) canvas.Seg {
	return canvas.Seg{Text: size(int64(len(r.Key) + len(r.Value))), Style: muted}
}

// hit is how what was found shows.
var hit = themes.Style{Ink: themes.Strong, Ground: themes.ChangeTint, Attr: themes.Bold | themes.Underline}
