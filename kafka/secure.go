package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// secureProblem says errors of TLS, and of a listener that expects another
// protocol than kscope speaks. Some have a type, most only a text: what the
// library or the other side wrote. The real brokers of the test suite hold them.
func secureProblem(err error) *model.Problem {
	if p := certificateProblem(err); p != nil {
		return p
	}
	var record tls.RecordHeaderError
	var first *kgo.ErrFirstReadEOF
	switch {
	case cutInHandshake(err), errors.As(err, &record), errors.As(err, &first) && contains(err, "is TLS misconfigured"), contains(err, "does not look like a TLS handshake"):
		return insecure("kscope speaks TLS, but the listener does not", "leave --tls out, or use the port of a TLS listener")
	case contains(err, "appear to be a tls alert"), errors.As(err, &first) && contains(err, "is TLS missing"):
		return insecure("The listener speaks TLS, but kscope does not", "add --tls, and --ca-file for a CA of your own")
	case contains(err, "'HTTP' in ascii"):
		return &model.Problem{Kind: model.Unreachable, Says: "A web server answers at this address, not Kafka", Fix: "use the port of a broker's listener, often 9092"}
	case errors.As(err, &first): // nothing else is left of what the library tells apart
		return &model.Problem{
			Kind: model.Refused,
			Says: "The listener closed the connection after the first request",
			Fix:  "it may want SASL: add --sasl-mechanism and --username; or it is a KRaft controller's: use a broker's port",
		}
	}
	return alertProblem(err)
}

// cutInHandshake reports whether the connection was reset while TLS was agreed on:
// only then does the library read before it has connected.
func cutInHandshake(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "read" && errors.Is(err, syscall.ECONNRESET) && contains(err, "unable to dial")
}

// An otherCAError is that a certificate is by none of the CAs that were named.
type otherCAError struct {
	file string
	err  x509.UnknownAuthorityError
	all  error
}

func (e *otherCAError) Error() string { return e.all.Error() }

func (e *otherCAError) Unwrap() error { return e.all }

// ofOtherCA adds to an error about an unknown CA which one is known.
func ofOtherCA(err error, conn model.Connection) error {
	var authority x509.UnknownAuthorityError
	if conn.CAFile == "" || !errors.As(err, &authority) {
		return err
	}
	return &otherCAError{conn.CAFile, authority, err}
}

func (e *otherCAError) problem() *model.Problem {
	says := "The CA in " + quote(e.file) + " did not issue the broker's certificate"
	if cert := e.err.Cert; cert != nil && cert.Issuer.String() != "" {
		return insecure(says+", "+quote(nameOf(cert.Issuer.CommonName, cert.Issuer.String()))+" did", "name the certificate of that CA with --ca-file")
	}
	return insecure(says, "name the certificate of the CA that did with --ca-file")
}

// certificateProblem says what this side has against the broker's certificate.
func certificateProblem(err error) *model.Problem {
	var other *otherCAError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate x509.CertificateInvalidError
	var roots x509.SystemRootsError
	switch {
	case errors.As(err, &other):
		return other.problem()
	case errors.As(err, &authority):
		return insecure("The broker's certificate was issued by a CA that is not trusted here"+issuer(authority.Cert), "name the CA's certificate with --ca-file")
	case errors.As(err, &host):
		return insecure("The broker's certificate is not for "+quote(host.Host)+namesOn(host.Certificate), "connect to a name it is for, or give that name with --tls-server-name")
	case errors.As(err, &certificate) && certificate.Reason == x509.Expired:
		return insecure("The broker's certificate has expired, or is not valid yet"+validity(certificate.Cert), "renew it, or set this machine's clock")
	case errors.As(err, &certificate):
		return insecure("The broker's certificate is not valid: "+sentence(certificate.Error()), "have it issued anew")
	case errors.As(err, &roots):
		return insecure("This system has no CA certificates", "name the CA's certificate with --ca-file")
	case contains(err, "failed to verify certificate"):
		return insecure("The broker's certificate cannot be trusted: "+sentence(after(err.Error(), "failed to verify certificate: ")), "name the CA's certificate with --ca-file")
	}
	return nil
}

// alerts are what the broker says in TLS of what it has against this side.
var alerts = []struct{ text, says, fix string }{
	{"certificate required", "The broker wants a client certificate", "name one with --cert-file and --key-file"},
	{"bad certificate", "The broker wants a client certificate, or does not take this one", "name one of a CA that it trusts with --cert-file and --key-file"},
	{"unknown certificate authority", "The broker does not trust the CA of the client certificate", "name a certificate of a CA that it trusts with --cert-file and --key-file"},
	{"expired certificate", "The client certificate has expired", "renew it"},
	{"certificate unknown", "The broker does not take the client certificate", "name one of a CA that it trusts with --cert-file and --key-file"},
	{"unknown certificate", "The broker does not take the client certificate", "name one of a CA that it trusts with --cert-file and --key-file"},
	{"protocol version not supported", "The broker speaks an older TLS than 1.2", "upgrade it, or allow TLS 1.2 on the listener"},
	{"handshake failure", "The broker and kscope have no TLS cipher in common, or it wants a client certificate", "check ssl.cipher.suites and ssl.client.auth of the listener"},
	{"unrecognized name", "The broker does not know the server name kscope asks for", "set --tls-server-name to a name of its certificate"},
}

func alertProblem(err error) *model.Problem {
	if !contains(err, "remote error: tls: ") {
		if contains(err, "tls: ") {
			return insecure("TLS fails: "+sentence(after(err.Error(), "tls: ")), "check the TLS settings of the listener")
		}
		return nil
	}
	for _, a := range alerts {
		if contains(err, a.text) {
			return insecure(a.says, a.fix)
		}
	}
	return insecure("The broker ends the TLS handshake: "+sentence(after(err.Error(), "remote error: tls: ")), "check the TLS settings of the listener")
}

func insecure(says, fix string) *model.Problem {
	return &model.Problem{Kind: model.Insecure, Says: says, Fix: fix}
}

func issuer(cert *x509.Certificate) string {
	if cert == nil || cert.Issuer.String() == "" {
		return ""
	}
	return " (" + nameOf(cert.Issuer.CommonName, cert.Issuer.String()) + ")"
}

// nameOf returns the common name, and the whole name where there is none.
func nameOf(common, whole string) string {
	if common != "" {
		return common
	}
	return whole
}

func namesOn(cert *x509.Certificate) string {
	if cert == nil {
		return ""
	}
	names := cert.DNSNames
	for _, ip := range cert.IPAddresses {
		names = append(names[:len(names):len(names)], ip.String())
	}
	if len(names) == 0 {
		return ", nor for any other name"
	}
	return ", only for " + strings.Join(names, ", ")
}

func validity(cert *x509.Certificate) string {
	if cert == nil {
		return ""
	}
	const day = "2006-01-02"
	return ": it holds from " + cert.NotBefore.Format(day) + " to " + cert.NotAfter.Format(day)
}

// after returns what follows sep in s, all of s if it is not there.
func after(s, sep string) string {
	if _, rest, ok := strings.Cut(s, sep); ok {
		return rest
	}
	return s
}
