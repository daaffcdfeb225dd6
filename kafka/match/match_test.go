package match

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// order is a record as most of these tests have it.
var order = &kgo.Record{
	Topic: "orders", Partition: 3, Offset: 4711, Timestamp: time.UnixMilli(1_764_158_400_123), // 2025-11-26T12:00:00.123Z
	Key: []byte("user-42"),
	Value: []byte(`{"id": 9007199254740993, "total": 12.50, "name": "Ünal \"K\" \u00e9", "big": 18446744073709551615,
		"paid": true, "note": null, "tags": ["a", "b"], "items": [{"sku": "x-1", "n": 2, "price": 5}, {"sku": "y-2", "n": 3}],
		"at": "2025-11-26T12:00:00Z", "a b": 1, "dup": 1, "nested": {"deep": {"er": -7}}, "\u0064up": 2}`),
	Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte("old")}, {Key: "trace", Value: []byte("T-1")}, {Key: "none"}},
}

func TestFilters(t *testing.T) {
	for filter, want := range map[string]bool{
		"":        true,
		"user-42": true, "USER-42": false, "üNAL": false, "ünal": true, "Ünal": true, "x-1": true, "X-1": false, "t-1": true,
		"trace": true, "nowhere": false, "\\=": false, "\\~": false,
		"~user-\\d+$": true, "~^T-": true, "~^user$": false, "~(?i)ÜNAL": true,

		"=topic == 'orders' and partition == 3 and offset >= 4711 && size > 100": true,
		"=partition in [1,2,3]": true, "=partition in 4..9": false, "=partition not in [3]": false,
		"=key == 'user-42'": true, "=key contains '42'": true, "=key startsWith 'user' and key endsWith '2'": true,
		"=key matches '^user-[0-9]+$'": true, "=not (key matches 'x')": true,
		"=key == nil": false, "=value != nil": true, "=upper(key) == 'USER-42'": true,

		"=value.id == 9007199254740993": true, "=value.id == 9007199254740992": false, "=value.id > 9007199254740992": true,
		"=value.big == 18446744073709551615": true, "=value.big == 18446744073709551614": false,
		"=value.big > 18446744073709551614 and value.big < 28446744073709551614": true,
		"=value.big > value.id": true, "=-value.id == -9007199254740993": true,
		"=value.total == 12.5": true, "=value.total > 12": true, "=value.total > 12.500000000000000001": false,
		"=value.total < 12.500000000000000001": true, "=value.total >= 13": false,
		"=value.paid": true, "=!value.paid": false, "=value.paid == true": true, "=value.paid and value.total > 1": true,
		"=value.note == nil": true, "=value.none == nil": true, "=value.none != 1": true, "=value.none > 1": false,
		"=value.none.deeper.still == nil": true, "=value.none < 1 or value.none >= 1": false, "=value.none": false,
		"=value.name startsWith 'Ünal \"K\" é'": true, "=lower(value.name) contains 'ünal'": true,
		"=value.tags[0] == 'a'": true, "=value.tags[1] == \"b\"": true, "=value.tags[2] == nil": true, "=value.tags[-1] == 'b'": true,
		"=value.items[1].sku == 'y-2'": true, "=value['a b'] == 1": true, "=value.nested.deep.er == -7": true,
		"=value.dup == 2": true, "=value.dup == 1": false, "=value?.total == 12.5": true,
		"=value contains 'x-1'": true, "=value == 'x'": false,
		"=value.total == '12.50'": false, "=value.total != '12.50'": true, "=value.name > 5": false,

		"=headers['trace'] == 'T-1'": true, "=headers.trace == 'old'": false, "=headers['nix'] == nil": true,
		"='trace' in headers": true, "='nix' in headers": false, "=headers['none'] == nil": true, "='none' in headers": true,
		"=len(headers) == 2": true,

		"=timestamp == 1764158400123": true, "=timestamp > '2025-11-26T12:00:00Z'": true, "=timestamp >= \"2025-11-26T12:00:00.124Z\"": false,
		"=timestamp > ago('15m')": false, "=timestamp < ago('1h')": true, "=now() > timestamp": true,
		"=timestamp < '15m'": true, "=value.at < timestamp": true, "=value.at > ago('1s')": false,

		"=any(value.items, .price > 4)": true, "=all(value.items, .price > 4)": false, "=count(value.items, .n > 1) == 2": true,
		"=any(value.items, .none > 4)": false, "=none(value.tags, # == 'c')": true, "=any(value.none, true)": false,
		"=sum(value.items, .n) == 5": true, "=len(value.items) == 2": true, "=len(value.none) > 0": false,
		"=map(value.items, .sku) == ['x-1', 'y-2']": true, "=filter(value.tags, # == 'a')[0] == 'a'": true,
		"='b' in value.tags": true, "='c' in value.tags": false, "='total' in value": true,
		"=value.total * 2 == 25": true, "=value.id + 1 == 9007199254740994": true, "=value.id - 1 == 9007199254740992": true,
		"=value.none + 1 > 0": false, "=value.id % 10 == 3": true, "=value.total / 0 > 1": true, "=2 ** 3 == 8 and 2 ^ 3 == 8": true,
		"=(value.none ?? 5) == 5": true, "=value.paid ? true : false": true, "=let x = value.total; x > 12 and x < 13": true,
		"=value.items[0].n + value.items[1].n == 5": true, "=value[key] == nil": true, "=value[lower('TOTAL')] == 12.5": true,
		"=any(value.items, .sku == value.items[1].sku)": true, "=first(value.tags) == 'a' and last(value.tags) == 'b'": true,
		"=value.tags[0:1] == ['a']": true, "=string(value.total) == '12.5'": true, "=abs(value.nested.deep.er) == 7": true,
		"=value.items == value.items": true, "=value.items == value.tags": false, "=keys(value.nested) == ['deep']": true,
		"=trim(' a ') + 'b' == 'ab'": true, "=max(value.id, 1) > 9007199254740992": true,
		"=find(value.items, .n == 3).sku == 'y-2'": true, "=value.big + 1 > 1.8e19": true,
		"=any(value.items, .n > 1 and not (.price < 9))": true,
	} {
		m, err := Compile(filter, nil)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		if got := m.NewState().Match(order); got != want {
			_, last := m.Complaints()
			t.Errorf("%s is %v (%v)", filter, got, last)
		}
	}
}

