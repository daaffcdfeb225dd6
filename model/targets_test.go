package model

import (
	"strings"
	"testing"
)

func TestParseTargets(t *testing.T) {
	for typed, want := range map[string]string{
		"orders":                          "orders",
		"orders,payments":                 "orders,payments",
		"payments, orders,":               "orders,payments",
		"orders:3":                        "orders:3",
		"orders:0-3,7":                    "orders:0-3,7",
		"orders:7,3,2,1-2,0":              "orders:0-3,7",
		"orders:0,payments":               "payments,orders:0",
		"orders:0,payments:1-2,5":         "orders:0,payments:1-2,5",
		"orders:1,orders:2":               "orders:1-2",
		"orders:1,orders":                 "orders",
		"7,orders:3":                      "7,orders:3",
		"orders:3,7":                      "orders:3,7",
		"orders:3,0-1":                    "orders:0-1,3",
		"0-1,.x:3":                        "0-1,.x:3",
		"orders:0-2147483647":             "orders:0-2147483647",
		"~^order":                         "~^order",
		"~a{1,2},b":                       "~a{1,2},b",
		"orders:1,~pay|ord":               "orders:1,~pay|ord",
		"orders | ~pay":                   "orders,~pay",
		"~a | ~b":                         "~(?:a)|(?:b)",
		"~a | ~a":                         "~a",
		`~\Qa | ~b`:                       "~(?:a)|(?:b)",
		"":                                "no topic is named: ",
		",":                               "a name of a topic is missing: ",
		"~":                               "after ~ goes a regular expression",
		"~(":                              "~( is no regular expression: missing closing )",
		"orders:":                         `"" is no partition of orders: `,
		"orders:x":                        `"x" is no partition of orders: `,
		"orders:-1":                       `"-1" is no partition of orders: `,
		"orders:3-1":                      `"3-1" is no partition of orders: `,
		"orders:2147483648":               `"2147483648" is no partition of orders: `,
		"orders:1:2":                      `"1:2" is no partition of orders: `,
		"or ders":                         `"or ders" is no name of a topic: `,
		"..":                              `no topic is named ".."`,
		strings.Repeat("long", 63) + "er": "no topic has a name of more than 249 characters",
	} {
		got, err := ParseTargets(strings.Split(typed, " | ")...)
		s := got.String()
		if err != nil {
			s = err.Error()
		}
		if err == nil && s != want || !strings.HasPrefix(s, want) {
			t.Errorf("%q is %q, want %q", typed, s, want)
		}
	}
}

func TestWhatTargetsMatch(t *testing.T) {
	for _, c := range []struct{ targets, matches, lacks string }{
		{"orders", "orders", "order orders2 __x"},
		{"orders:1", "orders", "payments"},
		{"~^ord", "orders ord", "words __ord"},
		{"~.", "orders", "__consumer_offsets"},
		{"~__", "__consumer_offsets a__b", "orders"},
		{"__consumer_offsets,~^ord", "__consumer_offsets orders", "__transaction_state"},
	} {
		targets, err := ParseTargets(c.targets)
		if err != nil {
			t.Fatal(err)
		}
		set := targets.Set()
		for _, topic := range strings.Fields(c.matches) {
			if !set.Matches(topic) {
				t.Errorf("%s does not match %s", c.targets, topic)
			}
		}
		for _, topic := range strings.Fields(c.lacks) {
			if set.Matches(topic) {
				t.Errorf("%s matches %s", c.targets, topic)
			}
		}
		if set.Open() != strings.Contains(c.targets, "~") {
			t.Errorf("%s is open: %v", c.targets, set.Open())
		}
	}
	if (Targets{}).Set().Matches("") || (Targets{}).Set().Open() {
		t.Error("no targets match something")
	}
}

func TestPartitionsOfTargets(t *testing.T) {
	targets, err := ParseTargets("orders:0-3,7,payments,~^au")
	if err != nil {
		t.Fatal(err)
	}
	set := targets.Set()
	p := set.Partitions("orders")
	for id, want := range map[int32]bool{0: true, 3: true, 4: false, 7: true, 8: false, -1: false} {
		if p.Has(id) != want {
			t.Errorf("orders has %d: %v", id, !want)
		}
	}
	if p.Max() != 7 || p.All() || p.String() != "0-3,7" {
		t.Errorf("%v up to %d", p, p.Max())
	}
	for _, topic := range []string{"payments", "audit"} {
		if p := set.Partitions(topic); !p.All() || !p.Has(123456) || p.Max() != AllPartitions {
			t.Errorf("%s has %q", topic, p)
		}
	}
	if got := strings.Join(set.Names(), " "); got != "orders payments" {
		t.Errorf("%s", got)
	}
}

func TestOneTarget(t *testing.T) {
	if topic, p, ok := TargetOf("orders", 3).One(); topic != "orders" || p.String() != "3" || !ok {
		t.Errorf("%s %s %v", topic, p, ok)
	}
	if id, ok := TargetOf("orders", 3).Set().Partitions("orders").One(); id != 3 || !ok {
		t.Errorf("%d %v", id, ok)
	}
	if topic, p, ok := TargetOf("orders", AllPartitions).One(); topic != "orders" || !p.All() || !ok {
		t.Errorf("%s %s %v", topic, p, ok)
	}
	if got := TargetOf("no topic, nor\x1b", 0); got != (Targets{}) {
		t.Errorf("%q", got)
	}
	for _, several := range []string{"a,b", "~a", "a,~b"} {
		targets, err := ParseTargets(several)
		if _, _, ok := targets.One(); ok || err != nil {
			t.Errorf("%s is one topic, %v", several, err)
		}
	}
	for _, some := range []string{"0-1", "0,2"} {
		p, err := ParsePartitions(some)
		if _, ok := p.One(); ok || err != nil {
			t.Errorf("%s is one partition, %v", some, err)
		}
	}
	for _, none := range []string{"", "x", "1,", "2-1", "-", "1-", "-1", "1-2-3"} {
		if p, err := ParsePartitions(none); err == nil {
			t.Errorf("%q is %q", none, p)
		}
	}
}

// What was understood is written so that it means the same, together with others too.
func FuzzParseTargets(f *testing.F) {
	for _, typed := range []string{"orders", "orders,payments", "~^a{1,2}", "orders:3", "orders:0-3,7", "7,a:1,0-3", `~\Qa`, "~(?i)x"} {
		f.Add(typed, "payments:1")
		f.Add(typed, "~b")
	}
	f.Fuzz(func(t *testing.T, typed, more string) {
		targets, err := ParseTargets(typed, more)
		if err != nil {
			return
		}
		again, err := ParseTargets(targets.String())
		if err != nil || again != targets {
			t.Errorf("%q and %q are %q, read again %q, %v", typed, more, targets, again, err)
		}
		set := targets.Set()
		for _, name := range set.Names() {
			if !set.Matches(name) || set.Partitions(name).list()[0].first < 0 {
				t.Errorf("%q does not match its own %s", targets, name)
			}
		}
		set.Matches(more)
	})
}
