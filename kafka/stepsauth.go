package kafka

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// authenticate logs in. Without a mechanism it finds out whether the listener wants
// one: it then closes the connection at the first real request, without a word.
func (d *diagnosing) authenticate(ctx context.Context) finding {
	switch {
	case d.failed != nil, !d.isBroker():
		return finding{skipped: true, detail: "not tried"} // the next step says why; a controller is told no password
	case d.c.conn.Mechanism != "":
		return d.login(ctx)
	}
	d.failed = d.readBrokers(ctx)
	if closed(d.failed) {
		if offered := d.offered(ctx); len(offered) > 0 {
			return failed(&model.Problem{
				Kind:  model.Refused,
				Says:  "The listener wants SASL (" + strings.Join(offered, ", ") + "), but no mechanism is named",
				Fix:   "add --sasl-mechanism and --username, or use the port of a listener without SASL",
				Cause: d.failed,
			})
		}
	}
	return finding{skipped: true, detail: "not used"}
}

// isBroker reports whether the other side is a broker: a controller does not know
// Metadata.
func (d *diagnosing) isBroker() bool { return settle(kmsg.NewPtrMetadataRequest(), d.hello) }

// closed reports whether the other side closed the connection without a word.
func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// offered returns the mechanisms of the listener: it names them to who asks for one
// that there is not.
func (d *diagnosing) offered(ctx context.Context) []string {
	conn, err := d.c.dial(ctx, d.address)
	if err != nil {
		return nil
	}
	w := d.c.wire(conn)
	defer w.close()
	if d.config != nil {
		host, _, _ := net.SplitHostPort(d.address)
		if _, err := w.secure(ctx, d.config, host); err != nil {
			return nil
		}
	}
	resp, err := w.handshake(ctx, "?")
	if err != nil {
		return nil
	}
	return slices.Sorted(slices.Values(resp.SupportedMechanisms))
}

func (w *wire) handshake(ctx context.Context, mechanism string) (*kmsg.SASLHandshakeResponse, error) {
	req := kmsg.NewPtrSASLHandshakeRequest()
	req.Mechanism = mechanism
	req.SetVersion(1)
	resp, err := w.ask(ctx, req)
	if err != nil {
		return nil, err
	}
	return resp.(*kmsg.SASLHandshakeResponse), nil
}

func (d *diagnosing) login(ctx context.Context) finding {
	mechanism, err := mechanismOf(d.c.conn)
	if err != nil {
		return failed(problemOf(err))
	}
	resp, err := d.wire.handshake(ctx, mechanism.Name())
	if err != nil {
		return failed(problemOf(err))
	}
	err = kerr.ErrorForCode(resp.ErrorCode)
	if err == kerr.UnsupportedSaslMechanism {
		return failed(&model.Problem{
			Kind:  model.Refused,
			Says:  "The listener does not offer " + mechanism.Name() + ", but " + strings.Join(slices.Sorted(slices.Values(resp.SupportedMechanisms)), ", "),
			Fix:   "name one of these with --sasl-mechanism",
			Cause: err,
		})
	}
	if err != nil {
		return failed(problemOf(err))
	}
	host, _, _ := net.SplitHostPort(d.address)
	session, say, err := mechanism.Authenticate(ctx, host)
	for done := false; err == nil && !done; {
		var challenge []byte
		if challenge, err = d.wire.tell(ctx, say); err != nil {
			break
		}
		done, say, err = session.Challenge(challenge)
		if done && len(say) > 0 {
			_, err = d.wire.tell(ctx, say)
		}
	}
	if err != nil {
		return failed(d.loginProblem(err))
	}
	return finding{detail: mechanism.Name() + " as " + d.c.conn.Username}
}

// tell sends one message of the SASL exchange and returns the broker's.
func (w *wire) tell(ctx context.Context, message []byte) ([]byte, error) {
	req := kmsg.NewPtrSASLAuthenticateRequest()
	req.SASLAuthBytes = message
	req.SetVersion(1)
	resp, err := w.ask(ctx, req)
	if err != nil {
		return nil, err
	}
	r := resp.(*kmsg.SASLAuthenticateResponse)
	return r.SASLAuthBytes, errorOf(r.ErrorCode, r.ErrorMessage)
}

// loginProblem says why the broker does not let the user in. Some only close the
// connection.
func (d *diagnosing) loginProblem(err error) *model.Problem {
	if closed(err) || contains(err, "scram") || contains(err, "server signature") {
		p := problemOf(kerr.SaslAuthenticationFailed)
		p.Cause = err
		return p
	}
	return problemOf(err)
}
