package model

// A Format is how the bytes of a key or a value are read.
type Format string

// The formats. Numbers are big-endian, as Java's serializers write them.
const (
	// FormatAuto finds out: what it found is in Decoded.Format.
	FormatAuto Format = "auto"

	FormatText    Format = "text" // UTF-8
	FormatJSON    Format = "json"
	FormatInt8    Format = "int8"
	FormatInt16   Format = "int16" // ShortSerializer
	FormatInt32   Format = "int32" // IntegerSerializer
	FormatInt64   Format = "int64" // LongSerializer
	FormatUint8   Format = "uint8"
	FormatUint16  Format = "uint16"
	FormatUint32  Format = "uint32"
	FormatUint64  Format = "uint64"
	FormatFloat32 Format = "float32" // FloatSerializer
	FormatFloat64 Format = "float64" // DoubleSerializer
	FormatUUID    Format = "uuid"    // 16 bytes, or the text of one (UUIDSerializer)
	FormatHex     Format = "hex"     // any bytes
	FormatBase64  Format = "base64"  // any bytes
	FormatMsgpack Format = "msgpack"
	FormatCBOR    Format = "cbor" // RFC 8949

	// FormatRegistry is the wire format of a schema registry's serializers: a zero, the
	// schema's id in four bytes, and what the schema describes. Which of the next
	// three that is, the schema tells.
	FormatRegistry   Format = "registry"
	FormatAvro       Format = "avro"
	FormatJSONSchema Format = "json-schema"
	// FormatProtobuf is also a plain message of a topic that one was named for.
	FormatProtobuf Format = "protobuf"
)

// Formats are all formats, in the order a user is offered them.
func Formats() []Format {
	return []Format{
		FormatAuto, FormatText, FormatJSON, FormatRegistry, FormatAvro, FormatProtobuf, FormatJSONSchema,
		FormatMsgpack, FormatCBOR,
		FormatInt8, FormatInt16, FormatInt32, FormatInt64, FormatUint8, FormatUint16, FormatUint32, FormatUint64,
		FormatFloat32, FormatFloat64, FormatUUID, FormatHex, FormatBase64,
	}
}

// Part is the key or the value of a record: each is read in a format of its own.
type Part uint8

// The parts.
const (
	PartValue Part = iota
	PartKey
)

// String is the word for the part.
func (p Part) String() string {
	if p == PartKey {
		return "key"
	}
	return "value"
}

// Decoded is what the bytes of a key or a value say. Of no bytes, null or empty, it is
// the zero Decoded: which of the two it is, the record tells.
type Decoded struct {
	// Format is what the bytes were read as, never FormatAuto or FormatRegistry. With
	// a Problem it is FormatHex.
	Format Format

	// Text is for a line: JSON without white space between its tokens, a number, the
	// text as it is. It is not safe for a terminal: ui/canvas makes it so.
	Text string

	// Cut says that Text is only how it begins: see Decoder.Line.
	Cut bool

	// JSON is the same as JSON without white space, in which numbers have all their
	// digits. It is nil for text and bytes, for numbers that JSON lacks, and of a line.
	JSON []byte

	// Through is what the bytes were packed in, outermost first: gzip, zstd, snappy, lz4.
	Through []string

	// Schema is what describes the bytes; the zero SchemaRef if nothing does.
	Schema SchemaRef

	// Problem is why the bytes cannot be read as was asked; nil if they can. Text
	// then shows them in hex.
	Problem *Problem

	// Unknown is how many bytes are in fields that the schema does not have, which a
	// Protobuf message may have; they are not in JSON.
	Unknown int

	// Pending says that the schema with Schema.ID was not read yet. It is among
	// Decoder.Wanted; Text shows the bytes in hex meanwhile.
	Pending bool
}

// Fetch is the query that ends the wait of a Decoded that is Pending.
func (d *Decoded) Fetch() FetchSchema { return FetchSchema{ID: d.Schema.ID} }

// A Decoder reads keys and values, and writes them. It never blocks, and is safe for
// concurrent use. The same bytes give the same answer as long as no schema comes in
// and, with FormatAuto, what was seen of the topic before does not tell otherwise.
type Decoder interface {
	// Decode reads data whole.
	Decode(topic string, part Part, format Format, data []byte) Decoded

	// Line reads data for one line of a screen: Text may end after some most bytes,
	// and there is no JSON. It costs little however large data is, if that is text.
	Line(topic string, part Part, format Format, data []byte, most int) Decoded

	// JSONOf returns Decoded.JSON and nothing else, at the least cost: for filters.
	// What is JSON already comes back as it is, white space and all. The result must
	// not be written to.
	JSONOf(topic string, part Part, format Format, data []byte) []byte

	// Wanted are the queries whose answers Decode lacked of late: nothing is asked
	// unless somebody does. Once they are answered they are no longer listed.
	Wanted() []FetchSchema

	// Encode writes JSON as the schema wants it, with the registry's header before it.
	// The error is a *Problem that says where in the JSON the fault is, or which
	// schema must be fetched first: then Pending reports true.
	Encode(schema SchemaRef, json []byte) ([]byte, error)

	// Pending reports whether a schema must be fetched before Encode can use it.
	Pending(schema SchemaRef) bool
}
