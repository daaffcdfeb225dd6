package match

import "fmt"

// A complaintKind is a way in which a record is not what a condition expects.
type complaintKind uint8

const (
	unlike    complaintKind = iota // two things of which neither is the other's kind
	noText                         // no text, where the condition looks into it
	noBoolean                      // neither true nor false
)

// complaints are those that one place of a condition may have.
type complaints struct {
	left, right string // as they are written
	kind        complaintKind
}

// complain notes that a record is not what a place of the condition expects. Words are
// made only when they differ from the last.
func (s *State) complain(c *complaints, left, right kind) {
	s.complained = true
	last := s.matcher.last.Load()
	if last != nil && last.of == c && last.left == left && last.right == right {
		return
	}
	s.matcher.last.Store(&Complaint{Says: c.say(left, right), of: c, left: left, right: right})
}

func (c *complaints) say(left, right kind) string {
	switch c.kind {
	case noText:
		return fmt.Sprintf("%s is %s, and not text", c.left, left)
	case noBoolean:
		return fmt.Sprintf("%s is %s, and neither true nor false", c.left, left)
	}
	return fmt.Sprintf("%s is %s, and %s is %s", c.left, left, c.right, right)
}

// isText reports whether a value is text, and complains if it is something else.
func (s *State) isText(c *complaints, v value) bool {
	if v.kind != text && v.kind != null {
		s.complain(c, v.kind, null)
	}
	return v.kind == text
}
