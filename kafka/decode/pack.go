package decode

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy/xerial"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"kscope/model"
)

// mostUnpacked is how large packed bytes may become.
const mostUnpacked = 16 << 20

// packings are what bytes may be packed in, and how each begins.
var packings = []struct{ name, begin string }{
	{"gzip", "\x1f\x8b\x08"},
	{"zstd", "\x28\xb5\x2f\xfd"},
	{"lz4", "\x04\x22\x4d\x18"},
	{"snappy", "\xff\x06\x00\x00sNaPpY"},
	{"snappy", "\x82SNAPPY\x00"}, // as Java writes it: xerial
}

// packingOf returns what data is packed in, by how it begins; empty if in nothing.
func packingOf(data []byte) string {
	if len(data) < 8 {
		return ""
	}
	switch data[0] {
	case 0x1f, 0x28, 0x04, 0xff, 0x82: // most data ends here
		begin := string(data[:min(len(data), 10)])
		for _, p := range packings {
			if strings.HasPrefix(begin, p.begin) {
				return p.name
			}
		}
	}
	return ""
}

// unpacks reports whether a format is one of what is packed: bytes in hex are the
// packed ones.
func unpacks(format model.Format) bool {
	switch format {
	case model.FormatAuto, model.FormatText, model.FormatJSON, model.FormatMsgpack, model.FormatCBOR,
		model.FormatRegistry, model.FormatAvro, model.FormatProtobuf, model.FormatJSONSchema:
		return true
	}
	return false
}

// unpack returns the first most bytes of what is packed, and whether there are more.
func unpack(packing string, data []byte, most int) (inner []byte, more bool, err error) {
	if data[0] == 0x82 {
		return unpackXerial(data, most)
	}
	r, err := unpacker(packing, data)
	if err != nil {
		return nil, false, err
	}
	defer r.Close()
	inner, err = io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, false, err
	}
	if len(inner) > most {
		return inner[:most], true, nil
	}
	return inner, false, nil
}

func unpacker(packing string, data []byte) (io.ReadCloser, error) {
	in := bytes.NewReader(data)
	switch packing {
	case "gzip":
		return gzip.NewReader(in)
	case "zstd":
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*mostUnpacked), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	case "lz4":
		return io.NopCloser(lz4.NewReader(in)), nil
	}
	return io.NopCloser(s2.NewReader(in)), nil
}

func unpackXerial(data []byte, most int) ([]byte, bool, error) {
	inner, err := xerial.DecodeCapped(make([]byte, 0, min(most, 4*len(data))), data)
	if errors.Is(err, xerial.ErrDstTooSmall) {
		inner, err = xerial.DecodeCapped(make([]byte, 0, most), data)
	}
	if errors.Is(err, xerial.ErrDstTooSmall) {
		return inner, true, nil
	}
	return inner, false, err
}
