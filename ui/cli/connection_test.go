package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

func TestFlagsBecomeAConnection(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(" hunter2\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	login := model.Connection{Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, Mechanism: "SCRAM-SHA-512", Username: "ada"}
	withPassword := func(c model.Connection, s string) model.Connection {
		c.Password = model.NewSecret(s)
		return c
	}
	for words, want := range map[string]model.Connection{
		"-b k":                          {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second},
		"--brokers a:1,b:2 -b [::1]:3":  {Seeds: []string{"a:1", "b:2", "[::1]:3"}, Timeout: 10 * time.Second},
		"":                              {Seeds: []string{"env-1:9092", "env-2:7"}, Timeout: 10 * time.Second},
		"-b k --timeout 1500ms":         {Seeds: []string{"k:9092"}, Timeout: 1500 * time.Millisecond},
		"-b k --client-id me":           {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, ClientID: "me"},
		"-b k --read-only":              {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, ReadOnly: true},
		"-b k --tls":                    {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, TLS: true},
		"-b k --ca-file ca.pem":         {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, TLS: true, CAFile: "ca.pem"},
		"-b k --server-name n":          {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, TLS: true, ServerName: "n"},
		"-b k --insecure-skip-verify":   {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second, TLS: true, Insecure: true},
		"-b k --cert-file c --key-file": {}, // see below: a flag without its value
		"-b k --cert-file c --key-file=k --tls": {Seeds: []string{"k:9092"}, Timeout: 10 * time.Second,
			TLS: true, CertFile: "c", KeyFile: "k"},
		"-b k --sasl-mechanism scram-sha-512 --username ada --password-env PW":         withPassword(login, "pässword"),
		"-b k --sasl-mechanism SCRAM-SHA-512 --username ada --password-file " + secret: withPassword(login, " hunter2"),
	} {
		s := shell{script: empty(), env: map[string]string{"PW": "pässword", "KSCOPE_BROKERS": "env-1,env-2:7"}}
		status, _, errs := s.run(t, append([]string{"groups"}, strings.Fields(words)...)...)
		if want.Seeds == nil {
			if status != misuse {
				t.Errorf("%s: status %d", words, status)
			}
		} else if status != done || !reflect.DeepEqual(s.connection, want) {
			t.Errorf("%s: %d %q\n got %+v\nwant %+v", words, status, errs, s.connection, want)
		}
	}
}

func TestAPasswordInTheClearIsWarnedOf(t *testing.T) {
	const warning = "kscope: the password travels unencrypted; add --tls\n"
	for words, want := range map[string]int{
		"--sasl-mechanism PLAIN":                  1,
		"--sasl-mechanism plain":                  1,
		"--sasl-mechanism PLAIN --tls":            0,
		"--sasl-mechanism PLAIN --ca-file ca.pem": 0,
		"--sasl-mechanism SCRAM-SHA-512":          0,
	} {
		for _, command := range []string{"brokers", "tail orders", ""} {
			s := terminal()
			s.env["PW"] = "secret"
			_, _, errs := s.run(t, append(strings.Fields(command), strings.Fields("-b k --username ada --password-env PW "+words)...)...)
			if got := strings.Count(errs, warning); got != want || s.connection.Username != "ada" {
				t.Errorf("%s %s: warned %d times, want %d: %q", command, words, got, want, errs)
			}
		}
		s := terminal()
		s.env["PW"] = "secret"
		if _, _, errs := s.run(t, append(strings.Fields("__complete topics -b k --username ada --password-env PW "+words), "")...); strings.Contains(errs, warning) {
			t.Errorf("completing with %s: %q", words, errs)
		}
	}
}

func TestFlagsThatDoNotGoTogether(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	void := filepath.Join(t.TempDir(), "void")
	if err := os.WriteFile(void, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for words, says := range map[string]string{
		"":                             "name one of its brokers with -b host:9092 or in KSCOPE_BROKERS, or try --demo",
		"--brokers=":                   "-b/--brokers: it is empty, write host:port",
		"-b k:99999":                   "-b/--brokers: the port of k:99999",
		"-b k --timeout 0s":            "--timeout must be longer",
		"-b k --timeout 5":             `missing unit in duration`,
		"-b k --key-file k":            "--key-file needs the certificate",
		"-b k --cert-file c":           "--cert-file needs the key",
		"-b k --tls=false --ca-file":   "flag needs an argument",
		"-b k --tls=false --ca-file c": "--tls=false and --ca-file contradict each other",
		"-b k --username ada":          "--username needs --sasl-mechanism",
		"-b k --password-env PW":       "a password needs --sasl-mechanism",
		"-b k --sasl-mechanism PLAIN":  "--sasl-mechanism needs --username",
		"-b k --sasl-mechanism PLAIN --username ada":                       "needs a password, in --password-env or --password-file",
		"-b k --sasl-mechanism PLAIN --username ada --password-env NOPE":   "the variable NOPE, which --password-env names, is not set or empty",
		"-b k --sasl-mechanism GSSAPI --username ada":                      "it must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
		"-b k --sasl-mechanism PLAIN --username a --password-file " + none: "--password-file cannot be read: " + none + ": no such file",
		"-b k --sasl-mechanism PLAIN --username a --password-file " + void: void + ", which --password-file names, is empty",
		"-b k --password-env PW --password-file x --sasl-mechanism PLAIN":  "both name a password",
		"--demo -b k":                "--demo brings its own cluster, leave out --brokers",
		"--demo --tls":               "--demo brings its own cluster, leave out --tls",
		"-b k --password hunter2":    "there is no flag --password: a password is never the value of a flag",
		"-b k --password=hunter2":    "use --password-env or --password-file",
		"-b k --sasl-password=h":     "use --password-env or --password-file",
		"--bootstrap-server k":       "the brokers are named by -b or --brokers",
		"-b k --bootstrap-servers k": "the brokers are named by -b or --brokers",
		"-b k --frobnicate":          "there is no flag --frobnicate: kscope groups --help lists those there are",
		"-b k -Z":                    "unknown shorthand flag: 'Z' in -Z",
		"-b k -o yaml":               "it must be table or json",
	} {
		s := shell{script: empty(), env: map[string]string{"PW": "x"}}
		status, out, errs := s.run(t, append([]string{"groups"}, strings.Fields(words)...)...)
		if status != misuse || out != "" || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "kscope: ") {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
		if strings.Contains(errs, "hunter2") {
			t.Errorf("%s: the password is in %q", words, errs)
		}
		if len(s.script.asked) > 0 {
			t.Errorf("%s: the cluster was asked", words)
		}
	}
}

func TestTheDemoIsAClusterToo(t *testing.T) {
	s := shell{script: small(), env: map[string]string{"KSCOPE_BROKERS": "k"}}
	status, out, _ := s.run(t, strings.Fields("topics --demo --read-only --no-headers")...)
	if status != done || !strings.Contains(out, "orders") || s.demo == nil || !s.demo.ReadOnly || s.connection.Seeds != nil || s.closed != 1 {
		t.Errorf("%d %q %+v %+v", status, out, s.demo, s.connection)
	}
}

func TestAFileThatIsWrongIsMisuse(t *testing.T) {
	s := shell{script: empty(), connectErr: &model.Problem{Kind: model.Invalid, Says: "ca.pem holds no certificate"}}
	if status, _, errs := s.run(t, onB("groups")...); status != misuse || errs != "kscope: ca.pem holds no certificate\n" {
		t.Errorf("%d %q", status, errs)
	}
	s.connectErr = fmt.Errorf("no more files")
	if status, _, errs := s.run(t, onB("groups")...); status != failed || errs != "kscope: no more files\n" {
		t.Errorf("%d %q", status, errs)
	}
}
