package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

func TestRegistryFlags(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]model.Connection{
		"--registry http://r:8081":                             {Registry: model.Registry{URLs: []string{"http://r:8081"}}},
		"--registry http://a/x/,https://b --registry http://c": {Registry: model.Registry{URLs: []string{"http://a/x", "https://b", "http://c"}}},
		"--registry https://r --registry-username ada --registry-password-env PW": {Registry: model.Registry{
			URLs: []string{"https://r"}, Username: "ada", Password: model.NewSecret("pw")}},
		"--registry https://r --registry-token-file " + token: {Registry: model.Registry{URLs: []string{"https://r"}, Token: model.NewSecret("hunter2")}},
		"--registry https://r --registry-ca-file ca --registry-cert-file c --registry-key-file k --registry-insecure-skip-verify": {Registry: model.Registry{
			URLs: []string{"https://r"}, CAFile: "ca", CertFile: "c", KeyFile: "k", Insecure: true}},
		"--proto-descriptors f --proto-message orders=shop.Order --proto-message orders:key=.shop.Key": {Proto: model.Proto{File: "f", Messages: []model.ProtoMessage{
			{Topic: "orders", Message: "shop.Order"}, {Topic: "orders", Part: model.PartKey, Message: "shop.Key"}}}},
	} {
		s := shell{script: empty(), env: map[string]string{"PW": "pw"}}
		want.Seeds, want.Timeout = []string{"k:9092"}, 10*time.Second
		if status, _, errs := s.run(t, append(strings.Fields("groups -b k"), strings.Fields(words)...)...); status != done || !reflect.DeepEqual(s.connection, want) {
			t.Errorf("%s: %d %q\n got %+v\nwant %+v", words, status, errs, s.connection, want)
		}
	}
	s := shell{script: empty(), env: map[string]string{"KSCOPE_REGISTRY": "http://env"}}
	if s.run(t, "groups", "-b", "k"); !reflect.DeepEqual(s.connection.Registry.URLs, []string{"http://env"}) {
		t.Errorf("%+v", s.connection)
	}
}

func TestRegistryFlagsThatDoNotGoTogether(t *testing.T) {
	for words, says := range map[string]string{
		"--registry r:8081":                                                  "--registry: a registry's address is as http://host:8081 or https://host",
		"--registry http://ada:hunter2@r":                                    "--registry: an address takes no user or password, see --registry-username and --registry-password-env",
		"--registry http://r?a=b":                                            "--registry: an address ends with its path",
		"--registry http://r,":                                               "--registry: a registry's address is",
		"--registry-username ada":                                            "--registry-username needs --registry",
		"--registry-ca-file f":                                               "--registry-ca-file needs --registry",
		"--registry http://r --registry-username ada":                        "--registry-username needs a password",
		"--registry http://r --registry-password-env PW":                     "the registry's password needs --registry-username",
		"--registry http://r --registry-cert-file c":                         "--registry-cert-file and --registry-key-file go together",
		"--registry http://r --registry-token-env NOPE":                      "the variable NOPE, which --registry-token-env names, is not set or empty",
		"--registry http://r --registry-token-env A --registry-token-file b": "--registry-token-env and --registry-token-file both name a token",
		"--registry http://r --registry-username a --registry-password-env PW --registry-token-env PW": "both log in to the registry",
		"--registry http://r --registry-username a --registry-password-file /nowhere/pw":               "--registry-password-file cannot be read: /nowhere/pw: no such file",
		"--registry http://r --registry-password hunter2":                                              "there is no flag --registry-password: a password is never the value of a flag",
		"--proto-message orders=a.B":                     "--proto-message needs the file that declares it",
		"--proto-descriptors f":                          "--proto-descriptors needs a --proto-message",
		"--proto-descriptors f --proto-message orders":   "it must be TOPIC=package.Message",
		"--proto-descriptors f --proto-message :key=a.B": "it must be TOPIC=package.Message",
	} {
		s := shell{script: empty(), env: map[string]string{"PW": "pw"}}
		status, out, errs := s.run(t, append(strings.Fields("groups -b k"), strings.Fields(words)...)...)
		if status != misuse || out != "" || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "hunter2") {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
	s := shell{script: empty()}
	if status, _, errs := s.run(t, "groups", "--demo", "--registry", "http://r"); status != misuse || !strings.Contains(errs, "--demo brings its own cluster, leave out --registry") {
		t.Errorf("%d %q", status, errs)
	}
}

func TestARegistrysPasswordInTheClearIsWarnedOf(t *testing.T) {
	const warning = "kscope: what logs in to the registry travels unencrypted; write https:// in --registry\n"
	for words, want := range map[string]int{
		"--registry http://r --registry-username a --registry-password-env PW":  1,
		"--registry https://r,http://s --registry-token-env PW":                 1,
		"--registry https://r --registry-username a --registry-password-env PW": 0,
		"--registry http://r": 0,
	} {
		s := shell{script: empty(), env: map[string]string{"PW": "pw"}}
		if _, _, errs := s.run(t, append(strings.Fields("groups -b k"), strings.Fields(words)...)...); strings.Count(errs, warning) != want {
			t.Errorf("%s: %q", words, errs)
		}
	}
}
