package kafka

import (
	"sync"
	"unsafe"

	"github.com/twmb/franz-go/pkg/kgo"
)

// pools lends the client library memory to read records into. Everything that a tail
// keeps is copied, so that it can be lent again.
type pools struct {
	mu      sync.Mutex
	records [][]kgo.Record
	bytes   [][]byte
	held    int // bytes that wait to be lent
}

// mostPooled bounds what waits to be lent.
const mostPooled = 32 << 20

func (t *tailer) pools() *pools { return &pools{} }

const recordBytes = int(unsafe.Sizeof(kgo.Record{}))

// GetRecords implements kgo.PoolRecords.
func (p *pools) GetRecords(n int) []kgo.Record {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.records) - 1; i >= 0; i-- {
		if s := p.records[i]; cap(s) >= n {
			p.records[i] = p.records[len(p.records)-1]
			p.records = p.records[:len(p.records)-1]
			p.held -= cap(s) * recordBytes
			return s
		}
	}
	return make([]kgo.Record, 0, n+n/8)
}

// PutRecords implements kgo.PoolRecords.
func (p *pools) PutRecords(s []kgo.Record) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := cap(s) * recordBytes; p.held+n <= mostPooled {
		p.records = append(p.records, s)
		p.held += n
	}
}

// GetDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pools) GetDecompressBytes(compressed []byte, _ kgo.CompressionCodecType) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.bytes) - 1; i >= 0; i-- {
		if s := p.bytes[i]; cap(s) >= 2*len(compressed) {
			p.bytes[i] = p.bytes[len(p.bytes)-1]
			p.bytes = p.bytes[:len(p.bytes)-1]
			p.held -= cap(s)
			return s
		}
	}
	return make([]byte, 0, 4*len(compressed))
}

// PutDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pools) PutDecompressBytes(s []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held+cap(s) <= mostPooled {
		p.bytes = append(p.bytes, s)
		p.held += cap(s)
	}
}
