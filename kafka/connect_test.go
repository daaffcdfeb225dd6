package kafka

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kscope/model"
)

func TestSeedsOf(t *testing.T) {
	for seed, want := range map[string]string{
		"a":             "a:9092",
		" a:1 ":         "a:1",
		"10.0.0.1":      "10.0.0.1:9092",
		"::1":           "[::1]:9092",
		"[::1]":         "[::1]:9092",
		"[::1]:9093":    "[::1]:9093",
		"kafka://a:1":   "looks like a URL",
		":9092":         "is not complete",
		"a:":            "is not complete",
		"a:1:2":         "neither host:port nor an IPv6 address",
		"":              "No broker is named",
		"b.example:9,9": "b.example:9,9",
	} {
		got, err := seedsOf(model.Connection{Seeds: []string{seed}})
		if said := fmt.Sprint(got, err); !strings.Contains(said, want) {
			t.Errorf("%q: %s, want %s", seed, said, want)
		}
	}
	if got, err := seedsOf(model.Connection{Seeds: []string{"a", "", "b:1"}}); err != nil || !slices.Equal(got, []string{"a:9092", "b:1"}) {
		t.Errorf("%v, %v", got, err)
	}
}

// Each connection that makes no sense is refused with a sentence that says why.
func TestDialRefuses(t *testing.T) {
	a := newAuthority(t, "ca")
	one, other := a.good("one"), a.good("other")
	garbled := write(t, "garbled", []byte("hello"))
	binary := write(t, "der", []byte{0x30, 0x82, 1, 2})
	keystore := write(t, "jks", []byte("\xfe\xed\xfe\xed\x00\x00"))
	encrypted := write(t, "encrypted", []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
	missing := filepath.Join(t.TempDir(), "missing")
	for _, test := range []struct {
		conn model.Connection
		want string
	}{
		{model.Connection{CAFile: missing}, "does not exist"},
		{model.Connection{CAFile: t.TempDir()}, "cannot be read"},
		{model.Connection{CAFile: garbled}, "holds no certificate in PEM form"},
		{model.Connection{CAFile: binary}, "it is DER or PKCS#12"},
		{model.Connection{CAFile: keystore}, "it is a Java keystore"},
		{model.Connection{CAFile: write(t, "empty", nil)}, "the file is empty"},
		{model.Connection{KeyFile: one.keyFile}, "a key file without a certificate file"},
		{model.Connection{CertFile: one.certFile}, "a certificate file without a key file"},
		{model.Connection{CertFile: one.certFile, KeyFile: other.keyFile}, "does not belong to the certificate"},
		{model.Connection{CertFile: garbled, KeyFile: one.keyFile}, "The certificate file"},
		{model.Connection{CertFile: one.certFile, KeyFile: garbled}, "holds no private key"},
		{model.Connection{CertFile: one.certFile, KeyFile: encrypted}, "is encrypted"},
		{model.Connection{Username: "alice"}, "a user name without a SASL mechanism"},
		{model.Connection{Password: model.NewSecret("secret")}, "a password without a SASL mechanism"},
		{model.Connection{Mechanism: "PLAIN", Password: model.NewSecret("secret")}, "needs a user name"},
		{model.Connection{Mechanism: "PLAIN", Username: "alice"}, "needs a password"},
		{model.Connection{Mechanism: "KERBEROS", Username: "alice", Password: model.NewSecret("secret")}, "is not supported"},
	} {
		test.conn.Seeds = []string{"localhost"}
		c, err := Dial(test.conn)
		if err == nil {
			c.Close()
		}
		var p *model.Problem
		if !errors.As(err, &p) || p.Kind != model.Invalid || !strings.Contains(p.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", test.conn, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is in %q", err)
		}
	}
}

func TestTLSIsImplied(t *testing.T) {
	a := newAuthority(t, "ca")
	for _, conn := range []model.Connection{{TLS: true}, {CAFile: a.file}, {ServerName: "a"}, {Insecure: true}} {
		if config, err := tlsConfig(conn); err != nil || config == nil {
			t.Errorf("%+v: no TLS, %v", conn, err)
		}
	}
	if config, err := tlsConfig(model.Connection{}); config != nil || err != nil {
		t.Errorf("TLS without being asked for, %v", err)
	}
}
