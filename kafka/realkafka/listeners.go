package realkafka

import "fmt"

// A Listener is one of the doors every broker has, by the name Kafka's own
// configuration gives it.
type Listener string

// The listeners. All but Plaintext, Unreachable and Controller exist only in a
// cluster that was brought up with Options.Secure.
const (
	// Plaintext needs nothing; whoever comes in is User:ANONYMOUS, a super user.
	Plaintext Listener = "PLAINTEXT"
	// SSL is TLS and demands a client certificate; Cluster.TLS.ClientCert is a super user.
	SSL Listener = "SSL"
	// TLS is TLS without a client certificate; whoever comes in is User:ANONYMOUS.
	TLS Listener = "TLS"
	// SASLSSL is SASL over TLS: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512.
	SASLSSL Listener = "SASL_SSL"
	// SASLPlaintext is SASL without TLS, with the same mechanisms.
	SASLPlaintext Listener = "SASL_PLAINTEXT"
	// Unreachable is plaintext, but its advertised host is kafka-N.internal.invalid,
	// a name that resolves nowhere: the first connection works and the next does not.
	Unreachable Listener = "UNREACHABLE"
	// Controller is where the nodes elect their controller; clients have no business there.
	Controller Listener = "CONTROLLER"
)

// A listener's place here, counted from 1, is its place among a node's ports.
var listeners = []struct {
	name     Listener
	protocol string
	secure   bool
}{
	{Plaintext, "PLAINTEXT", false},
	{SSL, "SSL", true},
	{TLS, "SSL", true},
	{SASLSSL, "SASL_SSL", true},
	{SASLPlaintext, "SASL_PLAINTEXT", true},
	{Unreachable, "PLAINTEXT", false},
	{Controller, "PLAINTEXT", false},
}

// Advertised is the address that node n tells its clients to use.
func advertised(name Listener, n, port int) string {
	if name == Unreachable {
		return fmt.Sprintf("kafka-%d.internal.invalid:%d", n, port)
	}
	return loopback(port)
}

// Seeds returns the addresses of one listener, a node each, in the order of their
// ids. It panics when the cluster has no such listener: that is a mistake in a test.
func (c *Cluster) Seeds(name Listener) []string {
	var seeds []string
	for _, n := range c.nodes {
		seeds = append(seeds, c.Address(name, n.id))
	}
	return seeds
}

// Address returns the address of one listener of node n, counted from 1, whether or
// not the node is up. It panics where Seeds does, or when there is no such node.
func (c *Cluster) Address(name Listener, n int) string {
	c.node(n)
	for i, l := range listeners {
		if l.name == name && (c.options.Secure || !l.secure) {
			return loopback(c.ports.port(n, i+1))
		}
	}
	panic(fmt.Sprintf("realkafka: this cluster has no listener %s (Secure is %t)", name, c.options.Secure))
}
