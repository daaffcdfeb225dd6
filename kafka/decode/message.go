package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// readMessage appends a message as JSON, with its fields in the order and by the
// names of the .proto file. A field without presence is there also when it has its
// default value, which is not sent. Whole numbers of 64 bits are numbers.
func readMessage(dst, data []byte, m protoreflect.MessageDescriptor, types *dynamicpb.Types) (reading, error) {
	msg := dynamicpb.NewMessage(m)
	if err := (proto.UnmarshalOptions{Resolver: types, AllowPartial: true}).Unmarshal(data, msg); err != nil {
		return reading{}, ofProto(err)
	}
	w := messageWriter{types: types}
	json, err := w.message(dst, msg)
	return reading{json: json, name: string(m.FullName()), unknown: w.unknown}, err
}

// ofProto is an error of the library without its name. Its blanks are of one kind or
// the other, as the build has it.
func ofProto(err error) error {
	says := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	return errors.New(strings.TrimSpace(strings.TrimPrefix(says, "proto:")))
}

type messageWriter struct {
	types   *dynamicpb.Types
	unknown int // bytes of fields that the schema does not have
}

func (w *messageWriter) message(dst []byte, msg protoreflect.Message) ([]byte, error) {
	w.unknown += len(msg.GetUnknown())
	m := msg.Descriptor()
	if m.ParentFile().Package() == "google.protobuf" && hasOwnJSON(m) {
		if own, err := w.ownJSON(dst, msg); err == nil {
			return own, nil
		} // what is in an Any may not be known: then its fields
	}
	var err error
	fields, from := m.Fields(), len(dst)+1
	dst = append(dst, '{')
	for i := range fields.Len() {
		f := fields.Get(i)
		if !msg.Has(f) && f.HasPresence() {
			continue
		}
		if dst, err = w.member(dst, from, f.TextName(), f, msg.Get(f)); err != nil {
			return nil, err
		}
	}
	msg.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.IsExtension() && err == nil {
			dst, err = w.member(dst, from, "["+string(f.FullName())+"]", f, v)
		}
		return err == nil
	})
	return append(dst, '}'), err
}

// member appends a field; the members of its message begin at from.
func (w *messageWriter) member(dst []byte, from int, name string, f protoreflect.FieldDescriptor, v protoreflect.Value) ([]byte, error) {
	if len(dst) > from {
		dst = append(dst, ',')
	}
	return w.field(append(appendString(dst, name), ':'), f, v)
}

// hasOwnJSON reports whether JSON of a message that Protobuf itself declares is not
// its fields: a moment, a duration, a wrapper, …
func hasOwnJSON(m protoreflect.MessageDescriptor) bool {
	switch m.Name() {
	case "Any", "Timestamp", "Duration", "FieldMask", "Struct", "Value", "ListValue", "Empty",
		"BoolValue", "StringValue", "BytesValue", "Int32Value", "Int64Value", "UInt32Value", "UInt64Value", "FloatValue", "DoubleValue":
		return true
	}
	return false
}

func (w *messageWriter) ownJSON(dst []byte, msg protoreflect.Message) ([]byte, error) {
	made, err := protojson.MarshalOptions{Resolver: w.types, AllowPartial: true, UseProtoNames: true}.Marshal(msg.Interface())
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(dst)
	err = json.Compact(b, made) // the library puts blanks in at random
	return b.Bytes(), err
}

func (w *messageWriter) field(dst []byte, f protoreflect.FieldDescriptor, v protoreflect.Value) ([]byte, error) {
	switch {
	case f.IsMap():
		return w.mapping(dst, f, v.Map())
	case f.IsList():
		return w.list(dst, f, v.List())
	}
	return w.single(dst, f, v)
}

func (w *messageWriter) list(dst []byte, f protoreflect.FieldDescriptor, list protoreflect.List) ([]byte, error) {
	var err error
	dst = append(dst, '[')
	for i := range list.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = w.single(dst, f, list.Get(i)); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func (w *messageWriter) single(dst []byte, f protoreflect.FieldDescriptor, v protoreflect.Value) ([]byte, error) {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return w.message(dst, v.Message())
	case protoreflect.EnumKind:
		if e := f.Enum().Values().ByNumber(v.Enum()); e != nil {
			return appendString(dst, string(e.Name())), nil
		}
		return strconv.AppendInt(dst, int64(v.Enum()), 10), nil
	case protoreflect.BoolKind:
		return strconv.AppendBool(dst, v.Bool()), nil
	case protoreflect.StringKind:
		return appendString(dst, v.String()), nil
	case protoreflect.BytesKind:
		return appendBase64(dst, v.Bytes()), nil
	case protoreflect.FloatKind:
		return appendFloat(dst, v.Float(), 32), nil
	case protoreflect.DoubleKind:
		return appendFloat(dst, v.Float(), 64), nil
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind, protoreflect.Fixed32Kind, protoreflect.Fixed64Kind:
		return strconv.AppendUint(dst, v.Uint(), 10), nil
	}
	return strconv.AppendInt(dst, v.Int(), 10), nil
}

// position is where the library says that a fault is.
var position = regexp.MustCompile(`^(?:\(line (\d+):(\d+)\): )?(?:syntax error )?(?:\(line (\d+):(\d+)\): )?`)

// writeMessage makes a message of JSON; it takes what readMessage writes, and
// Protobuf's own JSON.
func writeMessage(doc []byte, m protoreflect.MessageDescriptor, types *dynamicpb.Types) ([]byte, error) {
	whole, err := parse(doc)
	if err != nil {
		return nil, err
	}
	msg := dynamicpb.NewMessage(m)
	if err := (protojson.UnmarshalOptions{Resolver: types}).Unmarshal(doc, msg); err != nil {
		return nil, protoFault(doc, &whole, ofProto(err))
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(msg)
}

// protoFault gives an error of the library its path.
func protoFault(doc []byte, whole *value, err error) error {
	says := err.Error()
	at := position.FindStringSubmatch(says)
	f := &fault{says: strings.TrimPrefix(says, at[0])}
	line, column := at[1]+at[3], at[2]+at[4]
	if n, err := strconv.Atoi(line); err == nil {
		c, _ := strconv.Atoi(column)
		f.at = offsetOf(doc, n, c)
		f.path = whole.pathAt(f.at)
	}
	return f
}

// offsetOf is where a line and a byte in it are, both from 1.
func offsetOf(doc []byte, line, column int) int64 {
	at := 0
	for ; line > 1; line-- {
		at += bytes.IndexByte(doc[at:], '\n') + 1
	}
	return int64(min(at+column-1, len(doc)))
}

// pathAt returns the path of the innermost value that begins at an offset, or before
// it and goes on there; of a member's name too.
func (v *value) pathAt(at int64) string {
	path := v.path
	switch is := v.is.(type) {
	case []value:
		for i := range is {
			if is[i].at <= at {
				path = is[i].pathAt(at)
			}
		}
	case *object:
		for i := range is.members {
			if m := &is.members[i]; m.at-int64(len(m.name))-4 <= at {
				path = m.pathAt(at)
			}
		}
	}
	return path
}
