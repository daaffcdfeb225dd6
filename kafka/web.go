package kafka

import (
	"context"
	"io"
	"time"
)

// suspicion is how long whoever listens may be silent before he is taken for a web
// server: these wait for the rest of what they take for a line, brokers answer.
const suspicion = time.Second

// unlessWeb asks something of whoever listens at an address. If there is no answer
// because that is a web server, it says so instead of waiting any longer.
func (c *Client) unlessWeb(ctx context.Context, address string, ask func(context.Context) error) error {
	if usesTLS(c.conn) {
		return ask(ctx) // the handshake fails at once
	}
	own, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer time.AfterFunc(suspicion, func() {
		if c.isWeb(own, address) {
			cancel(webServer)
		}
	}).Stop()
	err := ask(own)
	if err != nil && context.Cause(own) == error(webServer) {
		return webServer
	}
	return err
}

var webServer = &oddResponse{[4]byte([]byte("HTTP"))}

// isWeb finds out whether a web server listens at an address.
func (c *Client) isWeb(ctx context.Context, address string) bool {
	conn, err := c.dial(ctx, address)
	if err != nil {
		return false
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	var head [4]byte
	_ = conn.SetDeadline(time.Now().Add(min(stepTime, c.timeout)))
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return false
	}
	_, err = io.ReadFull(conn, head[:])
	return err == nil && (&oddResponse{head}).isHTTP()
}
