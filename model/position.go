package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Position is where the reading of partitions begins. It is comparable; the zero
// Position is the end.
type Position struct {
	At   PositionKind
	N    int64     // of AtLast: how many records of each partition; of AtOffset: the offset
	Time time.Time // of AtTime: UTC, to the millisecond
}

// A PositionKind is a way to say where the reading begins.
type PositionKind uint8

// The ways. An offset or a time that lies outside of a log is its start or its end.
const (
	AtEnd       PositionKind = iota // what is written from now on
	AtBeginning                     // all that is kept
	AtLast                          // the last N records of each partition
	AtOffset                        // an offset, the same in every partition
	AtTime                          // the first record of each partition that is not older
)

// MostLast is the most records of each partition that a reading can begin with:
// more than any log holds, and far from what offsets overflow at.
const MostLast = 1 << 53

// positionForm says what ParsePosition takes.
const positionForm = "it must be end, beginning, last:N, an offset such as 4711, or a time such as 15m, 14:03, " +
	"yesterday 14:03 or 2026-11-26T14:03:00Z"

// ParsePosition reads where a reading begins: end, beginning, last:100 or -100,
// offset:4711 or 4711, or what ParseTime takes. Kafka's words latest and earliest
// are taken too. The error is a clause that goes after what was typed: "it must be …".
func ParsePosition(typed string, now time.Time) (Position, error) {
	typed = strings.TrimSpace(typed)
	switch strings.ToLower(typed) {
	case "end", "latest":
		return Position{}, nil
	case "beginning", "start", "earliest":
		return Position{At: AtBeginning}, nil
	case "":
		return Position{}, errors.New(positionForm)
	}
	if n, ok := strings.CutPrefix(typed, "last:"); ok {
		return lastOf(n)
	}
	if n, ok := strings.CutPrefix(typed, "-"); ok {
		return lastOf(n)
	}
	if n, ok := strings.CutPrefix(typed, "offset:"); ok {
		return offsetOf(n)
	}
	if n, ok := ParseOffset(typed); ok && n >= 0 {
		return Position{At: AtOffset, N: n}, nil
	}
	t, ok := ParseTime(typed, now)
	if !ok {
		return Position{}, errors.New(positionForm)
	}
	t, err := recordTime(t)
	return Position{At: AtTime, Time: t}, err
}

func lastOf(typed string) (Position, error) {
	n, ok := ParseOffset(typed)
	if !ok || n < 1 || n > MostLast {
		return Position{}, fmt.Errorf("the last how many of each partition must be a whole number from 1 to %d", int64(MostLast))
	}
	return Position{At: AtLast, N: n}, nil
}

func offsetOf(typed string) (Position, error) {
	n, ok := ParseOffset(typed)
	if !ok || n < 0 {
		return Position{}, errors.New("an offset must be a whole number, 0 or more")
	}
	return Position{At: AtOffset, N: n}, nil
}

// recordTime is a time as records have it: to the millisecond, and since 1970. Later
// than the year 9999 there is no way to write it.
func recordTime(t time.Time) (time.Time, error) {
	t = time.UnixMilli(t.UnixMilli()).UTC()
	switch {
	case t.UnixMilli() < 0:
		return time.Time{}, errors.New("no record is older than 1970")
	case t.Year() > 9999:
		return time.Time{}, errors.New("no time is later than the year 9999")
	}
	return t, nil
}

// String writes the position as ParsePosition reads it, at any time and anywhere.
func (p Position) String() string {
	switch p.At {
	case AtBeginning:
		return "beginning"
	case AtLast:
		return "last:" + strconv.FormatInt(p.N, 10)
	case AtOffset:
		return "offset:" + strconv.FormatInt(p.N, 10)
	case AtTime:
		return p.Time.Format(time.RFC3339Nano)
	}
	return "end"
}

// A Stop is where the reading of partitions ends. It is comparable; the zero Stop is
// never.
type Stop struct {
	At   StopKind
	N    int64     // of StopAfter: how many records
	Time time.Time // of StopAtTime: UTC, to the millisecond
}

// A StopKind is a way to say where the reading ends.
type StopKind uint8

// The ways.
const (
	StopNever  StopKind = iota
	StopAtEnd           // where each partition ended when the reading began
	StopAfter           // after N records, of all partitions together
	StopAtTime          // before the first record of each partition that is not older
)

// stopForm says what ParseStop takes.
const stopForm = "it must be never, end, after:N, or a time such as 14:03, in 15m or 2026-11-26T14:03:00Z"

// ParseStop reads where a reading that begins at from ends: never, end, after:100,
// in 15m, or what ParseTime takes. A time of day alone is the first after from if
// that is a time, the next to come if from is the end, else the last that was. The
// error is a clause that goes after what was typed: "it must be …".
func ParseStop(typed string, from Position, now time.Time) (Stop, error) {
	typed = strings.TrimSpace(typed)
	switch strings.ToLower(typed) {
	case "never":
		return Stop{}, nil
	case "end", "latest":
		return Stop{At: StopAtEnd}, nil
	case "":
		return Stop{}, errors.New(stopForm)
	}
	if n, ok := strings.CutPrefix(typed, "after:"); ok {
		return stopAfter(n)
	}
	if _, number := ParseOffset(typed); number {
		return Stop{}, errors.New("a number alone does not say of what: write after:" + strings.TrimLeft(typed, "+-") + " for so many records")
	}
	t, ok := stopTime(typed, from, now)
	if !ok {
		return Stop{}, errors.New(stopForm)
	}
	t, err := recordTime(t)
	if err == nil && from.At == AtTime && !t.After(from.Time) {
		err = errors.New("it must be later than the beginning, " + from.String())
	}
	return Stop{At: StopAtTime, Time: t}, err
}

func stopAfter(typed string) (Stop, error) {
	n, ok := ParseOffset(typed)
	if !ok || n < 1 {
		return Stop{}, errors.New("after how many records must be a whole number, 1 or more")
	}
	return Stop{At: StopAfter, N: n}, nil
}

// stopTime reads the time at which a reading that begins at from ends.
func stopTime(typed string, from Position, now time.Time) (time.Time, bool) {
	if span, ok := strings.CutPrefix(typed, "in "); ok {
		d, ok := ParseSpan(span)
		return now.Add(d), ok
	}
	if _, ok := clock(typed, now); !ok {
		return ParseTime(typed, now)
	}
	begin := now
	switch from.At {
	case AtTime:
		begin = from.Time.In(now.Location())
	case AtBeginning, AtLast, AtOffset:
		return ParseTime(typed, now)
	}
	t, _ := clock(typed, begin)
	if !t.After(begin) {
		t, _ = clock(typed, begin.AddDate(0, 0, 1))
	}
	return t, true
}

// String writes the stop as ParseStop reads it, at any time and anywhere.
func (s Stop) String() string {
	switch s.At {
	case StopAtEnd:
		return "end"
	case StopAfter:
		return "after:" + strconv.FormatInt(s.N, 10)
	case StopAtTime:
		return s.Time.Format(time.RFC3339Nano)
	}
	return "never"
}
