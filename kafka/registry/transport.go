package registry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"

	"kscope/model"
)

// largest is the largest answer that is taken.
const largest = 32 << 20

// A transport takes no endless answers.
type transport struct{ *http.Transport }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.Transport.RoundTrip(r)
	if resp != nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, largest)
	}
	return resp, err
}

func transportOf(r model.Registry) (http.RoundTripper, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: r.Insecure}
	if r.CAFile != "" {
		pem, err := readFile(r.CAFile, "CA file")
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
			return nil, invalid("The registry's CA file "+r.CAFile+" holds no certificate in PEM form", "PEM begins with -----BEGIN", nil)
		}
	}
	if r.CertFile != "" {
		cert, err := readFile(r.CertFile, "certificate file")
		if err != nil {
			return nil, err
		}
		key, err := readFile(r.KeyFile, "key file")
		if err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, invalid("The registry's certificate "+r.CertFile+" and key "+r.KeyFile+" cannot be used: "+err.Error(), "name PEM files that were made together", err)
		}
		t.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	return transport{t}, nil
}

func readFile(name, what string) ([]byte, error) {
	content, err := os.ReadFile(name)
	if err == nil {
		return content, nil
	}
	reason := err
	var p *os.PathError
	if errors.As(err, &p) {
		reason = p.Err
	}
	return nil, invalid("The registry's "+what+" "+name+" cannot be read: "+reason.Error(), "check its name and permissions", err)
}

func invalid(says, fix string, cause error) *model.Problem {
	return &model.Problem{Kind: model.Invalid, Says: says, Fix: fix, Cause: cause}
}
