package decode

import (
	"sync/atomic"

	"kscope/model"
)

// A tally counts what was seen at a place without a doubt.
type tally struct{ numbers, texts, framed atomic.Int64 }

func (d *Decoder) tallyOf(at place) *tally {
	if t, ok := d.topics.Load(at); ok {
		return t.(*tally)
	}
	t, _ := d.topics.LoadOrStore(at, &tally{})
	return t.(*tally)
}

// find finds out what data is, and reads it.
func (d *Decoder) find(at place, data []byte) model.Decoded {
	if framed(data) {
		if r, ok := d.findFramed(at, data); ok {
			return r
		}
	}
	if d.messages.has(at) {
		return d.messages.read(at, data)
	}
	format := d.plainFormat(at, data)
	if format == model.FormatHex {
		return d.findBinary(data)
	}
	r, _ := model.ReadPlain(format, data)
	return r
}

// plainFormat is what data looks like, in the light of what was seen before: a
// number may be spelled like a word.
func (d *Decoder) plainFormat(at place, data []byte) model.Format {
	format := model.DetectPlain(at.part, data)
	switch format {
	case model.FormatInt32, model.FormatInt64:
		if !framed(data) {
			d.tallyOf(at).numbers.Add(1)
		}
	case model.FormatText:
		other := model.Ambiguous(data)
		if t := d.tallyOf(at); other == model.FormatText {
			t.texts.Add(1)
		} else if t.numbers.Load() > 0 && t.texts.Load() == 0 {
			return other
		}
	}
	return format
}

// findFramed reads data that begins as a registry's serializers write it, if it is
// likely to be by them: a small number begins with a zero too.
func (d *Decoder) findFramed(at place, data []byte) (model.Decoded, bool) {
	t := d.tallyOf(at)
	maybeNumber := len(data) == 8 && t.framed.Load() == 0
	if d.registry == nil || maybeNumber && t.numbers.Load() > 0 {
		return model.Decoded{}, false
	}
	k := d.schemas.known(idOf(data))
	switch {
	case k != nil && k.missing:
		return model.Decoded{}, false
	case k != nil && k.codec != nil:
		t.framed.Add(1)
	}
	return d.readFramed(at, model.FormatRegistry, data), true
}

// findBinary reads data that is neither text nor a number.
func (d *Decoder) findBinary(data []byte) model.Decoded {
	for _, f := range []struct {
		format model.Format
		likely func(byte) bool
		read   func(dst, data []byte) ([]byte, error)
	}{
		{model.FormatMsgpack, msgpackDocument, appendMsgpack},
		{model.FormatCBOR, cborDocument, appendCBOR},
	} {
		if len(data) > 1 && f.likely(data[0]) {
			if r := structured(f.format, data, f.read); r.Problem == nil {
				return r
			}
		}
	}
	r, _ := model.ReadPlain(model.FormatHex, data)
	if framed(data) && d.registry == nil {
		r.Problem = model.NoRegistry(model.SchemaRef{ID: idOf(data)})
	}
	return r
}