func TestFaults(t *testing.T) {
	for filter, want := range map[string]string{
		"=":                             "1 after = goes a condition, such as =value.total > 10",
		"=value.total >":                "14 something is missing at the end",
		"=value.total > > 1":            "15 unexpected \">\"",
		"=valu.total > 1":               "1 unknown name valu",
		"=ü == 1":                       "1 unknown name ü",
		"=key == 'ü' and valu == 1":     "16 unknown name valu",
		"=key == 'x":                    "10 literal not terminated",
		"=offset":                       "1 this is no condition: compare it with something",
		"=offset > 'x'":                 "8 invalid operation: > (mismatched types int and string)",
		"=topic == 1":                   "7 invalid operation: == (mismatched types string and int)",
		"=timestamp > 'soon'":           "13 \"soon\" is no time: write 14:03, 15m, yesterday 14:03 or 2026-11-26T14:03:00Z",
		"=timestamp > ago('soon')":      "17 \"soon\" is no span of time: write 15m, 2h30m or 3d",
		"=timestamp > ago(15)":          "17 cannot use int as argument (type string) to call ago",
		"=timestamp > ago(key)":         "17 ago takes a span as text, such as ago(\"15m\")",
		"=key matches '('":              "5 error parsing regexp: missing closing ): `(`",
		"=key matches key":              "13 after matches goes a regular expression in quotes",
		"=reduce([1], #acc + #) > 1":    "1 unknown name reduce",
		"=repeat('x', 99) == 'x'":       "1 unknown name repeat",
		"=timestamp.Year() == 1":        "11 what is called must be a function: there are no methods",
		"=let value = 1; value > 0":     "5 cannot redeclare value",
		"=99999999999999999999 > '1'":   "",
		"~a(":                           "1 not a regular expression: missing closing ): `a(`",
		"~ab[z-a]":                      "4 not a regular expression: invalid character class range: `z-a`",
		strings.Repeat("x", Longest+1):  "0 the filter is longer than 4096 bytes",
		"=" + strings.Repeat("(", 3000): "3001 something is missing at the end",
	} {
		_, err := Compile(filter, nil)
		var got string
		if f, ok := errors.AsType[*Fault](err); ok {
			got = fmt.Sprintf("%d %s", f.Column, f.Says)
		} else if err != nil {
			t.Errorf("%s: %v is no fault", filter, err)
		}
		if got != want {
			t.Errorf("%.60s: %s, want %s", filter, got, want)
		}
	}
}
