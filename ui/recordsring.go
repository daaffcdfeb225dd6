package ui

import "kscope/model"

// ring is the records of a tail that are kept. They are numbered in two ways: by
// their place, from 0 for the oldest, and by a sequence number that stays theirs.
type ring struct{ v *model.TailView }

func ringOf(f *Frame) ring { return ring{&f.Tail} }

// Len returns how many there are.
func (r ring) Len() int { return len(r.v.Records) }

// Seq returns the number of the i-th record.
func (r ring) Seq(i int) uint64 {
	return uint64(r.v.Read-r.v.Dropped) - uint64(len(r.v.Records)) + uint64(i) + 1
}

// At returns the i-th record.
func (r ring) At(i int) model.Record { return r.v.Records[i] }

// Find returns the place of the record with that number or, if it is not there, of
// the next one; Len if there is none.
func (r ring) Find(seq uint64) int {
	n := r.Len()
	if n == 0 || seq <= r.Seq(0) {
		return 0
	}
	return int(min(seq-r.Seq(0), uint64(n)))
}
