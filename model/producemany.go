package model

import (
	"fmt"
	"time"
)

// SendMany sends many records, at a rate or as fast as it goes. What it has come to
// is told by ManySent, about ten times a second; cancelling it ends it with an exact
// account. The command's pointer is what tells one sending from another.
type SendMany struct {
	// Record is where the records go, and how. Its key, value and headers are those
	// of each record, where the material has none of its own.
	Record   Produce
	Material Material // nil: Record itself, again and again
	// Schemas are those that keys and values, which are JSON then, are encoded by. A
	// record that does not fit is refused.
	Schemas Schemas
	Count   int64   // how many; 0: until the material ends, which only a File and a Stream do
	Rate    float64 // records a second; 0: as fast as it goes
	Each    bool    // tell of every record, by RecordsSettled
	// OwnTime takes the timestamps that the material has; else they do not count.
	OwnTime bool
	// Spread takes no notice of the partitions that the material names.
	Spread bool
	// Strict ends the sending with the first record that is refused.
	Strict bool
}

func (*SendMany) command() {}

// Lasting marks a command that takes as long as it takes, tells how far it has come,
// and ends well when it is cancelled.
func (*SendMany) Lasting() {}

// String implements Command.
func (c *SendMany) String() string {
	if c.Count > 0 {
		return fmt.Sprintf("send %d records to %s", c.Count, c.Record.Topic)
	}
	return "send records to " + c.Record.Topic
}

// Check says what is wrong with the command before anything is sent; nil if nothing
// is. What a template or a file holds is not looked at. The problem is of kind
// Invalid.
func (c *SendMany) Check() *Problem {
	if p := c.Record.Check(); p != nil {
		return p
	}
	endless := true
	switch c.Material.(type) {
	case File, Stream:
		endless = false
	case Template, nil:
	}
	switch {
	case c.Count < 0 || endless && c.Count == 0:
		return &Problem{Kind: Invalid, Says: "It is not said how many records are to be sent", Fix: "name a number above zero"}
	case c.Rate < 0:
		return &Problem{Kind: Invalid, Says: "A rate cannot be below zero", Fix: "name the records a second, or none for as fast as it goes"}
	}
	return nil
}

// Material is what the records of a SendMany hold: a Template, a File, or a Stream.
//
//sumtype:decl
type Material interface{ material() }

// A Template makes keys, values and header values anew for each record. Text outside
// of {{ }} stands for itself; package kafka/template lists what may stand inside.
type Template struct {
	Key, Value string
	NoKey      bool     // null, whatever Key is
	Tombstone  bool     // null, whatever Value is
	Headers    []Header // values are templates, or null
	Seed       uint64   // the same seed makes the same records, but for times; 0: other ones each time
}

// A File is read record by record.
type File struct {
	Path   string
	Format FileFormat
	// Separator stands between key and value in Lines: what is before the first one
	// is the key, and a line without one has no key. Empty: a line is a value.
	Separator string
	// Null is the word that stands for a null key or value in Lines and CSV. Empty:
	// none does.
	Null string
}

// A Stream hands out records one after the other. It is read by one goroutine, and
// may block: Stop, which may be nil, makes a Next that does return.
type Stream struct {
	From Drafts
	Stop func()
}

func (Template) material() {}
func (File) material()     {}
func (Stream) material()   {}

// Drafts is something that records are read from.
type Drafts interface {
	// Next reads one record. It returns false once there are no more, or with an
	// error that says where in the input it is; what was read before stands. The
	// bytes of a draft are not changed later on.
	Next() (Draft, bool, error)
}

// Repeated are the records of a SendMany without a material: Record itself, without end.
type Repeated struct{ n int64 }

// Next implements Drafts.
func (r *Repeated) Next() (Draft, bool, error) {
	r.n++
	return Draft{Line: r.n, Partition: AllPartitions}, true, nil
}

