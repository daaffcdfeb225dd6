package grouplog

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kbin"
)

// fields reads the fields of a record's value in Kafka's flexible form.
type fields struct{ kbin.Reader }

// tags reads tagged fields and returns those bytes that are of the given tag.
func (f *fields) tags(wanted uint32) (found []byte) {
	for n := f.Uvarint(); n > 0 && f.Ok(); n-- {
		tag := f.Uvarint()
		size := f.Uvarint()
		if size > uint32(len(f.Src)) {
			f.Src = nil
			f.Int8() // which fails: so much is not there
			return nil
		}
		if span := f.Span(int(size)); tag == wanted {
			found = span
		}
	}
	return found
}

func (f *fields) skipTags() { f.tags(^uint32(0)) }

func (f *fields) text() string { return f.CompactString() }

// orNone reads a text that may be absent.
func (f *fields) orNone() string {
	if s := f.CompactNullableString(); s != nil {
		return *s
	}
	return ""
}

// each calls read once for each element of an array.
func (f *fields) each(read func()) {
	for n := f.CompactArrayLen(); n > 0 && f.Ok(); n-- {
		read()
	}
}

func (f *fields) texts() []string {
	all := []string{}
	f.each(func() { all = append(all, f.text()) })
	return all
}

// numbers reads partitions, and puts them in order.
func (f *fields) numbers() []int32 {
	var all []int32
	f.each(func() { all = append(all, f.Int32()) })
	slices.Sort(all)
	return all
}
