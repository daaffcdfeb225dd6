package registry

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"
	"go.uber.org/goleak"

	"kscope/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, r model.Registry) *Client {
	t.Helper()
	c, err := New(r, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestNoRegistry(t *testing.T) {
	c, err := New(model.Registry{}, time.Second)
	if c != nil || err != nil {
		t.Errorf("%v, %v", c, err)
	}
	c.Close()
}

func TestSchemasWithAllThatTheyReferTo(t *testing.T) {
	fake := srfake.New()
	defer fake.Close()
	register := func(subject, text string, references ...sr.SchemaReference) int32 {
		id, _, err := fake.RegisterSchema(subject, sr.Schema{Schema: text, Type: sr.TypeProtobuf, References: references})
		if err != nil {
			t.Fatal(err)
		}
		return int32(id)
	}
	ref := func(subject string) sr.SchemaReference {
		return sr.SchemaReference{Name: subject + ".proto", Subject: subject, Version: 1}
	}
	register("d", "D")
	register("b", "B", ref("d"))
	register("c", "C", ref("d"))
	id := register("a-value", "A", ref("b"), ref("c"))
	asked := 0
	fake.Intercept(func(http.ResponseWriter, *http.Request) bool { asked++; return false })

	c := open(t, model.Registry{URLs: []string{fake.URL()}})
	s, err := c.Schema(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := []Reference{{"d.proto", "D"}, {"b.proto", "B"}, {"c.proto", "C"}}
	if s.Text != "A" || s.Format != model.FormatProtobuf || !slices.Equal(s.References, want) || !slices.Equal(s.Subjects, []model.SubjectVersion{{Subject: "a-value", Version: 1}}) {
		t.Errorf("%+v", s)
	}
	latest, err := c.Latest(t.Context(), "a-value")
	if err != nil || latest.ID != id || latest.Version != 1 || !slices.Equal(latest.References, want) {
		t.Errorf("%+v, %v", latest, err)
	}
	if asked != 6 { // id, versions, b, c, d, and latest
		t.Errorf("%d requests", asked)
	}
	names, err := c.Subjects(t.Context())
	if err != nil || !slices.Equal(names, []string{"a-value", "b", "c", "d"}) {
		t.Errorf("%v, %v", names, err)
	}
}

// TestReferencesThatNeverEnd holds that a registry cannot keep kscope busy for ever.
func TestReferencesThatNeverEnd(t *testing.T) {
	n := 0
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprintf(w, `{"id":%[1]d,"version":1,"subject":"s","schema":"x","references":[{"name":"n%[1]d","subject":"s%[1]d","version":1}]}`, n)
	}))
	defer endless.Close()
	_, err := open(t, model.Registry{URLs: []string{endless.URL}}).Latest(t.Context(), "s")
	if err == nil || !strings.Contains(err.Error(), "refers to more schemas than kscope follows") {
		t.Errorf("%v", err)
	}
}

func TestFailures(t *testing.T) {
	answer := func(status int, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = nil
	t.Cleanup(secure.Close)
	closed := httptest.NewServer(nil)
	closed.Close()
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(slow.Close)
	for _, c := range []struct {
		url  string
		kind model.ProblemKind
		says string
	}{
		{answer(404, `{"error_code":40403,"message":"Schema 7 not found"}`), model.Gone, "has no schema 7"},
		{answer(404, `{"error_code":404,"message":"HTTP 404 Not Found"}`), model.Failed, "is no schema registry: it does not know the path"},
		{answer(404, "<html>"), model.Failed, "is no schema registry: it does not know the path"},
		{answer(200, "<html>"), model.Failed, "is no schema registry: its answer is not the JSON of one"},
		{answer(200, `[]`), model.Failed, "is no schema registry: its answer is not the JSON of one"},
		{answer(401, "who are you?"), model.Refused, "wants a login, or does not take this one"},
		{answer(403, "no"), model.Denied, "does not allow this user to read schema 7"},
		{answer(503, "down for repairs\nsince noon"), model.Failed, "fails with status 503: down for repairs: look"},
		{closed.URL, model.Unreachable, "cannot be reached: nothing listens there"},
		{secure.URL, model.Insecure, "was issued by a CA that is not trusted here: name its CA with --registry-ca-file"},
		{"https" + strings.TrimPrefix(answer(200, ""), "http"), model.Insecure, "does not speak TLS"},
	} {
		_, err := open(t, model.Registry{URLs: []string{c.url}, Username: "ada", Password: model.NewSecret("hunter2")}).Schema(t.Context(), 7)
		var p *model.Problem
		if !errors.As(err, &p) || p.Kind != c.kind || !strings.Contains(p.Error(), c.says) {
			t.Errorf("%s: %+v", c.says, err)
			continue
		}
		if strings.Contains(fmt.Sprintf("%v %+v %v", err, p, p.Cause), "hunter2") {
			t.Errorf("the password is in %v", err)
		}
	}
	c, err := New(model.Registry{URLs: []string{slow.URL}}, 100*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var p *model.Problem
	if _, err := c.Schema(t.Context(), 7); !errors.As(err, &p) || p.Kind != model.Timeout {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Schema(ctx, 7); err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestTheNextURLIsAskedWhenOneDoesNotAnswer(t *testing.T) {
	fake := srfake.New()
	defer fake.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	if _, err := open(t, model.Registry{URLs: []string{closed.URL, fake.URL()}}).Subjects(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnAnswerThatIsTooLarge(t *testing.T) {
	large := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `["`)
		for range largest >> 20 {
			fmt.Fprint(w, strings.Repeat("x", 1<<20))
		}
		fmt.Fprint(w, `"]`)
	}))
	defer large.Close()
	if _, err := open(t, model.Registry{URLs: []string{large.URL}}).Subjects(t.Context()); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("%v", err)
	}
}

// TestTLS holds the CA and the client's certificate; that of the server serves as
// the client's too.
func TestTLS(t *testing.T) {
	fake := srfake.NewRegistry()
	server := httptest.NewUnstartedServer(fake.Handler())
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	defer server.Close()
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cert, key := clientPair(t)
	r := model.Registry{URLs: []string{server.URL}, CAFile: write("ca", "CERTIFICATE", server.Certificate().Raw)}
	if _, err := open(t, r).Subjects(t.Context()); err == nil || !strings.Contains(err.Error(), "wants a client certificate: name one with --registry-cert-file") {
		t.Errorf("%v", err)
	}
	r.CertFile, r.KeyFile = write("cert", "CERTIFICATE", cert), write("key", "PRIVATE KEY", key)
	if _, err := open(t, r).Subjects(t.Context()); err != nil {
		t.Error(err)
	}
	r.CAFile, r.Insecure = "", true
	if _, err := open(t, r).Subjects(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, r := range map[string]model.Registry{
		"The registry's CA file /nowhere/ca cannot be read: no such file or directory": {CAFile: "/nowhere/ca"},
		"holds no certificate in PEM form":                                             {CAFile: garbage},
		"The registry's certificate file /nowhere/c cannot be read":                    {CertFile: "/nowhere/c", KeyFile: garbage},
		"The registry's key file /nowhere/k cannot be read":                            {CertFile: garbage, KeyFile: "/nowhere/k"},
		"cannot be used: tls: failed to find any PEM data":                             {CertFile: garbage, KeyFile: garbage},
	} {
		r.URLs = []string{"https://r"}
		_, err := New(r, time.Second)
		var p *model.Problem
		if !errors.As(err, &p) || p.Kind != model.Invalid || !strings.Contains(p.Says, says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
