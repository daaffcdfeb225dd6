package demo

import (
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// spec is a topic of the demo: how it is laid out, and what is written to it.
type spec struct {
	name       string
	partitions int
	factor     int
	first      int // broker (0, 1, 2) that partition 0 prefers
	heavy      int // of 10 partitions, so many prefer the first broker
	configs    map[string]string

	rate  float64       // records a second on average, 0 for none
	every time.Duration // between writes
	past  int           // records written before the start
	make  func(*maker, *kgo.Record)
	plain bool // no key: any partition, some more often than others
}

const (
	often  = 100 * time.Millisecond
	steady = 400 * time.Millisecond
	rarely = 2 * time.Second
)

// catalog has the demo's topics: about 200 partitions, spread unevenly.
func catalog() []spec {
	return []spec{
		{name: "orders", partitions: 12, factor: 3, rate: 250, every: often, past: 12000, make: order, configs: bounded(200, "2")},
		{name: "clicks", partitions: 24, factor: 3, heavy: 5, rate: 1300, every: often, past: 18000, make: click, plain: true, configs: bounded(150, "1")},
		{name: "payments", partitions: 6, factor: 3, first: 1, past: 3000, make: payment, configs: bounded(150, "2")},
		{name: "users", partitions: 6, factor: 3, first: 2, rate: 6, every: steady, past: 2400, make: profile, configs: compacted("600000")},
		{name: "audit-log", partitions: 3, factor: 2, rate: 12, every: steady, past: 3000, make: audit, plain: true, configs: bounded(150, "1")},
		{name: "metrics-raw", partitions: 12, factor: 2, first: 1, rate: 300, every: steady, past: 8000, make: metric, configs: bounded(80, "2")},
		{name: "emails", partitions: 3, factor: 3, first: 2, rate: 5, every: steady, past: 1200, make: email, configs: bounded(100, "1")},
		{name: "invoices", partitions: 6, factor: 3, rate: 3, every: steady, past: 1600, make: invoice, configs: bounded(100, "2")},
		{name: "sessions", partitions: 12, factor: 2, first: 2, rate: 150, every: steady, past: 6000, make: session, configs: bounded(80, "1")},
		{name: "inventory", partitions: 6, factor: 3, first: 1, rate: 15, every: steady, past: 3000, make: stock, configs: compacted("600000")},
		{name: "shipments", partitions: 6, factor: 3, rate: 10, every: steady, past: 2000, make: shipment, configs: bounded(120, "1")},
		{name: "notifications", partitions: 6, factor: 2, first: 1, rate: 20, every: steady, past: 3000, make: notification, configs: bounded(80, "1")},
		{name: "search-queries", partitions: 8, factor: 3, first: 2, rate: 100, every: steady, past: 5000, make: query, plain: true, configs: bounded(80, "1")},
		{name: "geo-positions", partitions: 12, factor: 3, heavy: 3, first: 2, rate: 150, every: steady, past: 5000, make: position, configs: bounded(80, "1")},
		{name: "fraud-scores", partitions: 6, factor: 3, first: 1, rate: 20, every: steady, past: 2400, make: score, configs: bounded(80, "1")},
		{name: "features", partitions: 1, factor: 3, first: 2, rate: 0.05, every: rarely, past: 60, make: feature, configs: compacted("600000")},
		{name: "scratch", partitions: 3, factor: 1, rate: 1, every: rarely, past: 200, make: scratch, plain: true, configs: bounded(60, "1")},
		{name: "returns", partitions: 4, factor: 3, configs: bounded(60, "1")}, // empty
		{name: "dead-letters", partitions: 3, factor: 3, first: 1, rate: 0.5, every: rarely, past: 120, make: dead, plain: true, configs: bounded(100, "1")},
		{name: "_schemas", partitions: 1, factor: 3, first: 1, past: 40, make: schema, configs: compacted("86400000")},
		{name: offsetsTopic, partitions: 50, factor: 3, configs: map[string]string{"cleanup.policy": "compact", "segment.bytes": "104857600", "compression.type": "producer"}},
	}
}

// bounded keeps a partition below so many kilobytes. kfake frees memory by
// whole segments, so these are small.
func bounded(kilobytes int, minISR string) map[string]string {
	return map[string]string{
		"retention.bytes":   strconv.Itoa(kilobytes << 10),
		"segment.bytes":     strconv.Itoa(kilobytes << 10 / 4),
		minISRConfig:        minISR,
		"cleanup.policy":    "delete",
		"retention.ms":      "604800000",
		"max.message.bytes": "1048588",
	}
}

func compacted(deleteRetention string) map[string]string {
	return map[string]string{
		"cleanup.policy":      "compact",
		"delete.retention.ms": deleteRetention,
		"segment.bytes":       "65536",
		minISRConfig:          "2",
	}
}

// layout gives the replicas of each partition. Like Kafka, it goes round the
// brokers and turns the order of the followers with each round; heavy makes
// the first broker the preferred leader more often than its share.
func (s *spec) layout() [][]int32 {
	n := len(racks)
	out := make([][]int32, s.partitions)
	for p := range out {
		lead := (s.first + p) % n
		if p*7%10 < s.heavy {
			lead = s.first
		}
		turn := p / n % (n - 1)
		for i := range s.factor {
			at := lead
			if i > 0 {
				at = lead + 1 + (i-1+turn)%(n-1)
			}
			out[p] = append(out[p], int32(at%n+1))
		}
	}
	return out
}
