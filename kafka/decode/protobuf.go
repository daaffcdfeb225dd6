package decode

import (
	"context"
	"fmt"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"kscope/kafka/registry"
)

// A protobufCodec reads and writes the messages of one .proto file.
type protobufCodec struct {
	file     protoreflect.FileDescriptor
	messages []message // all of them, those within others after the one they are in
	types    *dynamicpb.Types
}

// A message is one that a file declares.
type message struct {
	protoreflect.MessageDescriptor
	index []int // where it is in the file: of its outermost message, of the next within, …
}

// schemaFile is what the file of a schema is called; it has no name of its own.
const schemaFile = "schema.proto"

func compileProtobuf(s *registry.Schema) (codec, error) {
	texts := map[string]string{schemaFile: s.Text}
	for name, text := range wellKnown {
		texts[name] = text
	}
	for _, r := range s.References {
		texts[r.Name] = r.Text
	}
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(texts)}),
		MaxParallelism: 1,
	}
	files, err := compiler.Compile(context.Background(), schemaFile)
	if err != nil {
		return nil, err
	}
	return newProtobufCodec(files[0], files), nil
}

func newProtobufCodec(file protoreflect.FileDescriptor, files linker.Files) *protobufCodec {
	c := &protobufCodec{file: file, types: dynamicpb.NewTypes(resolverOf(files))}
	c.add(file.Messages(), nil)
	return c
}

func (c *protobufCodec) add(list protoreflect.MessageDescriptors, within []int) {
	for i := range list.Len() {
		m := list.Get(i)
		if m.IsMapEntry() {
			continue
		}
		index := append(append([]int{}, within...), i)
		c.messages = append(c.messages, message{m, index})
		c.add(m.Messages(), index)
	}
}

func (c *protobufCodec) names() []string {
	names := make([]string, len(c.messages))
	for i, m := range c.messages {
		names[i] = string(m.FullName())
	}
	return names
}

// read implements codec. The message begins with where in the file its type is
// declared.
func (c *protobufCodec) read(dst, data []byte) (reading, error) {
	index, data, err := header.DecodeIndex(data, deepest)
	if err != nil {
		return reading{}, fmt.Errorf("the indexes of its message cannot be read: %w", err)
	}
	m, err := c.at(index)
	if err != nil {
		return reading{}, err
	}
	return readMessage(dst, data, m, c.types)
}

func (c *protobufCodec) at(index []int) (protoreflect.MessageDescriptor, error) {
	var within protoreflect.MessageDescriptors = c.file.Messages()
	var m protoreflect.MessageDescriptor
	for _, i := range index {
		if i < 0 || i >= within.Len() {
			return nil, fmt.Errorf("it names message %s, which the schema does not have", indexText(index))
		}
		m = within.Get(i)
		within = m.Messages()
	}
	if m == nil {
		return nil, fmt.Errorf("it names no message")
	}
	return m, nil
}

func indexText(index []int) string { return strings.Trim(fmt.Sprint(index), "[]") }

// write implements codec.
func (c *protobufCodec) write(name string, doc []byte) ([]byte, error) {
	m, err := c.named(name)
	if err != nil {
		return nil, err
	}
	payload, err := writeMessage(doc, m, c.types)
	if err != nil {
		return nil, err
	}
	b, err := header.AppendEncode(nil, 0, m.index)
	if err != nil {
		return nil, err
	}
	return append(b[headerSize:], payload...), nil
}

func (c *protobufCodec) named(name string) (*message, error) {
	for i := range c.messages {
		if name == "" || string(c.messages[i].FullName()) == name {
			return &c.messages[i], nil
		}
	}
	if name == "" {
		return nil, fmt.Errorf("the schema has no message")
	}
	return nil, fmt.Errorf("the schema has no message %s", name)
}

func (c *protobufCodec) example(name string) ([]byte, error) {
	m, err := c.named(name)
	if err != nil {
		return nil, err
	}
	return indented(appendMessageExample(nil, m, map[protoreflect.FullName]bool{})), nil
}
