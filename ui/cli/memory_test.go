package cli

import "testing"

func TestMemory(t *testing.T) {
	for typed, want := range map[string]int64{
		"64MiB": 64 << 20, "64M": 64 << 20, "1g": 1 << 30, "256KiB": 256 << 10, "1024k": 1 << 20,
		"": 0, "64": 0, "MiB": 0, "-1M": 0, "1.5G": 0, "255KiB": 0, "64MB": 0, "9999999999999G": 0, "1T": 0,
	} {
		var got int64
		if err := (memory{&got}).Set(typed); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v; want %d", typed, got, err, want)
		}
	}
}
