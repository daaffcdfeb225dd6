package realkafka

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The users of the SASL listeners. Admin is a super user; Alice has no rights until
// she is given some.
const (
	Admin         = "admin"
	AdminPassword = "admin-secret"
	Alice         = "alice"
	AlicePassword = "alice-secret"
)

var mechanisms = []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}

// Properties is the whole configuration of node n in Java's properties format.
func (c *Cluster) properties(n int) string {
	all := c.basics(n)
	maps.Copy(all, c.listenerProperties(n))
	if c.options.Secure {
		maps.Copy(all, c.security())
	}
	maps.Copy(all, c.options.ExtraProperties)
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(all)) {
		// A backslash escapes in this format, so paths and passwords need it doubled.
		fmt.Fprintf(&b, "%s=%s\n", key, strings.ReplaceAll(all[key], `\`, `\\`))
	}
	return b.String()
}

func (c *Cluster) basics(n int) map[string]string {
	nodes := strconv.Itoa(c.options.Nodes)
	return map[string]string{
		"process.roles":       "broker,controller",
		"node.id":             strconv.Itoa(n),
		"broker.rack":         Rack(n),
		"log.dirs":            filepath.Join(c.dir, "data", strconv.Itoa(n)),
		"num.network.threads": "2",
		"num.io.threads":      "4",

		"num.partitions":                                   "3",
		"default.replication.factor":                       nodes,
		"offsets.topic.replication.factor":                 nodes,
		"offsets.topic.num.partitions":                     "6",
		"transaction.state.log.replication.factor":         nodes,
		"transaction.state.log.min.isr":                    "1",
		"transaction.state.log.num.partitions":             "6",
		"share.coordinator.state.topic.replication.factor": nodes,
		"share.coordinator.state.topic.min.isr":            "1",
		"share.coordinator.state.topic.num.partitions":     "3",

		"group.initial.rebalance.delay.ms": "0",
		"auto.create.topics.enable":        "false",
		// Leaders that moved away stay away until somebody asks for an election.
		"auto.leader.rebalance.enable": "false",
		// A killed broker is fenced after three seconds instead of nine.
		"broker.session.timeout.ms":    "3000",
		"broker.heartbeat.interval.ms": "500",
	}
}

func (c *Cluster) listenerProperties(n int) map[string]string {
	var listen, advertise, protocols, voters []string
	for i, l := range listeners {
		if l.secure && !c.options.Secure {
			continue
		}
		port := c.ports.port(n, i+1)
		protocols = append(protocols, string(l.name)+":"+l.protocol)
		listen = append(listen, string(l.name)+"://"+loopback(port))
		if l.name != Controller {
			advertise = append(advertise, string(l.name)+"://"+advertised(l.name, n, port))
		}
	}
	for _, node := range c.nodes {
		voters = append(voters, fmt.Sprintf("%d@%s", node.id, c.Address(Controller, node.id)))
	}
	return map[string]string{
		"listeners":                      strings.Join(listen, ","),
		"advertised.listeners":           strings.Join(advertise, ","),
		"listener.security.protocol.map": strings.Join(protocols, ","),
		"controller.listener.names":      string(Controller),
		"inter.broker.listener.name":     string(Plaintext),
		"controller.quorum.voters":       strings.Join(voters, ","),
	}
}

func (c *Cluster) security() map[string]string {
	all := map[string]string{
		"authorizer.class.name":   "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
		"super.users":             "User:ANONYMOUS;User:" + Admin + ";User:CN=" + clientName,
		"sasl.enabled.mechanisms": strings.Join(mechanisms, ","),
		"ssl.keystore.type":       "PEM",
		"ssl.keystore.location":   c.TLS.brokerKeystore,
		"ssl.truststore.type":     "PEM",
		"ssl.truststore.location": c.TLS.CA,

		"listener.name.ssl.ssl.client.auth": "required",
	}
	for _, l := range []Listener{SASLSSL, SASLPlaintext} {
		prefix := "listener.name." + strings.ToLower(string(l)) + "."
		all[prefix+"plain.sasl.jaas.config"] = fmt.Sprintf(
			"org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=%q user_%s=%q;",
			Admin, AdminPassword, Alice, AlicePassword)
		for _, m := range []string{"scram-sha-256", "scram-sha-512"} {
			all[prefix+m+".sasl.jaas.config"] = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
		}
	}
	return all
}

// Rack is the rack of node n: rack-1, rack-2, rack-3, and around again.
func Rack(n int) string { return fmt.Sprintf("rack-%d", (n-1)%3+1) }
