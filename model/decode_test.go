package model

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestDetectPlain(t *testing.T) {
	for _, c := range []struct {
		part Part
		data string
		want Format
	}{
		{PartValue, `{"a":1}`, FormatJSON},
		{PartValue, " \n[1, 2]", FormatJSON},
		{PartValue, `"quoted"`, FormatJSON},
		{PartValue, `{"a":1`, FormatText},
		{PartValue, "42", FormatText},
		{PartValue, "true", FormatText},
		{PartValue, "héllo\tworld\r\n", FormatText},
		{PartValue, "a log line that is long enough, with one byte \xff of another encoding", FormatText},
		{PartValue, "\x1b[31mred\x1b[0m", FormatText},
		{PartValue, "a\x00b", FormatHex},
		{PartValue, "\xff\xfe", FormatHex},
		{PartKey, "\x00\x00\x00\x2a", FormatInt32},
		{PartKey, "\xff\xff\xff\xff\xff\xff\xff\xfe", FormatInt64},
		{PartKey, "\x7f\x00\x01\x02\x03\x04\x05\x06", FormatInt64},
		{PartValue, "\x7f\x00\x01\x02\x03\x04\x05\x06", FormatHex},
		{PartValue, "\x00\x00\x00\x00\x00\x00\x01\x00", FormatInt64},
		{PartKey, "user", FormatText},
		{PartKey, "\xf4\x7a\xc1\x0b\x58\xcc\x43\x72\xa5\x67\x0e\x02\xb2\xc3\xd4\x79", FormatUUID},
		{PartKey, "\xf4\x7a\xc1\x0b\x58\xcc\x43\x72\x25\x67\x0e\x02\xb2\xc3\xd4\x79", FormatHex},
		{PartKey, "\x01\x02\x03", FormatHex},
	} {
		if got := DetectPlain(c.part, []byte(c.data)); got != c.want {
			t.Errorf("a %s of %q looks like %s, want %s", c.part, c.data, got, c.want)
		}
	}
}

func TestReadPlain(t *testing.T) {
	for _, c := range []struct {
		format     Format
		data       string
		text, json string
		problem    string
	}{
		{FormatText, "a\x00b", "a\x00b", "", ""},
		{FormatJSON, "{ \"n\" : 9007199254740993.000000000000000001 }", `{"n":9007199254740993.000000000000000001}`, `{"n":9007199254740993.000000000000000001}`, ""},
		{FormatJSON, "{", "7b", "", "This is no JSON: unexpected end of JSON input"},
		{FormatInt8, "\xff", "-1", "-1", ""},
		{FormatInt16, "\x80\x00", "-32768", "-32768", ""},
		{FormatInt32, "\x00\x00\x00\x2a", "42", "42", ""},
		{FormatInt64, "\x00\x20\x00\x00\x00\x00\x00\x01", "9007199254740993", "9007199254740993", ""},
		{FormatUint8, "\xff", "255", "255", ""},
		{FormatUint16, "\xff\xff", "65535", "65535", ""},
		{FormatUint32, "\xff\xff\xff\xff", "4294967295", "4294967295", ""},
		{FormatUint64, "\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615", "18446744073709551615", ""},
		{FormatFloat32, "\x3d\xcc\xcc\xcd", "0.1", "0.1", ""},
		{FormatFloat64, "\x40\x09\x21\xfb\x54\x44\x2d\x18", "3.141592653589793", "3.141592653589793", ""},
		{FormatFloat64, "\x7f\xf8\x00\x00\x00\x00\x00\x01", "NaN", "", ""},
		{FormatInt32, "\x00\x00\x2a", "00002a", "", "This is no int32: it has 3 bytes, not 4"},
		{FormatInt64, "\x2a", "2a", "", "This is no int64: it has 1 byte, not 8"},
		{FormatUUID, "\xf4\x7a\xc1\x0b\x58\xcc\x43\x72\xa5\x67\x0e\x02\xb2\xc3\xd4\x79", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "", ""},
		{FormatUUID, "f47ac10b-58cc-4372-a567-0e02b2c3d479", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "", ""},
		{FormatUUID, "f47ac10b-58cc-4372-a567-0e02b2c3d47", "66343761633130622d353863632d343337322d613536372d30653032623263336434" + "37", "", "This is no UUID, which has 16 bytes, or 36 characters"},
		{FormatHex, "\x00\xff", "00ff", "", ""},
		{FormatBase64, "\x00\xff", "AP8=", "", ""},
	} {
		d, ok := ReadPlain(c.format, []byte(c.data))
		if !ok || d.Text != c.text || string(d.JSON) != c.json {
			t.Errorf("%q as %s: %q, JSON %q, want %q, JSON %q", c.data, c.format, d.Text, d.JSON, c.text, c.json)
		}
		said := ""
		if d.Problem != nil {
			said = d.Problem.Says
		}
		if said != c.problem || (said == "") != (d.Format == c.format) {
			t.Errorf("%q as %s: %q as %s, want %q", c.data, c.format, said, d.Format, c.problem)
		}
	}
	if _, ok := ReadPlain(FormatAvro, []byte{0}); ok {
		t.Error("Avro is read without its schema")
	}
}

// TestJSONNumbersAreExact holds that no number goes through a float.
func TestJSONNumbersAreExact(t *testing.T) {
	const doc = `{"big":123456789012345678901234567890,"small":0.1000000000000000055511151231257827,"exp":1E400}`
	d := Plain{}.Decode("t", PartValue, FormatAuto, []byte(doc))
	if d.Text != doc || string(d.JSON) != doc || d.Format != FormatJSON {
		t.Errorf("%s comes out as %s", doc, d.Text)
	}
}

