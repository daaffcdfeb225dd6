package kafka

import (
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	// fetchMemory is how much may be fetched ahead, over all brokers, before it is
	// decompressed.
	fetchMemory = 48 << 20
	fetchMost   = 16 << 20
	fetchLeast  = 1 << 20
	// fetchShare is how much of what a fetch brings one partition may take up.
	fetchShare = 8
	// fetchRate is how many bytes a second fetches should bring at their fastest; if they
	// do not, they ask for more.
	fetchRate = 64 << 20
	// fetchTries is how many fetches tell that.
	fetchTries = 4
)

// A fetchSize is how much a fetch asks for. That begins small: the records of a large
// fetch do not fit into the caches of the processor, where they are gone through several
// times, and the first of them can be shown only once all are decoded. But each fetch
// waits for an answer, and the farther away the brokers are, the more it has to bring
// for that; so what comes slowly is doubled, until it is as much as memory allows.
type fetchSize struct {
	mu      sync.Mutex
	now     int32 // bytes a fetch
	most    int32
	full    int     // fetches that brought what they could, since it was looked at
	fastest float64 // of those, bytes a second
	set     func(all, partition int32)
}

func newFetchSize(brokers int) *fetchSize {
	most := int32(max(fetchLeast, min(fetchMemory/max(1, brokers), fetchMost)))
	return &fetchSize{now: fetchLeast, most: most}
}

// of returns what a client is made with to fetch so much.
func (s *fetchSize) of() []kgo.Opt {
	return []kgo.Opt{kgo.FetchMaxBytes(s.now), kgo.FetchMaxPartitionBytes(s.share()), kgo.WithHooks(s)}
}

// share is how many bytes one partition may bring.
func (s *fetchSize) share() int32 { return s.now / fetchShare }

// begin has what is asked for grow by set.
func (s *fetchSize) begin(set func(all, partition int32)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set = set
}

// OnBrokerE2E implements kgo.HookBrokerE2E.
func (s *fetchSize) OnBrokerE2E(_ kgo.BrokerMetadata, key int16, e kgo.BrokerE2E) {
	if key != int16(kmsg.Fetch) || e.ReadErr != nil || e.WriteErr != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set != nil && s.grow(int32(e.BytesRead), e.DurationE2E()) {
		s.set(s.now, s.share())
	}
}

// grow takes in what a fetch brought and how long that took, and reports whether the
// next is to ask for more. A fetch that was not full does not count: it waited for
// records to be written.
func (s *fetchSize) grow(brought int32, took time.Duration) bool {
	if brought < s.share() {
		return false
	}
	s.full++
	s.fastest = max(s.fastest, float64(brought)/took.Seconds())
	if s.full < fetchTries {
		return false
	}
	slow := s.fastest < fetchRate
	s.full, s.fastest = 0, 0
	if !slow || s.now == s.most {
		return false
	}
	s.now = min(2*s.now, s.most)
	return true
}
