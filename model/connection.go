package model

import "time"

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

// A Secret is text that is never printed: every verb of fmt shows dots.
type Secret string

// String implements fmt.Stringer.
func (s Secret) String() string { return "••••" }

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return "••••" }

// MarshalText keeps the secret out of every encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte("••••"), nil }

// Reveal returns the text, for the one place that authenticates with it.
func (s Secret) Reveal() string { return string(s) }
