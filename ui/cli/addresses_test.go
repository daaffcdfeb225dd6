package cli

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	for list, want := range map[string]string{
		"kafka-1":                       "kafka-1:9092",
		"kafka-1:19092":                 "kafka-1:19092",
		"a:1, b ,c:3":                   "a:1 b:9092 c:3",
		"[::1]:9092":                    "[::1]:9092",
		"[2001:db8::7]":                 "[2001:db8::7]:9092",
		"[fe80::1%eth0]:9093":           "[fe80::1%eth0]:9093",
		"10.0.0.1:65535":                "10.0.0.1:65535",
		"b-1.msk_cluster.example.:9094": "b-1.msk_cluster.example.:9094",
		"kafka:09092":                   "kafka:9092",
	} {
		got, err := parseAddresses(list)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %q, %v", list, got, err)
		}
	}
}

func TestBadAddressesSayWhatToWrite(t *testing.T) {
	for list, want := range map[string]string{
		"":                         "write host:port",
		"  ":                       "write host:port",
		"a:1,,b:1":                 "between the commas is empty",
		"a:1,":                     "between the commas is empty",
		"a:0":                      "from 1 to 65535",
		"a:65536":                  "from 1 to 65535",
		"a:+1":                     "from 1 to 65535",
		"a:":                       "from 1 to 65535",
		"a:kafka":                  "from 1 to 65535",
		":9092":                    "write host:port",
		"a b:1":                    "write host:port",
		"=":                        "write host:port",
		"a/b:1":                    "write host:port",
		"a\x1b:1":                  "write host:port",
		"::1":                      "in brackets, [::1]:9092",
		"fe80::1:9092":             "in brackets, [::1]:9092",
		"[::1":                     "not an IPv6 address in brackets",
		"[10.0.0.1]:1":             "not an IPv6 address in brackets",
		"[::1]9092":                "between the bracket and the port",
		"[::1]:":                   "from 1 to 65535",
		"kafka://a:9092":           "no scheme, write a:9092",
		"PLAINTEXT://a:9092":       "no scheme, write a:9092",
		"SSL://a:9093":             "write a:9093 and add --tls",
		"SASL_SSL://a:9093":        "write a:9093 and add --tls --sasl-mechanism",
		"sasl_plaintext://a:1":     "write a:1 and add --sasl-mechanism",
		"ada:hunter2@kafka:9092":   "--username and --password-env",
		"kafka://ada:hunter2@k:92": "--username and --password-env",
	} {
		got, err := parseAddresses(list)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v", list, got, err)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the password is in %q", list, err)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"a", "a:1,b:2", "[::1]:9", "SASL_SSL://x:1", "a:b:c", "[fe80::1%25x]:1", " ,", "é:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseAddresses(s)
		if err != nil {
			if got != nil || err.Error() == "" {
				t.Fatalf("%q: %q and %v", s, got, err)
			}
			return
		}
		for _, a := range got {
			host, port, err := net.SplitHostPort(a)
			n, portErr := strconv.Atoi(port)
			if err != nil || portErr != nil || host == "" || n < 1 || n > 65535 {
				t.Fatalf("%q: %q is no address", s, a)
			}
		}
		again, err := parseAddresses(strings.Join(got, ","))
		if err != nil || strings.Join(again, ",") != strings.Join(got, ",") {
			t.Fatalf("%q: %q is read as %q, %v", s, got, again, err)
		}
	})
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"a=b", "a", "=b", "a==", "a=\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parseHeader(s)
		switch {
		case err != nil:
			if strings.Index(s, "=") > 0 {
				t.Fatalf("%q is refused: %v", s, err)
			}
		case h.Key == "" || strings.Contains(h.Key, "=") || h.Value == nil || h.Key+"="+string(h.Value) != s:
			t.Fatalf("%q is read as %+v", s, h)
		}
	})
}

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:9092": true, "127.9.9.9:0": true, "[::1]:19092": true, "localhost:9092": true,
		"0.0.0.0:9092": false, ":9092": false, "[::]:9092": false, "10.0.0.1:9092": false, "kafka:9092": false,
		"127.0.0.1": false, "127.0.0.1:x": false, "127.0.0.1:65536": false, "": false,
	} {
		if err := checkLoopback(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
