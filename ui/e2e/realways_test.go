//go:build e2e && realkafka

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kscope/kafka/realkafka"
	"kscope/ui/e2e/terminal"
)

// A way leads to the cluster through a listener, by flags.
type way struct {
	name     string
	listener realkafka.Listener
	flags    []string
	password string // in the variable PASSWORD
}

func (w way) args(k *real) []string { return append([]string{"-b", k.seeds(w.listener)}, w.flags...) }

func (w way) env() []string { return []string{"PASSWORD=" + w.password} }

// login are the flags of a SASL login.
func login(mechanism, user string) []string {
	return []string{"--sasl-mechanism", mechanism, "--username", user, "--password-env", "PASSWORD"}
}

func (k *real) waysIn(t *testing.T) {
	ca := []string{"--ca-file", k.TLS.CA}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(realkafka.AdminPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, w := range []way{
		{"TLS", realkafka.TLS, ca, ""},
		{"TLS unchecked", realkafka.TLS, []string{"--tls", "--insecure-skip-verify"}, ""},
		{"mTLS", realkafka.SSL, append([]string{"--cert-file", k.TLS.ClientCert, "--key-file", k.TLS.ClientKey}, ca...), ""},
		{"PLAIN over TLS", realkafka.SASLSSL, append(login("PLAIN", realkafka.Admin), ca...), realkafka.AdminPassword},
		{"SCRAM-SHA-256 over TLS", realkafka.SASLSSL, append(login("SCRAM-SHA-256", realkafka.Admin), ca...), realkafka.AdminPassword},
		{"SCRAM-SHA-512 over TLS", realkafka.SASLSSL, append(login("SCRAM-SHA-512", realkafka.Admin), ca...), realkafka.AdminPassword},
		{"SCRAM-SHA-512, password in a file", realkafka.SASLPlaintext, []string{"--sasl-mechanism", "SCRAM-SHA-512", "--username", realkafka.Admin, "--password-file", file}, ""},
	} {
		t.Run(w.name, func(t *testing.T) {
			s := open(t, setup{args: w.args(k), env: w.env()})
			s.settledReal()
			s.intact()
			if strings.Contains(string(s.Stream()), realkafka.AdminPassword) {
				t.Error("the password was on the screen")
			}
		})
	}
}

func (k *real) refusals(t *testing.T) {
	ca := []string{"--ca-file", k.TLS.CA}
	for _, c := range []struct {
		way
		says, change string
	}{
		{way{"wrong password", realkafka.SASLSSL, append(login("SCRAM-SHA-512", realkafka.Admin), ca...), "not-the-password"},
			"The broker refuses the user name or the password", "check both"},
		{way{"wrong password, PLAIN", realkafka.SASLPlaintext, login("PLAIN", realkafka.Admin), "not-the-password"},
			"The broker refuses the user name or the password", "check both"},
		{way{"TLS to plaintext", realkafka.Plaintext, ca, ""},
			"kscope speaks TLS, but the listener does not", ""},
		{way{"plaintext to TLS", realkafka.TLS, nil, ""},
			"The listener speaks TLS, but kscope does not", "--tls"},
		{way{"unknown CA", realkafka.TLS, []string{"--ca-file", k.TLS.UntrustedCA}, ""},
			"did not issue the broker's certificate", "--ca-file"},
		{way{"no client certificate", realkafka.SSL, ca, ""},
			"wants a client certificate", "--cert-file"},
		{way{"SASL missing", realkafka.SASLPlaintext, nil, ""},
			"The listener wants SASL", "--sasl-mechanism"},
		{way{"advertised nowhere", realkafka.Unreachable, nil, ""},
			"it sends clients to addresses that do not resolve", "advertised.listeners"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, setup{args: c.args(k), env: c.env()})
			s.until("diagnosis that says: "+c.says+" … "+c.change, func(shot *terminal.Shot) bool {
				text := said(shot.Pane("Connecting"))
				return strings.Contains(text, c.says) && strings.Contains(text, c.change) && strings.Contains(text, "kscope keeps trying")
			})
			if c.password != "" && strings.Contains(string(s.Stream()), c.password) {
				t.Error("the password was on the screen")
			}
			s.press("esc")
			if status := s.ends(); status != 0 {
				t.Errorf("the exit status is %d", status)
			}
			s.restored()
			if c.listener == realkafka.Unreachable {
				return // without a screen, what needs no broker but the first is printed
			}
			if o := commandWith(t, c.env(), "", append([]string{"topics"}, c.args(k)...)...); o.status != 1 || o.out != "" || !strings.HasPrefix(o.err, "kscope: ") {
				t.Errorf("without a screen: %+v", o)
			}
		})
	}
}

// Alice may log in and nothing more: what she lacks is said where it is missing.
func (k *real) noRights(t *testing.T) {
	w := way{"", realkafka.SASLSSL, append(login("SCRAM-SHA-512", realkafka.Alice), "--ca-file", k.TLS.CA), realkafka.AlicePassword}
	s := open(t, setup{args: w.args(k), env: w.env()})
	s.until("brokers whose sizes are denied", func(shot *terminal.Shot) bool {
		p := shot.Pane(brokersPane)
		return p != nil && p.Row(" 1 ", " up ", "denied") != ""
	})
	s.until("word of the right to Describe topics", func(shot *terminal.Shot) bool {
		return strings.Contains(said(shot.Pane(topicsPane)), "Describe")
	})
	s.intact()
	o := commandWith(t, w.env(), "", append([]string{"tail", "orders"}, w.args(k)...)...)
	o.refused(t, 1, "Describe on Topic orders")
	o = commandWith(t, w.env(), "", append([]string{"produce", "orders", "-v", "x"}, w.args(k)...)...)
	o.refused(t, 1, "Topic orders")
}
