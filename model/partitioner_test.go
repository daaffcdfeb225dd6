package model

import "testing"

// The hashes are those of UtilsTest.testMurmur2 in Kafka's own tests.
func TestMurmur2(t *testing.T) {
	for key, want := range map[string]int32{
		"21":                         -973932308,
		"foobar":                     -790332482,
		"a-little-bit-long-string":   -985981536,
		"a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
		"abc": 479470107,
	} {
		if got := int32(murmur2([]byte(key))); got != want {
			t.Errorf("murmur2(%q) = %d, want %d", key, got, want)
		}
	}
}

func TestKeyPartitionIsNeverNegative(t *testing.T) {
	for n := 1; n < 100; n++ {
		for _, key := range []string{"", "21", "foobar", "abc"} {
			if p := KeyPartition([]byte(key), n); p < 0 || int(p) >= n {
				t.Errorf("KeyPartition(%q, %d) = %d", key, n, p)
			}
		}
	}
}
