package decode

import (
	"fmt"
	"strings"

	"github.com/twmb/avro"

	"kscope/kafka/registry"
)

// An avroCodec reads and writes by an Avro schema.
type avroCodec struct {
	schema *avro.Schema
	root   *avroType
}

// An avroType is a type of an Avro schema, in which names were looked up.
type avroType struct {
	kind    string // null, boolean, int, …, record, union
	logical string // logicalType; empty if none
	name    string // of a record, enum or fixed, with its namespace
	fields  []avroField
	of      *avroType   // of the elements of an array, of the values of a map
	union   []*avroType // the branches
	symbols []string
	size    int // of a fixed
	scale   int // of a decimal
}

type avroField struct {
	name     string
	is       *avroType
	optional bool // it has a default
}

func compileAvro(s *registry.Schema) (codec, error) {
	var cache avro.SchemaCache
	for _, r := range s.References {
		if _, err := cache.Parse(r.Text); err != nil {
			return nil, fmt.Errorf("what it refers to as %s is no Avro schema: %w", r.Name, ofAvro(err))
		}
	}
	schema, err := cache.Parse(s.Text)
	if err != nil {
		return nil, ofAvro(err)
	}
	named := map[string]*avroType{}
	return &avroCodec{schema, avroTypeOf(schema.Root(), "", named)}, nil
}

// ofAvro is an error of the library without its name before each part.
func ofAvro(err error) error { return fmt.Errorf("%s", strings.ReplaceAll(err.Error(), "avro: ", "")) }

// avroTypeOf makes a type of a node of the schema; namespace is that around it.
func avroTypeOf(n *avro.SchemaNode, namespace string, named map[string]*avroType) *avroType {
	switch n.Type {
	case "record", "error", "enum", "fixed":
		return namedAvroType(n, named)
	case "union":
		t := &avroType{kind: n.Type}
		for i := range n.Branches {
			t.union = append(t.union, avroTypeOf(&n.Branches[i], namespace, named))
		}
		return t
	case "array":
		return &avroType{kind: n.Type, of: avroTypeOf(n.Items, namespace, named)}
	case "map":
		return &avroType{kind: n.Type, of: avroTypeOf(n.Values, namespace, named)}
	case "null", "boolean", "int", "long", "float", "double", "string", "bytes":
		return &avroType{kind: n.Type, logical: n.LogicalType, scale: n.Scale}
	}
	if t, ok := named[fullName(n.Type, namespace)]; ok {
		return t
	}
	return named[n.Type] // a name without a dot may be of no namespace
}

func namedAvroType(n *avro.SchemaNode, named map[string]*avroType) *avroType {
	namespace := n.Namespace
	if dot := strings.LastIndexByte(n.Name, '.'); dot >= 0 {
		namespace = n.Name[:dot]
	}
	t := &avroType{kind: n.Type, logical: n.LogicalType, name: fullName(n.Name, namespace), symbols: n.Symbols, size: n.Size, scale: n.Scale}
	if t.kind == "error" {
		t.kind = "record"
	}
	named[t.name] = t // before its fields, which may be of the same type
	for i := range n.Fields {
		f := &n.Fields[i]
		t.fields = append(t.fields, avroField{f.Name, avroTypeOf(&f.Type, namespace, named), f.HasDefault})
	}
	return t
}

func fullName(name, namespace string) string {
	if namespace == "" || strings.Contains(name, ".") {
		return name
	}
	return namespace + "." + name
}

// branch is what a union calls the type.
func (t *avroType) branch() string {
	if t.name != "" {
		return t.name
	}
	return t.kind
}

func (c *avroCodec) names() []string {
	if c.root.name == "" {
		return []string{c.root.kind}
	}
	return []string{c.root.name}
}

// read implements codec. Values of unions come bare, logical types as people write
// them: see avroType.append.
func (c *avroCodec) read(dst, data []byte) (reading, error) {
	var v any
	rest, err := c.schema.Decode(data, &v, avro.TaggedUnions(), avro.AliasInput())
	switch {
	case err != nil:
		return reading{}, ofAvro(err)
	case len(rest) > 0:
		return reading{}, fmt.Errorf("%d bytes follow its end", len(rest))
	}
	json, err := c.root.append(dst, v)
	return reading{json: json, name: c.root.name}, err
}

// write implements codec.
func (c *avroCodec) write(_ string, doc []byte) ([]byte, error) {
	v, err := parse(doc)
	if err != nil {
		return nil, err
	}
	native, err := c.root.native(&v)
	if err != nil {
		return nil, err
	}
	data, err := c.schema.Encode(native)
	if err != nil {
		return nil, ofAvro(err)
	}
	return data, nil
}
