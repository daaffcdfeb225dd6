package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// each does the same for several seeds at once. It passes if it worked for one of
// them; with only one seed there are no parts.
func each(seeds []string, do func(seed string) (detail string, p *model.Problem)) finding {
	parts := make([]model.Step, len(seeds))
	problems := make([]*model.Problem, len(seeds))
	var wg sync.WaitGroup
	for i, seed := range seeds {
		wg.Go(func() {
			begin := time.Now()
			detail, p := do(seed)
			parts[i] = model.Step{Of: seed, State: model.StepPassed, Detail: detail, Took: time.Since(begin)}
			if p != nil {
				parts[i].State, parts[i].Detail = model.StepFailed, p.Says
			}
			problems[i] = p
		})
	}
	wg.Wait()
	f := finding{parts: parts}
	var details []string
	for i := range parts {
		if problems[i] == nil {
			details = append(details, parts[i].Detail)
		}
	}
	if len(details) == 0 {
		f.problem = problems[0]
		f.detail = problems[0].Says
	} else {
		f.detail = strings.Join(details, "; ")
	}
	if len(seeds) == 1 {
		f.parts = nil
	}
	return f
}

// named gives the parts of a finding the name of their step.
func (f finding) named(name string) finding {
	for i := range f.parts {
		f.parts[i].Name = name
	}
	return f
}

func (d *diagnosing) resolve(ctx context.Context) finding {
	seeds, _ := seedsOf(d.c.conn)
	return each(seeds, func(seed string) (string, *model.Problem) {
		host, _, _ := net.SplitHostPort(seed)
		if net.ParseIP(host) != nil {
			return host + " is an address", nil
		}
		ctx, cancel := context.WithTimeout(ctx, stepTime)
		defer cancel()
		found, err := net.DefaultResolver.LookupHost(ctx, host)
		if err != nil && d.dials(ctx, seed) {
			return host + " is in this process", nil
		}
		if err != nil {
			return "", problemOf(err)
		}
		return host + " → " + strings.Join(found, ", "), nil
	}).named(stepResolve)
}

