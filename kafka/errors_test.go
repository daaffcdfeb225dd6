package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// dialError is what the client library makes of a connection that fails.
func dialError(err error) error {
	return fmt.Errorf("unable to dial: %w", &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 9092}, Err: err})
}

func TestProblemOf(t *testing.T) {
	handshake := func(err error) error { return dialError(&tls.CertificateVerificationError{Err: err}) }
	expired := &x509.Certificate{NotAfter: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	for _, test := range []struct {
		err  error
		kind model.ProblemKind
		says string
	}{
		{dialError(os.NewSyscallError("connect", syscall.ECONNREFUSED)), model.Unreachable, "Nothing listens at 10.0.0.1:9092"},
		{dialError(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), model.Unreachable, "There is no way to 10.0.0.1:9092"},
		{dialError(os.ErrDeadlineExceeded), model.Unreachable, "10.0.0.1:9092 does not answer"},
		{dialError(&net.DNSError{Err: "no such host", Name: "kafka.x", IsNotFound: true}), model.Unreachable, `The name "kafka.x" does not resolve`},
		{dialError(&net.DNSError{Err: "timeout", Name: "kafka.x", IsTimeout: true}), model.Unreachable, `The name server does not answer for "kafka.x"`},
		{io.EOF, model.Unreachable, "closed the connection"},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, model.Unreachable, "closed the connection"},
		{errors.New("unknown broker"), model.Unreachable, "does not list this broker"},

		{&timeoutError{2 * time.Second, context.DeadlineExceeded}, model.Timeout, "did not answer within 2s"},
		{context.DeadlineExceeded, model.Timeout, "did not answer in time"},
		{fmt.Errorf("%w, last err: %w", kgo.ErrRecordTimeout, io.EOF), model.Timeout, "did not answer in time"},

		{handshake(x509.UnknownAuthorityError{}), model.Insecure, "a CA that is not trusted"},
		{ofOtherCA(handshake(x509.UnknownAuthorityError{}), model.Connection{CAFile: "ca.pem"}), model.Insecure, `The CA in "ca.pem" did not issue the broker's certificate`},
		{handshake(x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a", "b"}}, Host: "c"}), model.Insecure, `is not for "c", only for a, b`},
		{handshake(x509.CertificateInvalidError{Cert: expired, Reason: x509.Expired}), model.Insecure, "has expired, or is not valid yet: it holds from 0001-01-01 to 2026-03-01"},
		{handshake(x509.CertificateInvalidError{Cert: expired, Reason: x509.NotAuthorizedToSign}), model.Insecure, "is not valid"},
		{dialError(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), model.Insecure, "kscope speaks TLS, but the listener does not"},
		{fmt.Errorf("unable to dial: %w", &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}), model.Insecure, "kscope speaks TLS, but the listener does not"},
		{errors.New("invalid large response size 352518912 > limit 1; the first three bytes received appear to be a tls alert record for TLS v1.2"), model.Insecure, "The listener speaks TLS"},
		{dialError(errors.New("remote error: tls: certificate required")), model.Insecure, "wants a client certificate"},
		{dialError(errors.New("remote error: tls: bad certificate")), model.Insecure, "wants a client certificate, or does not take this one"},
		{dialError(errors.New("remote error: tls: no application protocol")), model.Insecure, "ends the TLS handshake: no application protocol"},
		{errors.New("invalid large response size 1213486160 > limit 1; the four size bytes are 'HTTP' in ascii"), model.Unreachable, "A web server answers"},

		{fmt.Errorf("%w: Invalid username or password", kerr.SaslAuthenticationFailed), model.Refused, "refuses the user name or the password"},
		{kerr.UnsupportedSaslMechanism, model.Refused, "does not offer this SASL mechanism"},
		{kerr.IllegalSaslState, model.Refused, "does not take SASL"},
		{kerr.TopicAuthorizationFailed, model.Denied, "A right on the topic"},
		{kerr.MismatchedEndpointType, model.Failed, "KRaft controller"},
		{kerr.UnknownTopicID, model.Gone, "was deleted"},
		{kerr.UnsupportedVersion, model.Unsupported, "too old"},
		{errors.New("broker is too old; the broker has already indicated it will not know how to handle the request"), model.Unsupported, "too old"},
		{kerr.UnknownServerError, model.Failed, "The broker says UNKNOWN_SERVER_ERROR: The server experienced an unexpected error"},
		{errors.New("something else."), model.Failed, "something else"},
	} {
		p := problemOf(test.err)
		if p.Kind != test.kind || !strings.Contains(p.Says, test.says) {
			t.Errorf("%v: kind %d, %q; want kind %d, %q", test.err, p.Kind, p.Says, test.kind, test.says)
		}
		if strings.HasSuffix(p.Says, ".") || strings.HasSuffix(p.Fix, ".") || p.Kind != model.Failed && p.Fix == "" {
			t.Errorf("%v: %q, %q: want a sentence without a full stop, and what to change", test.err, p.Says, p.Fix)
		}
		if !errors.Is(p, test.err) {
			t.Errorf("%v: the cause is lost", test.err)
		}
	}
}

// What the client library itself says when it meets a listener of another kind:
// most of it has no type, so that another version may say it otherwise.
func TestProblemOfTheLibrarysOwnErrors(t *testing.T) {
	a := newAuthority(t, "ca")
	cert := a.good("broker")
	secure := fakeTLS(t, cert)
	sasl := fakeSASL(t)
	for _, test := range []struct {
		name string
		conn model.Connection
		kind model.ProblemKind
		says string
	}{
		{"plaintext to TLS", model.Connection{Seeds: []string{secure}}, model.Insecure, "The listener speaks TLS"},
		{"TLS to plaintext", model.Connection{Seeds: []string{closing(t, sasl)}, TLS: true}, model.Insecure, "kscope speaks TLS"},
		{"no SASL", model.Connection{Seeds: []string{sasl}}, model.Refused, "it may want SASL"},
		{"another CA", model.Connection{Seeds: []string{secure}, CAFile: newAuthority(t, "other-ca").file}, model.Insecure, `did not issue the broker's certificate, "ca" did`},
		{"unknown CA", model.Connection{Seeds: []string{secure}, TLS: true}, model.Insecure, "a CA that is not trusted here (ca)"},
		{"nobody", model.Connection{Seeds: []string{"127.0.0.1:1"}}, model.Unreachable, "Nothing listens at 127.0.0.1:1"},
	} {
		test.conn.Timeout = 2 * time.Second
		err := connect(t, test.conn).Ask(t.Context(), model.ListTopics{}, func(model.Event) {})
		var p *model.Problem
		if !errors.As(err, &p) || p.Kind != test.kind || !strings.Contains(p.Error(), test.says) {
			t.Errorf("%s: %v, want %q", test.name, err, test.says)
		}
	}
}

func TestProblemAbout(t *testing.T) {
	right := model.Right{Operation: "Read", Resource: "Topic orders"}
	if p := problemAbout(kerr.TopicAuthorizationFailed, right); p.Right != right || p.Says != "The right is missing: Read on Topic orders" {
		t.Errorf("%+v", p)
	}
	if p := problemAbout(io.EOF, right); p.Right != (model.Right{}) {
		t.Errorf("%+v", p)
	}
}