func TestLineOfLongData(t *testing.T) {
	long := []byte(`{ "a" : "x\" y",  "list" : [` + strings.Repeat("1, ", 10_000) + `1]}`)
	d := Plain{}.Line("t", PartValue, FormatAuto, long, 40)
	if d.Format != FormatJSON || d.Text != `{"a":"x\" y","list":[1,1,1,1,1,1,1,1,1,1` || !d.Cut || d.JSON != nil {
		t.Errorf("%+v", d)
	}
	text := []byte(strings.Repeat("é", 10_000))
	if d = (Plain{}).Line("t", PartValue, FormatAuto, text, 40); d.Format != FormatText || len(d.Text) != 40 || !d.Cut {
		t.Errorf("%+v", d)
	}
	if d = (Plain{}).Line("t", PartValue, FormatAuto, []byte("short"), 40); d.Text != "short" || d.Cut {
		t.Errorf("%+v", d)
	}
	if d = (Plain{}).Line("t", PartValue, FormatBase64, text, 40); d.Text != "w6nDqcOpw6nDqcOpw6nDqcOp" || !d.Cut {
		t.Errorf("%+v", d)
	}
}

func TestJSONOf(t *testing.T) {
	for _, c := range []struct {
		format     Format
		data, want string
	}{
		{FormatAuto, ` {"a": 1}`, ` {"a": 1}`},
		{FormatAuto, "42", "42"},
		{FormatAuto, "true", "true"},
		{FormatAuto, "truly", ""},
		{FormatAuto, "\x00\x00\x00\x2a", "42"},
		{FormatText, `{"a":1}`, ""},
		{FormatAuto, "", ""},
	} {
		if got := (Plain{}).JSONOf("t", PartKey, c.format, []byte(c.data)); string(got) != c.want {
			t.Errorf("%q as %s: %q, want %q", c.data, c.format, got, c.want)
		}
	}
}

func TestFormatsAreAll(t *testing.T) {
	seen := map[Format]bool{}
	for _, f := range Formats() {
		if seen[f] {
			t.Errorf("%s is there twice", f)
		}
		seen[f] = true
	}
	for f := range widths {
		if !seen[f] {
			t.Errorf("%s is not offered", f)
		}
	}
}

func TestSchemaRef(t *testing.T) {
	s := &Schema{ID: 7, Names: []string{"a.Order"}, Subjects: []SubjectVersion{{"other", 1}, {"orders-value", 3}}}
	for _, c := range []struct {
		topic, want string
		part        Part
	}{
		{"orders", "orders-value v3 (id 7)", PartValue},
		{"orders", "other v1 (id 7)", PartKey},
	} {
		if got := s.Ref(c.topic, c.part).String(); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.topic, c.part, got, c.want)
		}
	}
	if got := (&Schema{ID: 7}).Ref("orders", PartKey).String(); got != "schema 7" {
		t.Error(got)
	}
}

func TestSchemasInSnapshot(t *testing.T) {
	var s Snapshot
	next := s.Apply(SchemaFetched{&Schema{ID: 7}}).Apply(SubjectsListed{[]string{"a"}}).
		Apply(SubjectDescribed{&Subject{Name: "a", Version: 2, Schema: &Schema{ID: 8, Names: []string{"x.Y"}}}}).
		Apply(SubjectDescribed{&Subject{Name: "b"}})
	if len(s.Schemas) != 0 || len(next.Schemas) != 2 || next.Schemas[8] == nil || len(next.Subjects) != 1 || next.SubjectSchemas["b"].Schema != nil {
		t.Errorf("%+v", next)
	}
	if r := next.SubjectSchemas["a"].Ref(0); r != (SchemaRef{8, "a", 2, "x.Y"}) {
		t.Errorf("%+v", r)
	}
}

func FuzzPlain(f *testing.F) {
	f.Add([]byte(`{"a":[1,2]}`), uint8(1))
	f.Add([]byte("\x00\x00\x00\x2a"), uint8(3))
	f.Add([]byte("\x7f\xf8\x00\x00\x00\x00\x00\x01"), uint8(14))
	f.Fuzz(func(t *testing.T, data []byte, n uint8) {
		format := Formats()[int(n)%len(Formats())]
		d := Plain{}.Decode("t", Part(n%2), format, data)
		if d.JSON != nil && !json.Valid(d.JSON) {
			t.Errorf("%q as %s gives JSON %q", data, format, d.JSON)
		}
		if len(data) > 0 && d.Format == "" || d.Problem != nil && d.Format != FormatHex {
			t.Errorf("%q as %s: %+v", data, format, d)
		}
		if line := (Plain{}).Line("t", Part(n%2), format, data, 20); len(line.Text) > 20+4 && line.Problem == nil {
			t.Errorf("a line of %q is %q", data, line.Text)
		}
		if j := (Plain{}).JSONOf("t", Part(n%2), format, data); j != nil && !json.Valid(j) {
			t.Errorf("JSON of %q is %q", data, j)
		}
	})
}

func TestFloatsKeepTheirDigits(t *testing.T) {
	for _, v := range []float64{0.1, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Copysign(0, -1), 1e21} {
		d := readFloat(FormatFloat64, v, 64)
		var back float64
		if err := json.Unmarshal(d.JSON, &back); err != nil || back != v {
			t.Errorf("%v: %s, %v", v, d.JSON, err)
		}
	}
}
