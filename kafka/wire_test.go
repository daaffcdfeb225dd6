package kafka

import (
	"bytes"
	"errors"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// A canned connection answers with bytes that were written down before.
type canned struct {
	net.Conn
	answer io.Reader
}

func (c canned) Read(p []byte) (int, error)    { return c.answer.Read(p) }
func (canned) Write(p []byte) (int, error)     { return len(p), nil }
func (canned) SetDeadline(time.Time) error     { return nil }
func (canned) SetReadDeadline(time.Time) error { return nil }

func reply(raw []byte) *wire {
	return newWire(canned{answer: bytes.NewReader(raw)}, "kscope", time.Second)
}

func TestWireReadsWhatIsNoResponse(t *testing.T) {
	for raw, is := range map[string]func(*oddResponse) bool{
		"HTTP/1.1 400 Bad Request":     (*oddResponse).isHTTP,
		"\x15\x03\x03\x00\x02\x02\x46": (*oddResponse).isAlert,
		"\x00\x00\x00\x01x":            func(e *oddResponse) bool { return !e.isHTTP() && !e.isAlert() },
	} {
		_, err := reply([]byte(raw)).versions(t.Context())
		var odd *oddResponse
		if !errors.As(err, &odd) || !is(odd) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	for _, raw := range []string{"", "\x00\x00", "\x00\x00\x00\x08\x00\x00\x00\x01", "\x00\x00\x00\x06\x00\x00\x00\x02\x00\x00"} {
		if resp, err := reply([]byte(raw)).versions(t.Context()); err == nil {
			t.Errorf("%q: %+v, want an error", raw, resp)
		}
	}
}

// Whoever listens at an address that was mistyped may send anything.
func FuzzWire(f *testing.F) {
	good := kmsg.NewPtrApiVersionsResponse()
	good.ApiKeys = []kmsg.ApiVersionsResponseApiKey{{ApiKey: 3, MaxVersion: 12}}
	f.Add(append([]byte{0, 0, 0, 14, 0, 0, 0, 1}, good.AppendTo(nil)...))
	f.Add([]byte("HTTP/1.1 400 Bad Request"))
	f.Add([]byte{0x03, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x7f, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, req := range []kmsg.Request{apiVersions(), brokersOnly(), whoIsThere(), kmsg.NewPtrSASLHandshakeRequest(), kmsg.NewPtrDescribeTopicPartitionsRequest()} {
			req.SetVersion(0)
			_, _ = reply(raw).ask(t.Context(), req)
			if req.Key() != int16(kmsg.ApiVersions) {
				req.SetVersion(req.MaxVersion())
				_, _ = reply(raw).ask(t.Context(), req)
			}
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
			t.Errorf("%d bytes took %d bytes of memory", len(raw), n)
		}
	})
}
