package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/sr"

	"kscope/model"
)

// problem says an error of asking for something. What an error of ours holds is the
// registry's address and what it wrote: never what kscope logged in with.
func (c *Client) problem(ctx context.Context, err error, of string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var said *sr.ResponseError
	if errors.As(err, &said) {
		return c.refusal(said, of)
	}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax), errors.As(err, &mismatch):
		return &model.Problem{Kind: model.Failed, Says: "What answers at " + c.at + " is no schema registry: its answer is not the JSON of one",
			Fix: "check the path in --registry: Apicurio's ends in /apis/ccompat/v7", Cause: err}
	case isCertificate(err), contains(err, "tls: "), contains(err, "gave HTTP response to HTTPS client"):
		return c.insecure(err)
	case isTimeout(err):
		return &model.Problem{Kind: model.Timeout, Says: "The schema registry at " + c.at + " does not answer in time", Fix: "look whether it is overloaded, or allow more with --timeout", Cause: err}
	}
	return &model.Problem{Kind: model.Unreachable, Says: "The schema registry at " + c.at + " cannot be reached: " + reason(err),
		Fix: "look whether it runs, and check --registry", Cause: err}
}

// refusal says what the registry answered instead of what was asked for.
func (c *Client) refusal(said *sr.ResponseError, of string) *model.Problem {
	p := &model.Problem{Kind: model.Failed, Cause: said}
	switch said.StatusCode {
	case http.StatusUnauthorized:
		p.Kind, p.Says = model.Refused, "The schema registry at "+c.at+" wants a login, or does not take this one"
		p.Fix = "check --registry-username and its password, or --registry-token-env"
	case http.StatusForbidden:
		p.Kind, p.Says, p.Fix = model.Denied, "The schema registry at "+c.at+" does not allow this user to read "+of, "ask its administrator for the right to read"
		p.Right = model.Right{Operation: "Read", Resource: of}
	case http.StatusNotFound:
		if !known(said.ErrorCode) {
			p.Says, p.Fix = "What answers at "+c.at+" is no schema registry: it does not know the path", "check the path in --registry: Apicurio's ends in /apis/ccompat/v7"
			return p
		}
		p.Kind, p.Says, p.Fix = model.Gone, "The schema registry at "+c.at+" has no "+of, "check that it is the registry of this cluster"
	default:
		p.Says = "The schema registry at " + c.at + " fails with status " + strconv.Itoa(said.StatusCode) + ": " + first(said.Error())
		p.Fix = "look into its log"
	}
	return p
}

// known reports whether a code is one of a registry's own for something that is not
// there.
func known(code int) bool { return code/100 == 404 }

// first is the first line of a text, if that is not too long to be read.
func first(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s[:min(len(s), 200)]
}

func (c *Client) insecure(err error) *model.Problem {
	p := &model.Problem{Kind: model.Insecure, Cause: err, Fix: "name its CA with --registry-ca-file"}
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		p.Says = "The certificate of the schema registry at " + c.at + " was issued by a CA that is not trusted here"
	case errors.As(err, &host):
		p.Says, p.Fix = "The certificate of the schema registry at "+c.at+" is not for "+host.Host, "name it in --registry by a name of its certificate"
	case errors.As(err, &invalid):
		p.Says, p.Fix = "The certificate of the schema registry at "+c.at+" is not valid: "+invalid.Error(), "have it issued anew"
	case contains(err, "gave HTTP response to HTTPS client"):
		p.Says, p.Fix = "The schema registry at "+c.at+" does not speak TLS", "write http:// in --registry"
	case contains(err, "certificate required"), contains(err, "bad certificate") && !c.certified:
		p.Says, p.Fix = "The schema registry at "+c.at+" wants a client certificate", "name one with --registry-cert-file and --registry-key-file"
	default:
		p.Says = "TLS with the schema registry at " + c.at + " fails: " + reason(err)
	}
	return p
}

func isCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	return errors.As(err, &verification)
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// reason is the innermost cause, which is what people know.
func reason(err error) string {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.As(err, &dns):
		return "its name cannot be resolved"
	}
	return first(err.Error())
}

func contains(err error, text string) bool { return strings.Contains(err.Error(), text) }
