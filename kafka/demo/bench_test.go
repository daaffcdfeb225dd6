package demo

import (
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func cpuTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

func (c *Cluster) written() (records int64) {
	for _, s := range catalog() {
		for _, pi := range c.fake.PartitionInfos(s.name) {
			records += pi.HighWatermark
		}
	}
	return records
}

// BenchmarkStart is a start with topics and history, and the end.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		c, err := Start(b.Context(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		c.Close()
		b.StartTimer()
	}
}

// BenchmarkSecond is one second of the running cluster with all its traffic
// and groups; see its extra columns. Run it with -benchtime=30x and more.
func BenchmarkSecond(b *testing.B) {
	c, err := Start(b.Context(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	time.Sleep(3 * time.Second) // the groups settle
	cpu, records, began := cpuTime(), c.written(), time.Now()
	for b.Loop() {
		time.Sleep(time.Second)
	}
	took := time.Since(began).Seconds()
	b.ReportMetric((cpuTime()-cpu).Seconds()/took, "cores")
	b.ReportMetric(float64(c.written()-records)/took, "records/s")
	b.ReportMetric(heapMB(), "MB-heap")
	b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
}

// huge starts the scale cluster and gives a client that is connected to it.
func huge(b *testing.B) *kgo.Client {
	c, err := Huge(b.Context(), 0, 0, "")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.Seeds()...), kgo.Dialer(c.Dial))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(cl.Close)
	if err := cl.Ping(b.Context()); err != nil {
		b.Fatal(err)
	}
	return cl
}

func BenchmarkHugeStart(b *testing.B) {
	before := heapMB()
	for b.Loop() {
		c, err := Huge(b.Context(), 0, 0, "")
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(heapMB()-before, "MB-heap")
		c.Close()
		b.StartTimer()
	}
}

func BenchmarkHugeMetadata(b *testing.B) {
	cl := huge(b)
	for b.Loop() {
		if _, err := cl.Broker(1).Request(b.Context(), kmsg.NewPtrMetadataRequest()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHugePages reads all 200,000 partitions in pages of 2,000.
func BenchmarkHugePages(b *testing.B) {
	cl := huge(b)
	for b.Loop() {
		req := kmsg.NewPtrDescribeTopicPartitionsRequest()
		req.ResponsePartitionLimit = pageMost
		for {
			resp, err := req.RequestWith(b.Context(), cl)
			if err != nil {
				b.Fatal(err)
			}
			if resp.NextCursor == nil {
				break
			}
			cursor := kmsg.NewDescribeTopicPartitionsRequestCursor()
			cursor.Topic, cursor.Partition = resp.NextCursor.Topic, resp.NextCursor.Partition
			req.Cursor = &cursor
		}
	}
}

func BenchmarkHugeLogDirs(b *testing.B) {
	cl := huge(b)
	for b.Loop() {
		if _, err := cl.Broker(1).Request(b.Context(), kmsg.NewPtrDescribeLogDirsRequest()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHugeEndOffsets(b *testing.B) {
	cl := huge(b)
	adm := kadm.NewClient(cl)
	ctx := context.Background()
	if _, err := adm.Metadata(ctx); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := adm.ListEndOffsets(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
