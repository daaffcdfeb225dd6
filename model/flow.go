package model

import "time"

// A Query is a standing question: a pane asks it for as long as it is on
// screen. Queries are comparable, so two panes that ask the same thing cost one
// request.
//
//sumtype:decl
type Query interface {
	query()

	// Every is the soonest an answer is asked for again; the feed waits longer
	// when the last answer was expensive. Zero is for a query whose answer has
	// no end: a stream.
	Every() time.Duration
}

// A Command is one change to the cluster, or to the demo cluster's brokers.
//
//sumtype:decl
type Command interface {
	command()

	// String says what is done, as an imperative: "send a record to orders".
	String() string
}

// An Event is something that was learned. It knows what it changes, and does so
// on a copy: see Snapshot.Apply.
type Event interface{ apply(*Snapshot) }

// Asked marks a query as under way.
type Asked struct {
	Query Query
	At    time.Time
}

func (e Asked) apply(s *Snapshot) {
	f := s.answers[e.Query]
	f.Asking, f.Asked = true, e.At
	s.answers = with(s.answers, e.Query, f)
}

// Answered closes a query. A non-nil Err says why it failed; what was known
// before stays, with its age.
type Answered struct {
	Query Query
	At    time.Time
	Err   error
}

func (e Answered) apply(s *Snapshot) {
	f := s.answers[e.Query]
	f.Asking, f.Err = false, e.Err
	if e.Err == nil {
		f.At, f.Failures = e.At, 0
	} else {
		f.Failures++
	}
	s.answers = with(s.answers, e.Query, f)
	s.unfollow(e.Query)
}

// Forgotten drops what is known about the answering of queries that nobody asks
// any more. What they brought stays.
type Forgotten struct{ Queries []Query }

func (e Forgotten) apply(s *Snapshot) {
	next := make(map[Query]Freshness, len(s.answers))
	for q, f := range s.answers {
		next[q] = f
	}
	for _, q := range e.Queries {
		delete(next, q)
		s.unfollow(q)
	}
	s.answers = next
}

// Freshness tells how far an answer can be trusted.
type Freshness struct {
	Asking   bool      // a request is under way
	Asked    time.Time // when the latest request was sent
	At       time.Time // when it last succeeded; zero if it never did
	Err      error     // why the last attempt failed, if it did
	Failures int       // attempts that failed since the last success
}
