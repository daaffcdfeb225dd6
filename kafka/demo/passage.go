package demo

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// passTag marks a request that must reach kfake's own handler. It is an
// unknown tagged field, so it needs a flexible version of the request.
const passTag = 0x7fff0001

// passage carries requests past the hooks to one broker's kfake handlers, one
// at a time. It is not a kgo client: that would ask for metadata, which is
// hooked, and wait for itself.
type passage struct {
	gate *gate

	mu   sync.Mutex
	conn net.Conn
	corr int32
	buf  []byte
}

// ask sends req, whose version must be flexible, and reads the answer into
// resp. Only one caller is served at a time.
func (p *passage) ask(ctx context.Context, req kmsg.Request, resp kmsg.Response) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		conn, err := p.gate.passage(ctx)
		if err != nil {
			return err
		}
		p.conn = conn
	}
	body, err := p.exchange(req)
	if err != nil {
		p.conn.Close()
		p.conn = nil
		return err
	}
	resp.SetVersion(req.GetVersion())
	if resp.Key() != int16(kmsg.ApiVersions) { // whose response header never has tags
		body = body[1:]
	}
	return resp.ReadFrom(body)
}

func (p *passage) exchange(req kmsg.Request) ([]byte, error) {
	p.corr++
	p.buf = kmsg.NewRequestFormatter(kmsg.FormatterClientID("controller")).AppendRequest(p.buf[:0], req, p.corr)
	if _, err := p.conn.Write(p.buf); err != nil {
		return nil, err
	}
	var head [8]byte // size, correlation id
	if _, err := io.ReadFull(p.conn, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(head[:4])-4)
	_, err := io.ReadFull(p.conn, body)
	return body, err
}

func (p *passage) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

func mark(tags *kmsg.Tags) {
	*tags = kmsg.Tags{}
	tags.Set(passTag, []byte{1})
}

func marked(tags *kmsg.Tags) bool {
	found := false
	tags.Each(func(key uint32, _ []byte) { found = found || key == passTag })
	return found
}
