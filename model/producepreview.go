package model

import "time"

// PreviewMany asks what the first records of a template or a file are. Nothing is
// sent, and no broker asked.
type PreviewMany struct {
	Key, Value       string // templates
	NoKey, Tombstone bool
	Seed             uint64

	File File // if its path is not empty, this is what is read; else the templates
	N    int  // how many records, at most PreviewMost
}

func (PreviewMany) query() {}

// Every implements Query.
func (PreviewMany) Every() time.Duration { return time.Hour }

// PreviewMost is the most records of a preview.
const PreviewMost = 100

// ManyPreviewed brings the first records, into Snapshot.Preview. An error in a
// template or a file comes as Problem, with the records before it.
type ManyPreviewed struct{ Preview Preview }

func (e ManyPreviewed) apply(s *Snapshot) { s.Preview = &e.Preview }

// A Preview is the first records of a template or a file.
type Preview struct {
	Query   PreviewMany
	Drafts  []Draft
	More    bool     // there are more than were asked for; true for a template
	Problem *Problem // what is wrong, and where
}
