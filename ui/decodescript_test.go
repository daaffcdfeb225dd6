package ui

import (
	"encoding/binary"
	"fmt"
	"sync"

	"kscope/model"
)

// A scriptDecoder reads what model.Plain reads, and values in the wire format of a
// registry: schema 7 makes JSON of them, any other is one that there is none of.
type scriptDecoder struct {
	model.Plain
	mu     sync.Mutex
	known  map[int32]bool
	wanted map[int32]bool
}

// Decoder implements Decoding.
func (s *script) Decoder() model.Decoder { return &s.decoder }

func (d *scriptDecoder) framed(topic string, part model.Part, format model.Format, data []byte) (model.Decoded, bool) {
	if format != model.FormatAuto && format != model.FormatAvro && format != model.FormatRegistry || len(data) < 5 || data[0] != 0 {
		return model.Decoded{}, false
	}
	id := int32(binary.BigEndian.Uint32(data[1:]))
	d.mu.Lock()
	defer d.mu.Unlock()
	shown := d.Plain.Decode(topic, part, model.FormatHex, data)
	shown.Schema = model.SchemaRef{ID: id}
	switch {
	case !d.known[id]:
		if d.wanted == nil {
			d.wanted = map[int32]bool{}
		}
		d.wanted[id] = true
		shown.Pending = true
	case id != 7:
		shown.Problem = &model.Problem{Kind: model.Gone, Says: fmt.Sprintf("The registry has no schema %d", id), Fix: "check which registry the topic's producers use"}
	default:
		text := fmt.Sprintf(`{"id":%d,"total":{"amount":"12.50","currency":"EUR"}}`, data[5])
		shown = model.Decoded{Format: model.FormatAvro, Text: text, JSON: []byte(text), Schema: model.SchemaRef{ID: 7, Subject: topic + "-value", Version: 3}}
	}
	return shown, true
}

// Decode implements model.Decoder.
func (d *scriptDecoder) Decode(topic string, part model.Part, format model.Format, data []byte) model.Decoded {
	if framed, ok := d.framed(topic, part, format, data); ok {
		return framed
	}
	return d.Plain.Decode(topic, part, format, data)
}

// Line implements model.Decoder.
func (d *scriptDecoder) Line(topic string, part model.Part, format model.Format, data []byte, most int) model.Decoded {
	if framed, ok := d.framed(topic, part, format, data); ok {
		framed.JSON = nil
		return framed
	}
	return d.Plain.Line(topic, part, format, data, most)
}

// Wanted implements model.Decoder.
func (d *scriptDecoder) Wanted() []model.FetchSchema {
	d.mu.Lock()
	defer d.mu.Unlock()
	var wanted []model.FetchSchema
	for id := range d.wanted {
		if !d.known[id] {
			wanted = append(wanted, model.FetchSchema{ID: id})
		}
	}
	return wanted
}

// fetch answers for the registry.
func (d *scriptDecoder) fetch(id int32) model.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.known = map[int32]bool{}
	}
	d.known[id] = true
	return model.SchemaFetched{Schema: &model.Schema{ID: id, Format: model.FormatAvro}}
}
