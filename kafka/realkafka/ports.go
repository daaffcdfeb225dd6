package realkafka

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are taken in blocks, below the range that Linux, macOS and Windows give to
// outgoing connections: a port from there may be in use, as somebody's source port,
// by the time a killed broker comes back for it.
const (
	firstPort  = 14_000
	blockSize  = 64
	blockCount = 280
)

// A block is a range of ports that belongs to one cluster. Its first port is listened
// on for as long as the cluster lives, which is how other processes see that it is taken.
type block struct {
	base  int
	claim net.Listener
}

// ClaimBlock takes a free block, starting to look at a random one, so that suites
// that run side by side seldom meet.
func claimBlock() (*block, error) {
	first := rand.IntN(blockCount)
	for i := range blockCount {
		b := &block{base: firstPort + blockSize*((first+i)%blockCount)}
		claim, err := net.Listen("tcp", loopback(b.base))
		if err != nil {
			continue
		}
		b.claim = claim
		if b.free() {
			return b, nil
		}
		claim.Close()
	}
	return nil, fmt.Errorf("realkafka: no %d free ports in a row between %d and %d", blockSize, firstPort, firstPort+blockSize*blockCount)
}

func (b *block) free() bool {
	for port := b.base + 1; port < b.base+blockSize; port++ {
		probe, err := net.Listen("tcp", loopback(port))
		if err != nil {
			return false
		}
		probe.Close()
	}
	return true
}

// Port is the port of listener number i of node n, both counted from 1.
func (b *block) port(n, i int) int { return b.base + (n-1)*len(listeners) + i }

func (b *block) release() { b.claim.Close() }

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
