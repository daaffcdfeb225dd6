package decode

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

// header is what a registry's serializers write before each key or value: a zero,
// and the schema's id in four bytes.
var header sr.ConfluentHeader

const headerSize = 5

// framed reports whether data begins as the serializers write it.
func framed(data []byte) bool { return len(data) >= headerSize && data[0] == 0 && idOf(data) > 0 }

// idOf is the schema's id in a header.
func idOf(data []byte) int32 { return int32(binary.BigEndian.Uint32(data[1:headerSize])) }

// readFramed reads data that must begin with a header.
func (d *Decoder) readFramed(at place, format model.Format, data []byte) model.Decoded {
	switch {
	case !framed(data):
		return model.Unread(data, "There is no schema's id before it, as a schema registry's serializers write", nil)
	case d.registry == nil:
		r, _ := model.ReadPlain(model.FormatHex, data)
		r.Schema = model.SchemaRef{ID: idOf(data)}
		r.Problem = model.NoRegistry(r.Schema)
		return r
	}
	k := d.schemas.known(idOf(data))
	if k == nil {
		r, _ := model.ReadPlain(model.FormatHex, data)
		r.Schema, r.Pending = model.SchemaRef{ID: idOf(data)}, true
		return r
	}
	r := k.decode(data, format)
	name := r.Schema.Name
	r.Schema = k.Ref(at.topic, at.part)
	if name != "" {
		r.Schema.Name = name
	}
	return r
}

// decode reads data, which begins with a header.
func (k *schema) decode(data []byte, format model.Format) model.Decoded {
	switch {
	case k.codec == nil:
		r, _ := model.ReadPlain(model.FormatHex, data)
		r.Problem = k.Problem
		return r
	case format != model.FormatRegistry && format != k.Format:
		return model.Unread(data, fmt.Sprintf("Its schema %d is %s, not %s", k.ID, k.Format, format), nil)
	}
	var got reading
	_, err := guarded(func() (_ []byte, err error) {
		got, err = k.codec.read(make([]byte, 0, 2*len(data)+64), data[headerSize:])
		return nil, err
	})
	if err != nil {
		return model.Unread(data, fmt.Sprintf("It is not as its schema %d says: %v", k.ID, err), err)
	}
	return model.Decoded{Format: k.Format, JSON: got.json, Unknown: got.unknown, Schema: model.SchemaRef{Name: got.name}}
}

// Pending implements model.Decoder.
func (d *Decoder) Pending(ref model.SchemaRef) bool {
	return ref.ID > 0 && d.registry != nil && d.schemas.known(ref.ID) == nil
}

// Encode implements model.Decoder.
func (d *Decoder) Encode(ref model.SchemaRef, doc []byte) ([]byte, error) {
	if d.registry == nil {
		return nil, model.NoRegistry(ref)
	}
	k := d.schemas.known(ref.ID)
	switch {
	case k == nil:
		return nil, &model.Problem{Kind: model.Failed, Says: ref.String() + " was not read from the registry yet", Fix: "try again once it is"}
	case k.codec == nil:
		return nil, k.Problem
	}
	b, _ := header.AppendEncode(nil, int(ref.ID), nil)
	var payload []byte
	_, err := guarded(func() (_ []byte, err error) {
		payload, err = k.codec.write(ref.Name, doc)
		return nil, err
	})
	if err != nil {
		var p *model.Problem
		if errors.As(err, &p) {
			return nil, p
		}
		return nil, problem(doc, err)
	}
	return append(b, payload...), nil
}
