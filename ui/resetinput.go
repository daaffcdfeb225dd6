package ui

import (
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
	{model.ToTime, "time", "to the first record that is not older", "time", "2026-11-22 14:03, 14:03, yesterday 14:03, 15m ago, or RFC 3339"},
	{model.ByDuration, "duration", "to the first record of the last so many minutes or hours", "last", "15m, 2h30m, 3d, or PT15M"},
	{model.FromFile, "file", "to where a file says: lines of topic,partition,offset, as kafka-consumer-groups exports", "file", "the path of a file of lines topic,partition,offset"},
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
