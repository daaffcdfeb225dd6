package export

import (
	"strings"
	"testing"
	"time"

	"kscope/model"
)

// BenchmarkForms writes records of 100 bytes and of 1 KiB, as fast as it goes.
func BenchmarkForms(b *testing.B) {
	for _, size := range []int{100, 1024} {
		value := `{"id":123456,"status":"paid","total":12.50,"note":"` + strings.Repeat("x", size)
		r := model.Record{Topic: "orders", Partition: 3, Offset: 119529, Timestamp: time.UnixMilli(1772366400000), LeaderEpoch: 7, Key: []byte("user-42"), Value: []byte(value[:size-2] + `"}`)}
		for _, form := range append(Forms, `%s\n`) {
			b.Run(form+"/"+map[int]string{100: "100", 1024: "1024"}[size], func(b *testing.B) {
				p, err := New(form, Decoding{})
				if err != nil {
					b.Fatal(err)
				}
				var dst []byte
				b.SetBytes(int64(size))
				for b.Loop() {
					if dst = p.Append(dst, &r); len(dst) > 128<<10 {
						dst = dst[:0]
					}
				}
			})
		}
	}
}
