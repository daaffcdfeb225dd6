package model

import "encoding/json"

// Plain is a Decoder that knows no schemas, and nothing that bytes are packed in:
// the formats of ReadPlain. The zero value is ready.
type Plain struct{}

// Decode implements Decoder.
func (Plain) Decode(_ string, part Part, format Format, data []byte) Decoded {
	if len(data) == 0 {
		return Decoded{}
	}
	if format == FormatAuto {
		format = DetectPlain(part, data)
	}
	d, ok := ReadPlain(format, data)
	if !ok {
		return Unread(data, "There is nothing here that reads "+string(format), nil)
	}
	return d
}

// Line implements Decoder.
func (p Plain) Line(topic string, part Part, format Format, data []byte, most int) Decoded {
	if d, ok := LinePlain(format, data, most); ok {
		return d
	}
	return p.Decode(topic, part, format, data).Line(most)
}

// JSONOf implements Decoder.
func (p Plain) JSONOf(topic string, part Part, format Format, data []byte) []byte {
	if json, ok := OwnJSON(format, data); ok {
		return json
	}
	return p.Decode(topic, part, format, data).JSON
}

// Wanted implements Decoder: nothing is.
func (Plain) Wanted() []FetchSchema { return nil }

// Pending implements Decoder.
func (Plain) Pending(SchemaRef) bool { return false }

// Encode implements Decoder: it knows no schema.
func (Plain) Encode(schema SchemaRef, _ []byte) ([]byte, error) { return nil, NoRegistry(schema) }

// NoRegistry is the problem that a schema is needed and no registry was named.
func NoRegistry(schema SchemaRef) *Problem {
	return &Problem{Kind: Invalid, Says: "No schema registry is named that could tell of " + schema.String(), Fix: "name it with --registry"}
}

// longData is how long data must be for its beginning to be read alone.
const longData = 8 << 10

// LinePlain is Decoder.Line where the beginning of data is enough to tell it. It
// reports false where all of data must be read.
func LinePlain(format Format, data []byte, most int) (Decoded, bool) {
	if len(data) < max(longData, 2*most) {
		return Decoded{}, false
	}
	if format == FormatAuto && Readable(data) {
		format = FormatText
		if LooksLikeJSON(data[:longData]) {
			format = FormatJSON
		}
	}
	switch format {
	case FormatText:
		return Decoded{Format: format, Text: string(data[:most]), Cut: true}, true
	case FormatHex, FormatBase64:
		d, _ := ReadPlain(format, data[:most/6*3]) // whole groups of base64
		d.Cut = true
		return d, true
	case FormatJSON:
		text, cut := JSONLine(data, most)
		return Decoded{Format: format, Text: text, Cut: cut}, true
	}
	return Decoded{}, false
}

// Line is d without what a line of a screen does not show.
func (d Decoded) Line(most int) Decoded {
	d.JSON = nil
	if len(d.Text) > most {
		d.Text, d.Cut = d.Text[:most], true
	}
	return d
}

// OwnJSON is Decoder.JSONOf for data that is JSON itself, which text that is a number
// is too. It reports false for any other.
func OwnJSON(format Format, data []byte) ([]byte, bool) {
	if (format == FormatAuto || format == FormatJSON) && len(data) > 0 && (LooksLikeJSON(data) || scalar(data[0])) && json.Valid(data) {
		return data, true
	}
	return nil, false
}

// scalar reports whether a number, true, false or null may begin so.
func scalar(c byte) bool { return c == '-' || c >= '0' && c <= '9' || c == 't' || c == 'f' || c == 'n' }
