package decode

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// mapping appends a map, its members by name.
func (w *messageWriter) mapping(dst []byte, f protoreflect.FieldDescriptor, entries protoreflect.Map) ([]byte, error) {
	type entry struct {
		name  string
		value protoreflect.Value
	}
	list := make([]entry, 0, entries.Len())
	entries.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		list = append(list, entry{k.String(), v})
		return true
	})
	slices.SortFunc(list, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	var err error
	dst = append(dst, '{')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = w.single(append(appendString(dst, e.name), ':'), f.MapValue(), e.value); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// messageExamples are of messages that have JSON of their own.
var messageExamples = map[protoreflect.FullName]string{
	"google.protobuf.Timestamp": `"2026-01-31T15:04:05Z"`, "google.protobuf.Duration": `"1.5s"`,
	"google.protobuf.FieldMask": `""`, "google.protobuf.Struct": `{}`, "google.protobuf.Value": `null`, "google.protobuf.ListValue": `[]`,
	"google.protobuf.Empty": `{}`, "google.protobuf.BoolValue": `true`, "google.protobuf.StringValue": `"text"`,
	"google.protobuf.BytesValue": `"AA=="`, "google.protobuf.Any": `{}`,
}

// appendMessageExample appends a message in which every field has a value, but for
// those of messages that it is within; of a oneof the first has one.
func appendMessageExample(dst []byte, m protoreflect.MessageDescriptor, open map[protoreflect.FullName]bool) []byte {
	if e, ok := messageExamples[m.FullName()]; ok {
		return append(dst, e...)
	}
	if m.ParentFile().Package() == "google.protobuf" && hasOwnJSON(m) { // a wrapper of a number
		return append(dst, '1')
	}
	open[m.FullName()] = true
	defer delete(open, m.FullName())
	from := len(dst) + 1
	dst = append(dst, '{')
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() && o.Fields().Get(0) != f {
			continue
		}
		if of := valueOf(f); of.Message() != nil && open[of.Message().FullName()] {
			continue
		}
		if len(dst) > from {
			dst = append(dst, ',')
		}
		dst = appendFieldExample(append(appendString(dst, f.TextName()), ':'), f, open)
	}
	return append(dst, '}')
}

// valueOf is the field itself, or that of the values of a map.
func valueOf(f protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
	if f.IsMap() {
		return f.MapValue()
	}
	return f
}

func appendFieldExample(dst []byte, f protoreflect.FieldDescriptor, open map[protoreflect.FullName]bool) []byte {
	switch {
	case f.IsMap():
		key := "1"
		switch f.MapKey().Kind() {
		case protoreflect.StringKind:
			key = "key"
		case protoreflect.BoolKind:
			key = "true"
		}
		dst = append(appendString(append(dst, '{'), key), ':')
		return append(appendSingleExample(dst, f.MapValue(), open), '}')
	case f.IsList():
		return append(appendSingleExample(append(dst, '['), f, open), ']')
	}
	return appendSingleExample(dst, f, open)
}

func appendSingleExample(dst []byte, f protoreflect.FieldDescriptor, open map[protoreflect.FullName]bool) []byte {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return appendMessageExample(dst, f.Message(), open)
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		return appendString(dst, string(values.Get(min(1, values.Len()-1)).Name())) // the first is mostly "unspecified"
	case protoreflect.BoolKind:
		return append(dst, "true"...)
	case protoreflect.StringKind:
		return appendString(dst, string(f.Name()))
	case protoreflect.BytesKind:
		return append(dst, `"AA=="`...)
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return append(dst, "1.5"...)
	}
	return append(dst, '1')
}
