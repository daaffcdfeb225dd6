package decode

import (
	"fmt"
	"hash/maphash"
	"slices"
	"sync"

	"kscope/kafka/registry"
	"kscope/model"
)

// A Decoder is a model.Decoder for one cluster.
type Decoder struct {
	registry *registry.Client // nil if none is named
	messages messages         // of topics that one was named for
	schemas  schemas
	topics   sync.Map // of place to *tally
	lines    lines
}

// A place is where bytes come from: what is there is mostly of one kind.
type place struct {
	topic string
	part  model.Part
}

// New returns a decoder. The registry may be nil. It reads the file of descriptors
// that conn names; errors are *model.Problem, of kind Invalid.
func New(conn model.Connection, r *registry.Client) (*Decoder, error) {
	m, err := readMessages(conn.Proto)
	if err != nil {
		return nil, err
	}
	return &Decoder{registry: r, messages: m, lines: lines{seed: maphash.MakeSeed(), kept: map[lineKey]line{}}}, nil
}

// Decode implements model.Decoder.
func (d *Decoder) Decode(topic string, part model.Part, format model.Format, data []byte) model.Decoded {
	return whole(d.read(place{topic, part}, format, data, mostUnpacked))
}

// whole adds the text to what came out as JSON.
func whole(r model.Decoded) model.Decoded {
	if r.JSON != nil {
		r.Text = string(r.JSON)
	}
	return r
}

// Line implements model.Decoder.
func (d *Decoder) Line(topic string, part model.Part, format model.Format, data []byte, most int) model.Decoded {
	at := place{topic, part}
	if r, ok := model.LinePlain(format, data, most); ok && !(format == model.FormatAuto && d.messages.has(at)) {
		return r
	}
	if len(data) > longest {
		return d.line(at, format, data, most)
	}
	k := d.lines.key(at, format, most, data)
	r, ok := d.lines.get(k, data)
	if !ok {
		r = d.line(at, format, data, most)
		d.lines.put(k, data, r)
	}
	return r
}

// line makes a line.
func (d *Decoder) line(at place, format model.Format, data []byte, most int) model.Decoded {
	packing := packingOf(data)
	if packing == "" || !unpacks(format) {
		return whole(d.read(at, format, data, mostUnpacked)).Line(most)
	}
	begin, more, err := unpack(packing, data, 4*most+lineUnpacked)
	if err != nil || !more {
		return whole(d.read(at, format, data, mostUnpacked)).Line(most)
	}
	r, ok := model.LinePlain(format, begin, most)
	if !ok {
		return whole(d.read(at, format, data, mostUnpacked)).Line(most)
	}
	r.Through, r.Cut = []string{packing}, true
	return r
}

// lineUnpacked is how much of packed bytes is unpacked for a line, which is enough
// to see whether they are text.
const lineUnpacked = 16 << 10

// JSONOf implements model.Decoder.
func (d *Decoder) JSONOf(topic string, part model.Part, format model.Format, data []byte) []byte {
	if json, ok := model.OwnJSON(format, data); ok {
		return json
	}
	return d.read(place{topic, part}, format, data, mostUnpacked).JSON
}

// read reads data. Of what comes out as JSON there is no text yet.
func (d *Decoder) read(at place, format model.Format, data []byte, most int) model.Decoded {
	if len(data) == 0 {
		return model.Decoded{}
	}
	if packing := packingOf(data); packing != "" && unpacks(format) {
		return d.readPacked(at, format, packing, data, most)
	}
	switch format {
	case model.FormatAuto:
		return d.find(at, data)
	case model.FormatMsgpack:
		return structured(format, data, appendMsgpack)
	case model.FormatCBOR:
		return structured(format, data, appendCBOR)
	case model.FormatProtobuf:
		if d.messages.has(at) && !(framed(data) && d.registry != nil) {
			return d.messages.read(at, data)
		}
		return d.readFramed(at, format, data)
	case model.FormatRegistry, model.FormatAvro, model.FormatJSONSchema:
		return d.readFramed(at, format, data)
	}
	if r, ok := model.ReadPlain(format, data); ok {
		return r
	}
	return model.Unread(data, "There is no format "+string(format), nil)
}

// readPacked reads what is packed in data. It may be packed again.
func (d *Decoder) readPacked(at place, format model.Format, packing string, data []byte, most int) model.Decoded {
	inner, more, err := unpack(packing, data, most)
	switch {
	case err != nil:
		return model.Unread(data, "This is no "+packing+", though it begins so: "+err.Error(), err)
	case more:
		return model.Unread(data, fmt.Sprintf("What is packed by %s is larger than %d MiB", packing, most>>20), nil)
	}
	r := model.Decoded{Format: model.FormatText} // of nothing
	if len(inner) > 0 {
		r = d.read(at, format, inner, most/2) // so that packing within packing ends
	}
	r.Through = slices.Insert(r.Through, 0, packing)
	return r
}

// structured reads data by a function that appends it as JSON.
func structured(format model.Format, data []byte, read func(dst, data []byte) ([]byte, error)) model.Decoded {
	json, err := guarded(func() ([]byte, error) { return read(make([]byte, 0, 2*len(data)), data) })
	if err != nil {
		return model.Unread(data, "This is no "+string(format)+": "+err.Error(), err)
	}
	return model.Decoded{Format: format, JSON: json}
}

// guarded calls a library that is given bytes from anywhere: should it panic, these
// bytes cannot be read, and the others can.
func guarded(read func() ([]byte, error)) (json []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			json, err = nil, fmt.Errorf("the reader gave up: %v", r)
		}
	}()
	return read()
}
