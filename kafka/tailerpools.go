package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// pools lends the client library memory to read records into. Everything that a tail
// keeps is copied, so that it can be lent again; what is not, the garbage collector
// takes.
type pools struct{ records, bytes sync.Pool }

// GetRecords implements kgo.PoolRecords.
func (p *pools) GetRecords(n int) []kgo.Record {
	if s, ok := p.records.Get().(*[]kgo.Record); ok && cap(*s) >= n {
		return *s
	}
	return make([]kgo.Record, 0, n+n/8)
}

// PutRecords implements kgo.PoolRecords.
func (p *pools) PutRecords(s []kgo.Record) { p.records.Put(&s) }

// GetDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pools) GetDecompressBytes(compressed []byte, _ kgo.CompressionCodecType) []byte {
	if s, ok := p.bytes.Get().(*[]byte); ok && cap(*s) >= len(compressed) {
		return *s
	}
	return make([]byte, 0, 4*len(compressed))
}

// PutDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pools) PutDecompressBytes(s []byte) { p.bytes.Put(&s) }
