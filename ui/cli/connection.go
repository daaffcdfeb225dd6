package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"time"

	"github.com/spf13/pflag"

	"kscope/model"
)

// brokersVariable stands in for -b where that is not given.
const brokersVariable = "KSCOPE_BROKERS"

// connectionFlags are the flags that say which cluster, and how to reach it.
type connectionFlags struct {
	set *pflag.FlagSet // tells which were given

	brokers []string
	demo    bool
	name    string // --name, of the explorer alone

	tls, insecure                         bool
	caFile, certFile, keyFile, serverName string

	mechanism, username       string
	passwordEnv, passwordFile string
	timeout                   time.Duration
	clientID                  string
	readOnly                  bool

	registry registryFlags
}

// mechanisms are the SASL mechanisms there are.
var mechanisms = []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}

func (f *connectionFlags) add(set *pflag.FlagSet) {
	f.set = set
	set.VarP(texts{&f.brokers, "HOST:PORT,..."}, "brokers", "b", "brokers to start from, host:port separated by commas; the port defaults to 9092 (or $"+brokersVariable+")")
	set.BoolVar(&f.demo, "demo", false, "use a demo cluster inside this process instead")
	set.BoolVar(&f.tls, "tls", false, "speak TLS; implied by the flags that only TLS has")
	set.Var(text{&f.caFile, "FILE"}, "ca-file", "certificates to trust, as PEM, instead of the system's")
	set.Var(text{&f.certFile, "FILE"}, "cert-file", "own certificate for mTLS, as PEM")
	set.Var(text{&f.keyFile, "FILE"}, "key-file", "key of the own certificate, as PEM")
	set.Var(text{&f.serverName, "NAME"}, "server-name", "name that the brokers' certificates must carry, instead of their host")
	set.BoolVar(&f.insecure, "insecure-skip-verify", false, "do not check the brokers' certificates at all")
	set.Var(choice{&f.mechanism, "NAME", mechanisms}, "sasl-mechanism", "log in by "+either(mechanisms))
	set.Var(text{&f.username, "NAME"}, "username", "user to log in as")
	set.Var(text{&f.passwordEnv, "VARIABLE"}, "password-env", "environment variable that holds the password")
	set.Var(text{&f.passwordFile, "FILE"}, "password-file", "file that holds the password; a newline at its end does not count")
	set.DurationVar(&f.timeout, "timeout", 10*time.Second, "how long one request may take")
	set.Var(text{&f.clientID, "NAME"}, "client-id", "client id that the brokers see, instead of kscope")
	set.BoolVar(&f.readOnly, "read-only", false, "refuse everything that would change the cluster")
	f.registry.add(set)
}

// connection checks the flags against each other and returns what they mean.
func (f *connectionFlags) connection(getenv func(string) string) (model.Connection, error) {
	c := model.Connection{Name: f.name, ClientID: f.clientID, ReadOnly: f.readOnly, Timeout: f.timeout}
	if f.timeout <= 0 {
		return c, wrong("--timeout must be longer than nothing")
	}
	if f.demo {
		return c, f.checkDemo()
	}
	if err := f.addSeeds(&c, getenv); err != nil {
		return c, err
	}
	if err := f.addTLS(&c); err != nil {
		return c, err
	}
	if err := f.addLogin(&c, getenv); err != nil {
		return c, err
	}
	return c, f.registry.into(&c, f.set, getenv)
}

// needless are the flags that make no sense with --demo.
var needless = []string{
	"brokers", "tls", "ca-file", "cert-file", "key-file", "server-name", "insecure-skip-verify",
	"sasl-mechanism", "username", "password-env", "password-file",
}

func (f *connectionFlags) checkDemo() error {
	for _, name := range slices.Concat(needless, registryOnly, []string{"registry", "proto-descriptors", "proto-message"}) {
		if f.set.Changed(name) {
			return wrong("--demo brings its own cluster, leave out --%s", name)
		}
	}
	return nil
}

// named reports whether a cluster is named at all.
func (f *connectionFlags) named(getenv func(string) string) bool {
	return f.demo || f.set.Changed("brokers") || getenv(brokersVariable) != ""
}

