package decode

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

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
	pool := unpackers[packing]
	r := pool.Get().(unpacker)
	defer pool.Put(r)
	if err := r.Reset(bytes.NewReader(data)); err != nil {
		return nil, false, err
	}
	inner, err = io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, false, err
	}
	if len(inner) > most {
		return inner[:most], true, nil
	}
	return inner, false, nil
}

// An unpacker unpacks one thing after another. It is large, and so used again.
type unpacker interface {
	io.Reader
	Reset(io.Reader) error
}

// easy is an unpacker whose Reset does not fail.
type easy struct {
	io.Reader
	reset func(io.Reader)
}

func (e easy) Reset(r io.Reader) error { e.reset(r); return nil }

var unpackers = map[string]*sync.Pool{
	"gzip": {New: func() any { return new(gzip.Reader) }},
	"zstd": {New: func() any { // alone it starts no goroutine
		return must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*mostUnpacked), zstd.WithDecoderLowmem(true)))
	}},
	"lz4":    {New: func() any { r := lz4.NewReader(nil); return easy{r, r.Reset} }},
	"snappy": {New: func() any { r := s2.NewReader(nil); return easy{r, r.Reset} }},
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