// A Draft is a record to be sent, as it was read.
type Draft struct {
	Line      int64 // where in the input it begins, from 1; the number of the record for a Template
	Partition int32 // or AllPartitions
	// Key and Value are nil for null. Where the input says nothing of one of them, not
	// even that it is null, that of SendMany.Record stands.
	Key, Value       []byte
	HasKey, HasValue bool
	Headers          []Header
	Timestamp        time.Time // zero: not said

	// Problem is why the record cannot be sent, whatever a broker would say; nil if
	// there is nothing. Misfit is what of it that is about.
	Problem *Problem
	Misfit  Part
}

// FileFormat is how records stand in a file.
type FileFormat uint8

// The formats.
const (
	Lines     FileFormat = iota // a record a line: its value, or key and value with a separator between
	JSONLines                   // an object a line, as `kscope tail -o json` prints them: key value headers partition timestamp
	CSV                         // the first row names the columns: key, value, partition, timestamp, header.NAME
)

// FileFormats returns all there are, in the order of their values.
func FileFormats() []FileFormat { return []FileFormat{Lines, JSONLines, CSV} }

// String is the word by which it is chosen.
func (f FileFormat) String() string { return [...]string{"lines", "jsonl", "csv"}[f] }

// A Sending is how far a SendMany has come. Its counts add up: every record that was
// taken from the material is in one of Acknowledged, Unconfirmed, Refused, Unsent,
// Unknown and InFlight, and in none of the last once Done.
type Sending struct {
	Command *SendMany
	Began   time.Time
	At      time.Time // of this account
	Done    bool
	Stopped bool // it was cancelled; what was on its way is still waited for until Done

	Acknowledged int64 // a broker said where they are
	Unconfirmed  int64 // with AcksNone: they left, and nobody was asked
	Refused      int64 // a broker, or kscope before it was sent, said no: they are not in the log
	Unsent       int64 // taken, but never left: they are not in the log
	Unknown      int64 // left, but were not answered: they may be in the log
	InFlight     int64 // neither

	Total int64         // how many there will be; 0 if not known
	Bytes int64         // keys, values and headers of what is Acknowledged or Unconfirmed
	Rate  float64       // records settled a second, of late; negative if not known
	Left  time.Duration // until the end, at that rate; negative if not known

	Partitions []PartitionSent // by partition; only those that a record was acknowledged from
	Problem    *Problem        // why it ended early, or what a record was first refused for
	Refusals   []Refusal       // the first of them, at most RefusalsKept
}

// Settled is how many records have an outcome.
func (s *Sending) Settled() int64 {
	return s.Acknowledged + s.Unconfirmed + s.Refused + s.Unsent + s.Unknown
}

// Taken is how many records were taken from the material.
func (s *Sending) Taken() int64 { return s.Settled() + s.InFlight }

// Whole reports whether it is over, and every record was acknowledged, or with
// AcksNone left.
func (s *Sending) Whole() bool {
	return s.Done && !s.Stopped && s.Problem == nil && s.Refused+s.Unsent+s.Unknown == 0
}

// A PartitionSent is what one partition got.
type PartitionSent struct {
	Partition    int32
	Acknowledged int64 // or Unconfirmed
	First, Last  int64 // offsets; NoOffset with AcksNone. Other producers may write between them
}

// A Refusal is one record that was not acknowledged.
type Refusal struct {
	Line    int64 // see Draft
	Problem *Problem
}

// RefusalsKept is how many refusals an account names.
const RefusalsKept = 20

// ManySent says how far a SendMany has come. The last has Done.
type ManySent struct{ Sending Sending }

func (e ManySent) apply(s *Snapshot) { s.Sending = &e.Sending }

// RecordsSettled tells of the records of a SendMany with Each, in the order of the
// material.
type RecordsSettled struct {
	Command  *SendMany
	Receipts []Receipt
}

// A Receipt says what became of one record.
type Receipt struct {
	Line    int64 // see Draft
	Sent    Sent  // if it was acknowledged
	Problem *Problem
}

func (e RecordsSettled) apply(s *Snapshot) {
	var sent []Sent
	for i := range e.Receipts {
		if e.Receipts[i].Problem == nil {
			sent = append(sent, e.Receipts[i].Sent)
		}
	}
	s.Sent = last(SentKept, s.Sent, sent)
}
