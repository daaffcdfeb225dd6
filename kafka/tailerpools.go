package kafka

import (
	"math/bits"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// pools lends the client library memory to read records into. Everything that a tail
// keeps is copied, so that it can be lent again; what is not, the garbage collector
// takes.
type pools struct {
	records spares[kgo.Record]
	bytes   spares[byte]
}

// GetRecords implements kgo.PoolRecords.
func (p *pools) GetRecords(n int) []kgo.Record { return p.records.get(n, 2) }

// PutRecords implements kgo.PoolRecords.
func (p *pools) PutRecords(s []kgo.Record) { p.records.put(s) }

// GetDecompressBytes implements kgo.PoolDecompressBytes. What is too small the client
// library leaves for a larger one of its own, which it then puts here: so there soon are
// those that are large enough for how well the topic is compressed.
func (p *pools) GetDecompressBytes(compressed []byte, _ kgo.CompressionCodecType) []byte {
	return p.bytes.get(4*len(compressed), 3)
}

// PutDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pools) PutDecompressBytes(s []byte) { p.bytes.put(s) }

// spares are slices that wait to be lent again, by the power of two that their capacity
// is in. A sync.Pool would hold them too, but lends the first that comes along: a large
// one for a small batch, and all of it is cleared each time. And it is emptied whenever
// garbage is collected.
type spares[T any] struct {
	mu   sync.Mutex
	free [bits.UintSize][][]T
}

// mostSpares is how many of about a size wait at most.
const mostSpares = 32

// get returns a slice with room for n, but with no more than 2^(above+1) times as much,
// unless it is new.
func (s *spares[T]) get(n, above int) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := sizeClass(n)
	for class := first; class <= min(first+above, len(s.free)-1); class++ {
		free := s.free[class]
		for i := len(free) - 1; i >= 0; i-- {
			if one := free[i]; cap(one) >= n {
				last := len(free) - 1
				free[i], free[last] = free[last], nil
				s.free[class] = free[:last]
				return one[:0]
			}
		}
	}
	return make([]T, 0, n+n/8)
}

// put takes a slice back.
func (s *spares[T]) put(one []T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if class := sizeClass(cap(one)); len(s.free[class]) < mostSpares {
		s.free[class] = append(s.free[class], one)
	}
}

// sizeClass is the power of two that a capacity is in.
func sizeClass(n int) int { return max(0, bits.Len(uint(n))-1) }
