package model

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestProtocol(t *testing.T) {
	for _, c := range []struct {
		c    Connection
		want string
	}{
		{Connection{}, "PLAINTEXT"},
		{Connection{TLS: true}, "SSL"},
		{Connection{Mechanism: "PLAIN"}, "SASL_PLAINTEXT"},
		{Connection{TLS: true, Mechanism: "PLAIN"}, "SASL_SSL"},
	} {
		if got := c.c.Protocol(); got != c.want {
			t.Errorf("%+v speaks %s, want %s", c.c, got, c.want)
		}
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	secret := NewSecret("hunter2")
	conn := Connection{Username: "ada", Password: secret}
	hidden := struct{ conn Connection }{conn} // fmt asks no methods of what is not exported
	for verb := rune(' '); verb < 0x7f; verb++ {
		for _, flags := range []string{"", "+", "#", "-20", "020.3"} {
			for _, v := range []any{secret, &secret, conn, &conn, hidden, &hidden, []Secret{secret}, map[string]Secret{"a": secret}} {
				keepsQuiet(t, "%"+flags+string(verb), fmt.Sprintf("%"+flags+string(verb), v))
			}
		}
	}
	keepsQuiet(t, "Sprint", fmt.Sprint(secret, conn, hidden)+fmt.Sprintln(secret, conn, hidden))
}

func keepsQuiet(t *testing.T, how, text string) {
	t.Helper()
	for _, secret := range []string{"hunter2", "hunt", "68756e74", "68 75 6e", "104 117 110", "[104"} {
		if strings.Contains(strings.ToLower(text), secret) {
			t.Errorf("%s prints %q", how, text)
		}
	}
}

func TestASecretIsNeverEncoded(t *testing.T) {
	conn := Connection{Username: "ada", Password: NewSecret("hunter2")}
	if b, err := json.Marshal(conn); err != nil || !strings.Contains(string(b), dots) {
		t.Errorf("JSON: %s, %v", b, err)
	} else {
		keepsQuiet(t, "JSON", string(b))
	}
	if b, err := xml.Marshal(conn); err != nil {
		t.Error(err)
	} else {
		keepsQuiet(t, "XML", string(b))
	}
	var buf bytes.Buffer
	_ = gob.NewEncoder(&buf).Encode(conn) // it refuses
	keepsQuiet(t, "gob", buf.String())
	buf.Reset()
	for _, h := range []slog.Handler{slog.NewTextHandler(&buf, nil), slog.NewJSONHandler(&buf, nil)} {
		slog.New(h).Info("dialled", "conn", conn, "password", conn.Password)
	}
	keepsQuiet(t, "slog", buf.String())
}

func TestSecret(t *testing.T) {
	var zero Secret
	if !zero.Empty() || zero.Reveal() != "" || NewSecret("") != zero {
		t.Error("the zero Secret is not empty")
	}
	if s := NewSecret("hunter2"); s.Empty() || s.Reveal() != "hunter2" {
		t.Errorf("a secret reveals %q", s.Reveal())
	}
}
