package model

import "testing"

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{number(0), "0"},
		{number(999), "999"},
		{number(1000), "1,000"},
		{number(-1234567), "-1,234,567"},
		{number(-123), "-123"},
		{things(1, "partition"), "1 partition"},
		{things(0, "partition"), "0 partitions"},
		{things(2000, "partition"), "2,000 partitions"},
		{percent(0.254), "25 %"},
		{percent(2), "200 %"},
		{amount(4), "4"},
		{amount(2.0 / 3), "0.7"},
		{amount(12345.5), "12345.5"},
		{amount(12345.01), "12,345"},
		{ids(nil), ""},
		{ids([]int32{3}), "3"},
		{ids([]int32{3, 10}), "3 and 10"},
		{ids([]int32{3, 5, 7}), "3, 5 and 7"},
		{ids([]int32{3, 5, 7, 9}), "3, 5, 7 and 9"},
		{ids([]int32{3, 5, 7, 9, 11}), "3, 5, 7 and 2 more"},
		{some([]string{"a", "b", "c", "d", "e"}, 5), "a, b, c and 2 more"},
		{some([]string{"a", "b", "c", "d"}, 4), "a, b, c and d"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
