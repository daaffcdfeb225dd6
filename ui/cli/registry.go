package cli

import (
	"errors"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"kscope/model"
)

// registryVariable stands in for --registry where that is not given.
const registryVariable = "KSCOPE_REGISTRY"

// registryFlags say how to reach a schema registry, and what payloads are that name
// no schema.
type registryFlags struct {
	urls                      []string
	username                  string
	passwordEnv, passwordFile string
	tokenEnv, tokenFile       string
	caFile, certFile, keyFile string
	insecure                  bool
	descriptors               string
	messages                  []model.ProtoMessage
}

func (f *registryFlags) add(set *pflag.FlagSet) {
	set.Var(texts{&f.urls, "URL,..."}, "registry", "schema registry with the Confluent API, for Avro, Protobuf and JSON Schema (or $"+registryVariable+")")
	set.Var(text{&f.username, "NAME"}, "registry-username", "user to log in to the registry as")
	set.Var(text{&f.passwordEnv, "VARIABLE"}, "registry-password-env", "environment variable that holds the registry's password")
	set.Var(text{&f.passwordFile, "FILE"}, "registry-password-file", "file that holds the registry's password")
	set.Var(text{&f.tokenEnv, "VARIABLE"}, "registry-token-env", "environment variable that holds a bearer token for the registry")
	set.Var(text{&f.tokenFile, "FILE"}, "registry-token-file", "file that holds a bearer token for the registry")
	set.Var(text{&f.caFile, "FILE"}, "registry-ca-file", "certificates to trust for the registry, as PEM, instead of the system's")
	set.Var(text{&f.certFile, "FILE"}, "registry-cert-file", "own certificate for the registry, as PEM")
	set.Var(text{&f.keyFile, "FILE"}, "registry-key-file", "key of that certificate, as PEM")
	set.BoolVar(&f.insecure, "registry-insecure-skip-verify", false, "do not check the registry's certificate at all")
	set.Var(text{&f.descriptors, "FILE"}, "proto-descriptors", "Protobuf messages that no registry has, as protoc --include_imports --descriptor_set_out writes them")
	set.Var(protoMessages{&f.messages}, "proto-message", "message that a topic's values are, with its package; TOPIC:key=MESSAGE is for keys; may be repeated")
}

// registryOnly are the flags that mean nothing without a registry.
var registryOnly = []string{
	"registry-username", "registry-password-env", "registry-password-file", "registry-token-env", "registry-token-file",
	"registry-ca-file", "registry-cert-file", "registry-key-file", "registry-insecure-skip-verify",
}

// into checks the flags against each other, and says in c what they mean.
func (f *registryFlags) into(c *model.Connection, set *pflag.FlagSet, getenv func(string) string) error {
	switch {
	case f.descriptors == "" && len(f.messages) > 0:
		return wrong("--proto-message needs the file that declares it, in --proto-descriptors")
	case f.descriptors != "" && len(f.messages) == 0:
		return wrong("--proto-descriptors needs a --proto-message, which says what a topic's values are")
	}
	c.Proto = model.Proto{File: f.descriptors, Messages: f.messages}
	if err := f.addURLs(c, set, getenv); err != nil {
		return err
	}
	if len(c.Registry.URLs) == 0 {
		for _, name := range registryOnly {
			if set.Changed(name) {
				return wrong("--%s needs --registry", name)
			}
		}
		return nil
	}
	return f.addLogin(c, getenv)
}

func (f *registryFlags) addURLs(c *model.Connection, set *pflag.FlagSet, getenv func(string) string) error {
	lists, from := f.urls, "--registry"
	if !set.Changed("registry") {
		lists, from = []string{getenv(registryVariable)}, registryVariable
		if lists[0] == "" {
			return nil
		}
	}
	for s := range strings.SplitSeq(strings.Join(lists, ","), ",") {
		u, err := url.Parse(strings.TrimSpace(s))
		switch {
		case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
			return wrong("%s: a registry's address is as http://host:8081 or https://host", from)
		case u.User != nil:
			return wrong("%s: an address takes no user or password, see --registry-username and --registry-password-env", from)
		case u.RawQuery != "" || u.Fragment != "":
			return wrong("%s: an address ends with its path", from)
		}
		c.Registry.URLs = append(c.Registry.URLs, strings.TrimSuffix(u.String(), "/"))
	}
	return nil
}

func (f *registryFlags) addLogin(c *model.Connection, getenv func(string) string) error {
	password, token := f.passwordEnv != "" || f.passwordFile != "", f.tokenEnv != "" || f.tokenFile != ""
	switch {
	case f.username != "" && !password:
		return wrong("--registry-username needs a password, in --registry-password-env or --registry-password-file")
	case f.username == "" && password:
		return wrong("the registry's password needs --registry-username")
	case f.username != "" && token:
		return wrong("--registry-username and a token both log in to the registry, leave one out")
	case (f.certFile == "") != (f.keyFile == ""):
		return wrong("--registry-cert-file and --registry-key-file go together")
	}
	r := &c.Registry
	r.Username, r.CAFile, r.CertFile, r.KeyFile, r.Insecure = f.username, f.caFile, f.certFile, f.keyFile, f.insecure
	var err error
	if password {
		r.Password, err = secret{"registry-password", f.passwordEnv, f.passwordFile}.read(getenv)
	}
	if token && err == nil {
		r.Token, err = secret{"registry-token", f.tokenEnv, f.tokenFile}.read(getenv)
	}
	return err
}

// A secret is where one is, as two flags name it: NAME-env and NAME-file.
type secret struct{ name, variable, file string }

// read reads the secret from where it is.
func (s secret) read(getenv func(string) string) (model.Secret, error) {
	switch {
	case s.variable != "" && s.file != "":
		return model.Secret{}, wrong("--%[1]s-env and --%[1]s-file both name a %[2]s, leave one out", s.name, s.name[strings.LastIndexByte(s.name, '-')+1:])
	case s.variable != "":
		if text := getenv(s.variable); text != "" {
			return model.NewSecret(text), nil
		}
		return model.Secret{}, wrong("the variable %s, which --%s-env names, is not set or empty", s.variable, s.name)
	}
	b, err := os.ReadFile(s.file)
	if err != nil {
		return model.Secret{}, wrong("--%s-file cannot be read: %s", s.name, reason(err))
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if text == "" {
		return model.Secret{}, wrong("%s, which --%s-file names, is empty", s.file, s.name)
	}
	return model.NewSecret(text), nil
}

// protoMessages is --proto-message.
type protoMessages struct{ list *[]model.ProtoMessage }

func (p protoMessages) Type() string   { return "TOPIC=MESSAGE" }
func (p protoMessages) String() string { return "" }

func (p protoMessages) Set(s string) error {
	topic, name, ok := strings.Cut(s, "=")
	m := model.ProtoMessage{Topic: topic, Message: strings.TrimPrefix(name, ".")}
	if of, isKey := strings.CutSuffix(topic, ":key"); isKey {
		m.Topic, m.Part = of, model.PartKey
	}
	if !ok || m.Topic == "" || m.Message == "" {
		return errors.New("it must be TOPIC=package.Message")
	}
	*p.list = append(*p.list, m)
	return nil
}
