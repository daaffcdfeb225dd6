package model

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Partitions is a set of the partitions of a topic, in a notation: 0-3,7. It is
// comparable; the zero Partitions is all of them.
type Partitions struct{ text string }

// partitionsForm says what ParsePartitions takes.
const partitionsForm = "partitions are written as 3, or 0-3,7"

// ParsePartitions reads numbers and ranges of numbers, separated by commas. The
// error is a sentence without its full stop.
func ParsePartitions(typed string) (Partitions, error) {
	var ranges []idRange
	for item := range strings.SplitSeq(typed, ",") {
		s, ok := parseRange(strings.TrimSpace(item))
		if !ok {
			return Partitions{}, errors.New(partitionsForm)
		}
		ranges = append(ranges, s)
	}
	return joinRanges(ranges), nil
}

// An idRange is the partitions from its first to its last.
type idRange struct{ first, last int32 }

// parseRange reads 3, or 0-3.
func parseRange(item string) (r idRange, ok bool) {
	from, to, isRange := strings.Cut(item, "-")
	first, ok1 := parsePartition(from)
	last, ok2 := first, ok1
	if isRange {
		last, ok2 = parsePartition(to)
	}
	return idRange{first, last}, ok1 && ok2 && first <= last
}

// parsePartition reads the number of a partition, digits alone.
func parsePartition(digits string) (int32, bool) {
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	return int32(n), err == nil
}

// joinRanges writes ranges in order, those that touch as one.
func joinRanges(ranges []idRange) Partitions {
	slices.SortFunc(ranges, func(a, b idRange) int { return cmp.Compare(a.first, b.first) })
	var merged []idRange
	for _, s := range ranges {
		if n := len(merged); n > 0 && int64(s.first) <= int64(merged[n-1].last)+1 {
			merged[n-1].last = max(merged[n-1].last, s.last)
			continue
		}
		merged = append(merged, s)
	}
	var items []string
	for _, s := range merged {
		item := strconv.Itoa(int(s.first))
		if s.last > s.first {
			item += "-" + strconv.Itoa(int(s.last))
		}
		items = append(items, item)
	}
	return Partitions{text: strings.Join(items, ",")}
}

// list reads what joinRanges wrote.
func (p Partitions) list() []idRange {
	if p.All() {
		return []idRange{{0, math.MaxInt32}}
	}
	var ranges []idRange
	for item := range strings.SplitSeq(p.text, ",") {
		s, _ := parseRange(item)
		ranges = append(ranges, s)
	}
	return ranges
}

// String writes the set as ParsePartitions reads it; all of them are "".
func (p Partitions) String() string { return p.text }

// All reports whether p is every partition there is.
func (p Partitions) All() bool { return p.text == "" }

// Has reports whether a partition is of the set.
func (p Partitions) Has(id int32) bool {
	return slices.ContainsFunc(p.list(), func(s idRange) bool { return s.first <= id && id <= s.last })
}

// One returns the partition of a set of one.
func (p Partitions) One() (int32, bool) { return parsePartition(cmp.Or(p.text, "-")) }

// Max returns the highest partition of the set; AllPartitions if it is all of them.
func (p Partitions) Max() int32 {
	if p.All() {
		return AllPartitions
	}
	ranges := p.list()
	return ranges[len(ranges)-1].last
}

// with returns the partitions that are of either set.
func (p Partitions) with(o Partitions) Partitions {
	if p.All() || o.All() {
		return Partitions{}
	}
	return joinRanges(append(p.list(), o.list()...))
}
