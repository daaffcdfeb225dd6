//go:build realkafka

package kafka

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

// login puts a door with a lock before the registry, which has none of its own.
func (k *withRegistry) login(t *testing.T) {
	to, err := url.Parse(k.registry.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if (user != "ada" || password != "hunter2") && r.Header.Get("Authorization") != "Bearer t0ken" {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer door.Close()
	for _, as := range []struct {
		model.Registry
		says string
	}{
		{model.Registry{Username: "ada", Password: model.NewSecret("hunter2")}, ""},
		{model.Registry{Token: model.NewSecret("t0ken")}, ""},
		{model.Registry{}, "wants a login, or does not take this one: check --registry-username and its password"},
		{model.Registry{Username: "ada", Password: model.NewSecret("hunter3")}, "wants a login, or does not take this one"},
	} {
		as.URLs = []string{door.URL}
		err := k.dial(t, as.Registry).Ask(t.Context(), model.ListSubjects{}, func(model.Event) {})
		switch {
		case as.says == "" && err != nil, as.says != "" && (err == nil || !strings.Contains(err.Error(), as.says)):
			t.Errorf("as %q: %v", as.Username, err)
		case err != nil && (strings.Contains(err.Error(), "hunter") || strings.Contains(errors.Unwrap(err).Error(), "hunter")):
			t.Errorf("the password is in %q", err)
		}
	}
}

// downAndBack kills the registry: what is known stays known, what is not is told once
// it is back.
func (k *withRegistry) downAndBack(t *testing.T) {
	made := k.create(t, "known", sr.Schema{Schema: `"string"`})
	c := k.client(t)
	var h sr.ConfluentHeader
	write := func(id int) []byte {
		data, err := h.AppendEncode(nil, id, nil)
		if err != nil {
			t.Fatal(err)
		}
		return append(data, "\x0ahello"...)
	}
	if d := decoded(t, c, "t", model.PartValue, model.FormatAuto, write(made.ID)); d.Text != `"hello"` {
		t.Fatalf("%+v", d)
	}
	k.registry.Kill()
	fetch := model.FetchSchema{ID: 1}
	err := c.Ask(t.Context(), fetch, func(model.Event) {})
	if err == nil || !strings.Contains(err.Error(), "cannot be reached: nothing listens there: look whether it runs") {
		t.Errorf("%v", err)
	}
	d := c.Decoder().Decode("t", model.PartValue, model.FormatAuto, write(1))
	if d.Problem == nil || d.Problem.Kind != model.Unreachable || d.Format != model.FormatHex || d.Pending {
		t.Errorf("%+v", d)
	}
	if d := c.Decoder().Decode("t", model.PartValue, model.FormatAuto, write(made.ID)); d.Text != `"hello"` {
		t.Errorf("%+v", d)
	}
	if !slices.Contains(c.Decoder().Wanted(), fetch) {
		t.Error("it is not asked for again")
	}
	if err := k.registry.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := k.create(t, "again", sr.Schema{Schema: `"string"`}) // in memory: the first that it has
	if again.ID != 1 {
		t.Fatalf("the id is %d", again.ID)
	}
	if err := c.Ask(t.Context(), fetch, func(model.Event) {}); err != nil {
		t.Fatal(err)
	}
	if d := c.Decoder().Decode("t", model.PartValue, model.FormatAuto, write(1)); d.Text != `"hello"` {
		t.Errorf("%+v", d)
	}
	if err := c.Ask(t.Context(), model.FetchSchema{ID: 4711}, func(model.Event) {}); err != nil {
		t.Errorf("a schema that is not there is an error: %v", err)
	}
	if d := c.Decoder().Decode("t", model.PartValue, model.FormatRegistry, write(4711)); d.Problem == nil || d.Problem.Kind != model.Gone {
		t.Errorf("%+v", d)
	}
}
