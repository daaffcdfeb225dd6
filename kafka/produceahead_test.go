package kafka

import (
	"errors"
	"testing"

	"kscope/model"
)

// numbers is a material that ends, maybe by an error.
type numbers struct {
	n, end int64
	err    error
}

func (m *numbers) Next() (model.Draft, bool, error) {
	if m.n++; m.n > m.end {
		return model.Draft{}, false, m.err
	}
	return model.Draft{Line: m.n}, true, nil
}

// What is made ahead comes in order, and the end of it after all that was before.
func TestMadeAhead(t *testing.T) {
	for _, of := range []*numbers{
		{end: 0}, {end: 1}, {end: aheadRecords - 1}, {end: aheadRecords}, {end: aheadRecords + 1}, {end: 20 * aheadRecords},
		{end: 0, err: errors.New("bad")}, {end: aheadRecords, err: errors.New("bad")}, {end: 3*aheadRecords + 7, err: errors.New("bad")},
	} {
		a := makeAhead(of, &moment{})
		for want := int64(1); ; want++ {
			d, err := a.next()
			if d == nil {
				if want != of.end+1 || !errors.Is(err, of.err) {
					t.Errorf("of %d: it ends before %d with %v, want %v", of.end, want, err, of.err)
				}
				break
			}
			if err != nil || d.Line != want {
				t.Fatalf("of %d: %d %v, want %d", of.end, d.Line, err, want)
			}
		}
		a.end()
	}
	a := makeAhead(&numbers{end: 1 << 40}, &moment{})
	if d, err := a.next(); d == nil || err != nil {
		t.Error(d, err)
	}
	a.end() // although there would be more
}
