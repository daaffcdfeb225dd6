package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Connection is how to reach a cluster: what flags, the environment or a file
// said. It holds names of files, not their contents.
type Connection struct {
	Name     string   // what the header calls the cluster; empty: its first seed
	Seeds    []string // host:port; the port defaults to 9092
	ClientID string   // empty: kscope

	TLS        bool   // implied by any of the file names below
	CAFile     string // PEM; empty: the system's roots
	CertFile   string // PEM, for mTLS
	KeyFile    string // PEM
	ServerName string // name the broker's certificate is checked against; empty: the host dialled
	Insecure   bool   // certificates are not checked at all

	Mechanism string // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512; empty: no SASL
	Username  string
	Password  Secret

	Registry Registry
	Proto    Proto

	ReadOnly bool          // every Command is refused
	Timeout  time.Duration // for one request; zero: 10 s
}

// Protocol is Kafka's name for how the connection is secured.
func (c Connection) Protocol() string {
	switch {
	case c.TLS && c.Mechanism != "":
		return "SASL_SSL"
	case c.TLS:
		return "SSL"
	case c.Mechanism != "":
		return "SASL_PLAINTEXT"
	}
	return "PLAINTEXT"
}

// A Registry is how to reach a schema registry that speaks the Confluent API; the
// zero Registry is none.
type Registry struct {
	URLs []string // http or https; the next is asked when one does not answer

	Username string // for basic authentication; empty: none
	Password Secret
	Token    Secret // bearer token, instead of a username

	CAFile   string // PEM; empty: the system's roots
	CertFile string // PEM, for mTLS
	KeyFile  string // PEM
	Insecure bool   // the certificate is not checked at all
}

// Exposed reports whether a password or a token travels unencrypted.
func (r Registry) Exposed() bool {
	return (r.Username != "" || !r.Token.Empty()) &&
		slices.ContainsFunc(r.URLs, func(u string) bool { return strings.HasPrefix(u, "http://") })
}

// Proto is the Protobuf messages of topics whose records do not name a schema.
type Proto struct {
	File     string // made by protoc --descriptor_set_out; empty: none
	Messages []ProtoMessage
}

// A ProtoMessage says what the keys or the values of a topic are.
type ProtoMessage struct {
	Topic   string
	Part    Part
	Message string // its full name, with the package
}

// A Secret is text that is never printed: every verb of fmt and every encoding
// shows dots, or where fmt asks no methods, as of a field that is not exported,
// an address. That is what the pointer is for. The zero Secret is empty.
type Secret struct{ text *string }

// NewSecret returns a secret; of no text it is the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Empty reports whether there is no text.
func (s Secret) Empty() bool { return s.text == nil }

// Reveal returns the text, for the one place that authenticates with it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

const dots = "••••"

// Format implements fmt.Formatter.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(dots)) }

// MarshalText keeps the secret out of every encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }
