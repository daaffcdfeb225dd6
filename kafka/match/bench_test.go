package match

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// somany returns records of about so many bytes, of which one in a hundred has a total
// of more than 990.
func somany(size int) []*kgo.Record {
	var rs []*kgo.Record
	for i := range 1000 {
		value := fmt.Sprintf(`{"id":%d,"user":"user-%d","status":"shipped","total":%d.50,"note":"`, 100000+i, i%37, i%1000)
		for len(value) < size-2 {
			value += string(rune('a' + (len(value)*7+i)%26))
		}
		rs = append(rs, &kgo.Record{Topic: "orders", Key: fmt.Appendf(nil, "user-%d", i%37), Value: []byte(value + `"}`), Timestamp: time.Now()})
	}
	return rs
}

// BenchmarkMatch measures filters, per record, beside doing nothing and beside reading
// each value whole.
func BenchmarkMatch(b *testing.B) {
	for _, size := range []int{100, 1024} {
		records := somany(size)
		run := func(name string, match func(*kgo.Record) bool) {
			b.Run(fmt.Sprintf("%dB/%s", size, name), func(b *testing.B) {
				b.ReportAllocs()
				found := 0
				for i := 0; b.Loop(); i++ {
					if match(records[i%len(records)]) {
						found++
					}
				}
				b.ReportMetric(float64(found)/float64(b.N)*100, "%found")
			})
		}
		run("nothing", func(r *kgo.Record) bool { return len(r.Value) == 0 })
		for _, f := range []struct{ name, filter string }{
			{"text", "refunded"}, {"Text", "Refunded"}, {"regexp", "~user-3[0-9]:"},
			{"field", "=value.total > 990"},
			{"fields", "=value.status == 'shipped' and value.user != 'user-1' and value.total > 990"},
			{"machine", "=value.total * 2 > 1980"},
		} {
			run(f.name, compiled(b, f.filter, nil).NewState().Match)
		}
		run("encoding+json,expr", wholly(b, "value.total > 990"))
	}
}

// wholly is what one would write without this package.
func wholly(b *testing.B, condition string) func(*kgo.Record) bool {
	program, err := expr.Compile(condition, expr.AsBool())
	if err != nil {
		b.Fatal(err)
	}
	return func(r *kgo.Record) bool {
		var value any
		if err := json.Unmarshal(r.Value, &value); err != nil {
			return false
		}
		out, err := expr.Run(program, map[string]any{"value": value})
		return err == nil && out.(bool)
	}
}
