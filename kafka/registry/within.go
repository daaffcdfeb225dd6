package registry

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/twmb/franz-go/pkg/sr"
)

// Within returns a client of a registry in this process, which is called instead of
// asked: nothing listens.
func Within(h http.Handler, timeout time.Duration) *Client {
	c := &Client{at: "this process", http: &http.Client{Transport: called{h}, Timeout: timeout}}
	c.sr, _ = sr.NewClient(sr.URLs("http://registry.invalid"), sr.HTTPClient(c.http), sr.LogLevel(sr.LogLevelNone)) // fails without an address
	return c
}

// called is a transport to a handler.
type called struct{ http.Handler }

// RoundTrip implements http.RoundTripper.
func (c called) RoundTrip(r *http.Request) (*http.Response, error) {
	a := &answer{header: http.Header{}, status: http.StatusOK}
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	c.ServeHTTP(a, r)
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Header: a.header, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(a.body.Len()), Body: io.NopCloser(&a.body),
	}, nil
}

// An answer is what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