// dials reports whether a seed can be connected to. If so though its name does not
// resolve, the dialer is one of the caller's own.
func (d *diagnosing) dials(ctx context.Context, seed string) bool {
	conn, err := d.c.dial(ctx, seed)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// connect opens a connection to every seed, and keeps the first.
func (d *diagnosing) connect(ctx context.Context) finding {
	seeds, _ := seedsOf(d.c.conn)
	var mu sync.Mutex
	open := map[string]net.Conn{}
	f := each(seeds, func(seed string) (string, *model.Problem) {
		conn, err := d.c.dial(ctx, seed)
		if err != nil {
			return "", problemOf(err)
		}
		mu.Lock()
		defer mu.Unlock()
		open[seed] = conn
		return conn.RemoteAddr().String() + " accepts", nil
	}).named(stepConnect)
	for _, seed := range seeds {
		switch conn := open[seed]; {
		case conn == nil:
		case d.wire == nil:
			d.address, d.wire = seed, d.c.wire(conn)
		default:
			conn.Close()
		}
	}
	return f
}

// dial connects without TLS.
func (c *Client) dial(ctx context.Context, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if dial, ok := c.cl.OptValue(kgo.Dialer).(func(context.Context, string, string) (net.Conn, error)); ok && !usesTLS(c.conn) {
		return dial(ctx, "tcp", address) // perhaps a cluster in this process
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", address)
}

func (c *Client) wire(conn net.Conn) *wire { return newWire(conn, "kscope", min(stepTime, c.timeout)) }

// secure shakes hands and asks for API versions, since only the first answer shows
// what the other side thinks of this one: that it lacks a certificate, or speaks
// plaintext where TLS is spoken.
func (d *diagnosing) secure(ctx context.Context) finding {
	config, err := tlsConfig(d.c.conn)
	if err != nil {
		return failed(problemOf(err))
	}
	d.config = config
	f := finding{skipped: true, detail: "not used"}
	if config != nil {
		host, _, _ := net.SplitHostPort(d.address)
		state, err := d.wire.secure(ctx, config, host)
		if err != nil {
			return failed(d.handshakeProblem(ctx, err))
		}
		f = finding{detail: describeTLS(state, d.c.conn.Insecure)}
	}
	d.failed = d.c.unlessWeb(ctx, d.address, func(ctx context.Context) (err error) {
		d.hello, err = d.wire.versions(ctx)
		return err
	})
	if p := d.tlsProblem(ctx, d.failed); p != nil {
		return failed(p)
	}
	return f
}

// handshakeProblem says why the TLS handshake failed. A plaintext listener closes
// the connection without a word: that it is one is found out by asking it so.
func (d *diagnosing) handshakeProblem(ctx context.Context, err error) *model.Problem {
	if (closed(err) || isTimeout(err) || errors.Is(err, context.DeadlineExceeded)) && d.answersPlaintext(ctx) {
		err = fmt.Errorf("first record does not look like a TLS handshake: %w", err)
	}
	return problemOf(ofOtherCA(err, d.c.conn))
}

func (d *diagnosing) answersPlaintext(ctx context.Context) bool {
	conn, err := d.c.dial(ctx, d.address)
	if err != nil {
		return false
	}
	w := d.c.wire(conn)
	defer w.close()
	_, err = w.versions(ctx)
	return err == nil
}

// tlsProblem returns what is wrong with TLS if err is about that; nil if not.
func (d *diagnosing) tlsProblem(ctx context.Context, err error) *model.Problem {
	var odd *oddResponse
	switch {
	case err == nil:
		return nil
	case d.config != nil:
		return secureProblem(err)
	case errors.As(err, &odd) && odd.isAlert():
		return plaintextToTLS(err)
	case errors.As(err, &odd):
		return nil
	case d.answersTLS(ctx):
		return plaintextToTLS(err)
	}
	return nil
}

func plaintextToTLS(err error) *model.Problem {
	return problemOf(fmt.Errorf("the first bytes appear to be a tls alert: %w", err))
}

func (d *diagnosing) answersTLS(ctx context.Context) bool {
	conn, err := d.c.dial(ctx, d.address)
	if err != nil {
		return false
	}
	w := d.c.wire(conn)
	defer w.close()
	_, err = w.secure(ctx, &tls.Config{InsecureSkipVerify: true}, "")
	var alert tls.AlertError
	return err == nil || errors.As(err, &alert) || contains(err, "remote error: tls")
}

// describeTLS says what was agreed on: TLS 1.3 · name, valid until · issuer.
func describeTLS(state tls.ConnectionState, unchecked bool) string {
	parts := []string{tls.VersionName(state.Version)}
	if len(state.PeerCertificates) > 0 {
		cert := state.PeerCertificates[0]
		name := nameOf(strings.Join(cert.DNSNames, ", "), cert.Subject.CommonName)
		parts = append(parts, name+", valid until "+cert.NotAfter.Format("2006-01-02"), "issued by "+nameOf(cert.Issuer.CommonName, cert.Issuer.String()))
	}
	if unchecked {
		parts = append(parts, "not checked")
	}
	return strings.Join(parts, " · ")
}

// versions says what the broker is, and reads the brokers from it.
func (d *diagnosing) versions(ctx context.Context) finding {
	switch {
	case d.failed != nil:
		return failed(helloProblem(d.failed))
	case !d.isBroker():
		return failed(problemOf(kerr.MismatchedEndpointType))
	case d.meta == nil:
		if err := d.readBrokers(ctx); err != nil {
			return failed(problemOf(err))
		}
	}
	version := versionOf(d.hello)
	if version == "" {
		version = "of an unknown version"
	}
	return finding{detail: fmt.Sprintf("Kafka %s, %d brokers, cluster id %s", version, len(d.meta.Brokers), text(d.meta.ClusterID))}
}

// readBrokers asks for the brokers.
func (d *diagnosing) readBrokers(ctx context.Context) error {
	req := brokersOnly()
	settle(req, d.hello)
	resp, err := d.wire.ask(ctx, req)
	if err != nil {
		return err
	}
	d.meta = resp.(*kmsg.MetadataResponse)
	return kerr.ErrorForCode(d.meta.ErrorCode)
}

// helloProblem says why the other side does not answer as a broker does.
func helloProblem(err error) *model.Problem {
	var odd *oddResponse
	switch {
	case errors.As(err, &odd) && odd.isHTTP():
		return notKafka("A web server answers at this address, not Kafka", err)
	case errors.As(err, &odd):
		return notKafka("Something answers at this address, but not Kafka", err)
	case closed(err):
		return notKafka("Whoever listens there closes the connection when it is spoken to", err)
	}
	return problemOf(err)
}

func notKafka(says string, err error) *model.Problem {
	return &model.Problem{Kind: model.Unreachable, Says: says, Fix: "use the port of a broker's listener, often 9092", Cause: err}
}
