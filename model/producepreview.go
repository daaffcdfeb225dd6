package model

import (
	"strings"
	"time"
)

// PreviewMany asks what the first records of a template or a file are. Nothing is
// sent, and no broker asked.
type PreviewMany struct {
	Key, Value       string // templates
	NoKey, Tombstone bool
	Headers          HeaderList
	Seed             uint64

	File File // if its path is not empty, this is what is read; else the templates
	N    int  // how many records, at most PreviewMost

	Schemas Schemas // that they are encoded by
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

// A HeaderList is headers that can stand in a Query: it is comparable.
type HeaderList struct{ names Names }

// HeadersOf returns the list of some headers, in their order.
func HeadersOf(headers []Header) HeaderList {
	var joined []string
	for _, h := range headers {
		value := "" // null
		if h.Value != nil {
			value = "=" + string(h.Value)
		}
		joined = append(joined, h.Key, value)
	}
	return HeaderList{NamesOf(joined...)}
}

// List returns the headers; nil if there are none.
func (l HeaderList) List() []Header {
	var headers []Header
	joined := l.names.List()
	for i := 0; i < len(joined); i += 2 {
		h := Header{Key: joined[i]}
		if value, ok := strings.CutPrefix(joined[i+1], "="); ok {
			h.Value = []byte(value)
		}
		headers = append(headers, h)
	}
	return headers
}
