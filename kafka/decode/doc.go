// Package decode reads the bytes of keys and values, and writes them: what package
// model can read by itself, msgpack, CBOR, what is packed by gzip, zstd, snappy or
// lz4, and Avro, Protobuf and JSON by the schemas of a registry or by a file of
// descriptors.
//
// Everything comes out as JSON in which numbers have all their digits. A schema is
// compiled once; after that neither reading nor writing asks anybody.
package decode