func (f *connectionFlags) addSeeds(c *model.Connection, getenv func(string) string) error {
	lists, from := f.brokers, "-b/--brokers"
	switch {
	case !f.named(getenv):
		return wrong("no cluster is named: name one of its brokers with -b host:9092 or in %s, or try --demo", brokersVariable)
	case !f.set.Changed("brokers"):
		lists, from = []string{getenv(brokersVariable)}, brokersVariable
	}
	for _, list := range lists {
		seeds, err := parseAddresses(list)
		if err != nil {
			return wrong("%s: %w", from, err)
		}
		c.Seeds = append(c.Seeds, seeds...)
	}
	return nil
}

func (f *connectionFlags) addTLS(c *model.Connection) error {
	switch {
	case f.keyFile != "" && f.certFile == "":
		return wrong("--key-file needs the certificate that it belongs to, in --cert-file")
	case f.certFile != "" && f.keyFile == "":
		return wrong("--cert-file needs the key that it belongs to, in --key-file")
	}
	implied := f.tlsOnly()
	if implied != "" && f.set.Changed("tls") && !f.tls {
		return wrong("--tls=false and --%s contradict each other", implied)
	}
	c.TLS = f.tls || implied != ""
	c.CAFile, c.CertFile, c.KeyFile, c.ServerName, c.Insecure = f.caFile, f.certFile, f.keyFile, f.serverName, f.insecure
	return nil
}

// tlsOnly returns the first flag given that means nothing without TLS.
func (f *connectionFlags) tlsOnly() string {
	for _, name := range []string{"ca-file", "cert-file", "key-file", "server-name", "insecure-skip-verify"} {
		if f.set.Changed(name) {
			return name
		}
	}
	return ""
}

func (f *connectionFlags) addLogin(c *model.Connection, getenv func(string) string) error {
	password := f.passwordEnv != "" || f.passwordFile != ""
	switch {
	case f.passwordEnv != "" && f.passwordFile != "":
		return wrong("--password-env and --password-file both name a password, leave one out")
	case f.mechanism == "" && f.username != "":
		return wrong("--username needs --sasl-mechanism, one of %s", either(mechanisms))
	case f.mechanism == "" && password:
		return wrong("a password needs --sasl-mechanism, one of %s, and --username", either(mechanisms))
	case f.mechanism != "" && f.username == "":
		return wrong("--sasl-mechanism needs --username")
	case f.mechanism != "" && !password:
		return wrong("--sasl-mechanism needs a password, in --password-env or --password-file")
	case f.mechanism == "":
		return nil
	}
	c.Mechanism, c.Username = f.mechanism, f.username
	var err error
	c.Password, err = secret{"password", f.passwordEnv, f.passwordFile}.read(getenv)
	return err
}

// reason says why a file cannot be read: name, then cause.
func reason(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return fmt.Sprintf("%s: %v", p.Path, p.Err)
	}
	return err.Error()
}

// foreign are flags that other tools have for the same thing.
var foreign = map[string]string{
	"password":          "a password is never the value of a flag, where every user of the machine can read it: use --password-env or --password-file",
	"registry-password": "a password is never the value of a flag, where every user of the machine can read it: use --registry-password-env or --registry-password-file",
	"bootstrap-server":  "the brokers are named by -b or --brokers",
	"broker-list":       "the brokers are named by -b or --brokers",
	"broker":            "the brokers are named by -b or --brokers",
	"topic":             "the topic is named without a flag: kscope tail TOPIC",
	"security-protocol": "there is no security protocol to set: add --tls, or --sasl-mechanism and --username, or both",
	"group":             "kscope reads without a group",
}

// synonyms lead to the names in foreign.
var synonyms = map[string]string{
	"sasl-password": "password", "pass": "password", "passwd": "password",
	"bootstrap-servers": "bootstrap-server", "bootstrap": "bootstrap-server", "server": "bootstrap-server",
	"consumer-group": "group", "registry-token": "registry-password",
}

// foreignFlag says what to write instead of a flag that other tools have; "" if
// name is none.
func foreignFlag(name string) string {
	return foreign[cmp.Or(synonyms[name], name)]
}
