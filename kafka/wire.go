package kafka

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// A wire is one connection to one broker, a request at a time: for the diagnosis,
// which takes each step of connecting by itself. The client library takes them all
// at once, and of some failures keeps only a guess.
type wire struct {
	conn  net.Conn
	limit time.Duration // for one request
	form  *kmsg.RequestFormatter
	next  int32 // correlation id
}

// largestResponse bounds what a wire reads: more is no answer of a broker to the
// small questions of a diagnosis.
const largestResponse = 64 << 20

// An oddResponse is bytes that are no response of Kafka's.
type oddResponse struct{ head [4]byte }

func (e *oddResponse) Error() string { return fmt.Sprintf("no response of a broker: % x", e.head) }

// isAlert reports whether the bytes are the beginning of a TLS alert.
func (e *oddResponse) isAlert() bool { return e.head[0] == 21 && e.head[1] == 3 }

func (e *oddResponse) isHTTP() bool { return string(e.head[:]) == "HTTP" }

func newWire(conn net.Conn, client string, limit time.Duration) *wire {
	return &wire{conn: conn, limit: limit, form: kmsg.NewRequestFormatter(kmsg.FormatterClientID(client))}
}

func (w *wire) close() { w.conn.Close() }

// ask sends req in the version it is set to and reads the response.
func (w *wire) ask(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
	stop := context.AfterFunc(ctx, func() { w.conn.SetDeadline(time.Now()) })
	defer stop()
	if err := w.conn.SetDeadline(time.Now().Add(w.limit)); err != nil {
		return nil, err
	}
	w.next++
	if _, err := w.conn.Write(w.form.AppendRequest(nil, req, w.next)); err != nil {
		return nil, err
	}
	body, err := w.read()
	if err != nil {
		return nil, err
	}
	if body, err = afterHeader(body, w.next, req); err != nil {
		return nil, err
	}
	resp := req.ResponseKind()
	return resp, resp.ReadFrom(body)
}

// read reads one response, without its length.
func (w *wire) read() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(w.conn, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > largestResponse || size < 4 {
		return nil, &oddResponse{head}
	}
	body, err := io.ReadAll(io.LimitReader(w.conn, int64(size))) // grows with what comes, not with what is promised
	if err == nil && len(body) < int(size) {
		err = io.ErrUnexpectedEOF
	}
	return body, err
}

// afterHeader returns a response without its header: the correlation id and, in
// flexible versions of all but ApiVersions, an empty list of tags.
func afterHeader(body []byte, id int32, req kmsg.Request) ([]byte, error) {
	if len(body) < 4 || int32(binary.BigEndian.Uint32(body)) != id {
		return nil, errors.New("the response is to another request")
	}
	body = body[4:]
	if req.IsFlexible() && req.Key() != int16(kmsg.ApiVersions) {
		if len(body) == 0 || body[0] != 0 {
			return nil, errors.New("the response has a header that is not known")
		}
		body = body[1:]
	}
	return body, nil
}

// secure speaks TLS from here on.
func (w *wire) secure(ctx context.Context, config *tls.Config, host string) (tls.ConnectionState, error) {
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName = host
	}
	ctx, cancel := context.WithTimeout(ctx, w.limit)
	defer cancel()
	conn := tls.Client(w.conn, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return tls.ConnectionState{}, err
	}
	w.conn = conn
	return conn.ConnectionState(), nil
}

// versions asks what requests the broker knows, in the version of the question that
// every broker since 0.10 answers, also before SASL.
func (w *wire) versions(ctx context.Context) (*kmsg.ApiVersionsResponse, error) {
	req := kmsg.NewPtrApiVersionsRequest()
	resp, err := w.ask(ctx, req)
	if err != nil {
		return nil, err
	}
	return resp.(*kmsg.ApiVersionsResponse), nil
}

// settle sets req to the newest version that both sides know, and reports whether
// there is one.
func settle(req kmsg.Request, known *kmsg.ApiVersionsResponse) bool {
	for _, k := range known.ApiKeys {
		if k.ApiKey == req.Key() {
			req.SetVersion(min(req.MaxVersion(), k.MaxVersion))
			return req.GetVersion() >= k.MinVersion
		}
	}
	return false
}
