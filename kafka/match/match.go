// Package match tells which records a filter lets through. A filter is one of three,
// by how it begins:
//
//	refund            text: it occurs in the key, the value, a header's name or value.
//	                  Case counts only if the text has a capital
//	~user-\d+         a regular expression (RE2) that matches there
//	=value.total > 10 a condition, in the language of expr-lang.org
//
// A backslash in front makes text of what begins with =, ~ or a backslash.
//
// A condition knows of a record
//
//	key, value        as text; value.total, value.items[0].sku, value["a b"] are fields of
//	                  what is JSON, or can be read as such
//	headers["x"]      the last header of that name; "x" in headers
//	topic, partition, offset, size (bytes of key, value and headers)
//	timestamp         comparable with times as model.ParseTime takes them ("14:03",
//	                  "2026-11-26T14:03:00Z"), with ago("15m"), now() and milliseconds
//
// and has == != < <= > >= in, contains, startsWith, endsWith, matches, and or not,
// arithmetic, ?: ?? let, lists and any, all, none, one, count, filter, map, sum, find
// over them; lower, upper, trim, len, abs, int, float, string, min, max, first, last.
// What is missing, or null, is nil: it equals nil alone, no comparison with it holds,
// and nothing can be counted up from it. Numbers are exact, however many digits they
// have, as long as they are compared and not reckoned with. Of fields that are there
// twice the last counts.
package match

import (
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/expr-lang/expr/vm"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// JSON returns a key or a value as JSON; nil if it cannot be read so. It is called
// only for records of which a condition asks a field, once for each part.
type JSON func(topic string, part model.Part, data []byte) []byte

// A Matcher is a compiled filter. Several goroutines may use it, each with a State.
type Matcher struct {
	json JSON
	test condition // nil if it lets everything through
	// What conditions refer to: each State has the fields of one record.
	fields  []*field
	reads   []operand
	unclear atomic.Int64
	last    atomic.Pointer[Complaint]
}

// A condition tells whether the record of a State is let through.
type condition func(*State) bool

// Longest is how many bytes a filter may have.
const Longest = 4096

// Compile reads a filter; an empty one lets everything through. Json may be nil: keys
// and values are then taken as they are. The error is a *Fault.
func Compile(filter string, json JSON) (*Matcher, error) {
	if len(filter) > Longest {
		return nil, &Fault{Says: "the filter is longer than " + strconv.Itoa(Longest) + " bytes"}
	}
	m := &Matcher{json: json}
	switch {
	case filter == "":
	case filter[0] == '~':
		re, err := regexp.Compile(filter[1:])
		if err != nil {
			return nil, regexpFault(filter, err)
		}
		m.test = m.anywhere(re.Match)
	case filter[0] == '=':
		test, err := compileCondition(m, filter[1:])
		if err != nil {
			return nil, err
		}
		m.test = test
	default:
		if len(filter) > 1 && filter[0] == '\\' && strings.IndexByte(`=~\`, filter[1]) >= 0 {
			filter = filter[1:]
		}
		m.test = m.anywhere(newSearch(filter).in)
	}
	return m, nil
}

// anywhere is a filter that looks at all that is written in a record, and at what its
// value is read as, if it is not JSON as it stands.
func (m *Matcher) anywhere(found func([]byte) bool) condition {
	return func(s *State) bool {
		r := s.record
		if found(r.Value) || found(r.Key) {
			return true
		}
		for i := range r.Headers {
			if h := &r.Headers[i]; found(bytesOf(h.Key)) || found(h.Value) {
				return true
			}
		}
		return m.json != nil && (s.differs(model.PartValue) && found(bytesOf(s.json(model.PartValue))) ||
			s.differs(model.PartKey) && found(bytesOf(s.json(model.PartKey))))
	}
}

// Complaint is what could not be made out of a record: a field is text where a number
// was expected, or the like.
type Complaint struct {
	Says string // a clause without a full stop

	of          *complaints // nil if the language's machine says it
	left, right kind
	cause       string
}

// Error implements error.
func (c *Complaint) Error() string { return c.Says }

// Complaints returns of how many records something could not be made out, and the
// last such thing; nil if there was none.
func (m *Matcher) Complaints() (records int64, last error) {
	if c := m.last.Load(); c != nil {
		last = c
	}
	return m.unclear.Load(), last
}

// A State evaluates a filter, one record at a time, in one goroutine.
type State struct {
	matcher *Matcher
	record  *kgo.Record
	now     now // when ago is asked, once for a record

	parts      [2]part // by model.Part
	fields     []cachedField
	generation uint64 // of the record; what is cached has its own
	complained bool   // about this record
	machine    vm.VM
	steps      int // of loops, for this record
	failed     bool
}

// A part is the JSON of a key or a value, once it was asked for.
type part struct {
	known bool
	json  string
}

// NewState returns a State for one goroutine.
func (m *Matcher) NewState() *State {
	s := &State{matcher: m, fields: make([]cachedField, len(m.fields))}
	s.machine.MemoryBudget = memoryBudget
	return s
}

// Match reports whether the filter lets a record through. It keeps nothing of the
// record but until the next one.
func (s *State) Match(r *kgo.Record) bool {
	if s.matcher.test == nil {
		return true
	}
	s.record, s.parts, s.now, s.steps = r, [2]part{}, now{}, 0
	s.complained, s.failed = false, false
	s.generation++
	ok := s.matcher.test(s) && !s.failed
	if s.complained {
		s.matcher.unclear.Add(1)
	}
	return ok
}

func (s *State) data(p model.Part) []byte {
	if p == model.PartKey {
		return s.record.Key
	}
	return s.record.Value
}

// json returns a part as JSON, and "" if it is none.
func (s *State) json(p model.Part) string {
	known := &s.parts[p]
	if !known.known {
		data := s.data(p)
		if s.matcher.json != nil && len(data) > 0 {
			data = s.matcher.json(s.record.Topic, p, data)
		}
		known.known, known.json = true, stringOf(data)
	}
	return known.json
}

// differs reports whether a part is read as something else than what is written.
func (s *State) differs(p model.Part) bool {
	data, json := s.data(p), s.json(p)
	return json != "" && unsafe.StringData(json) != unsafe.SliceData(data)
}

// stringOf returns bytes as a string without a copy. Nobody writes to the bytes of a
// record that was read, nor to what JSON returns.
func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf returns a string as bytes without a copy. They are only read.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
