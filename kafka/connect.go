package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/model"
)

// options returns what every kgo client for conn is made with. It reads the
// files that conn names.
func options(conn model.Connection) ([]kgo.Opt, error) {
	seeds, err := seedsOf(conn)
	if err != nil {
		return nil, err
	}
	clientID := conn.ClientID
	if clientID == "" {
		clientID = "kscope"
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(seeds...),
		kgo.ClientID(clientID),
		kgo.SoftwareNameAndVersion("kscope", "0"),
		kgo.DialTimeout(dialTimeout),
		kgo.RequestTimeoutOverhead(max(timeoutOf(conn), time.Second)),
		kgo.RetryTimeout(timeoutOf(conn)),
		kgo.MetadataMinAge(100 * time.Millisecond),
		kgo.MetadataMaxAge(30 * time.Second),
		kgo.DisableClientMetrics(),
	}
	config, err := tlsConfig(conn)
	if err != nil {
		return nil, err
	}
	if config != nil {
		opts = append(opts, kgo.DialTLSConfig(config))
	}
	mechanism, err := mechanismOf(conn)
	if err != nil {
		return nil, err
	}
	if mechanism != nil {
		opts = append(opts, kgo.SASL(mechanism))
	}
	return opts, nil
}

// seedsOf returns the seeds as host:port.
func seedsOf(conn model.Connection) ([]string, error) {
	var seeds []string
	for _, s := range conn.Seeds {
		s = strings.TrimSpace(s)
		if s == "" {
			continue
		}
		address, err := seedOf(s)
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, address)
	}
	if len(seeds) == 0 {
		return nil, invalid("No broker is named", "name one as host:port", nil)
	}
	return seeds, nil
}

func seedOf(s string) (string, error) {
	if strings.Contains(s, "://") {
		return "", invalid("The broker address "+quote(s)+" looks like a URL", "give it as host:port", nil)
	}
	if host, port, err := net.SplitHostPort(s); err == nil {
		if host == "" || port == "" {
			return "", invalid("The broker address "+quote(s)+" is not complete", "give it as host:port", nil)
		}
		return s, nil
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	if strings.Contains(bare, ":") && net.ParseIP(bare) == nil {
		return "", invalid("The broker address "+quote(s)+" is neither host:port nor an IPv6 address", "give it as host:port, or [address]:port", nil)
	}
	return net.JoinHostPort(bare, "9092"), nil
}

// usesTLS reports whether conn asks for TLS, in so many words or by a file that
// only TLS needs.
func usesTLS(conn model.Connection) bool {
	return conn.TLS || conn.CAFile != "" || conn.CertFile != "" || conn.KeyFile != "" || conn.ServerName != "" || conn.Insecure
}

// tlsConfig returns the TLS settings of conn, nil if it uses none.
func tlsConfig(conn model.Connection) (*tls.Config, error) {
	if !usesTLS(conn) {
		return nil, nil
	}
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         conn.ServerName,
		InsecureSkipVerify: conn.Insecure,
	}
	if conn.CAFile != "" {
		roots, err := rootsOf(conn.CAFile)
		if err != nil {
			return nil, err
		}
		config.RootCAs = roots
	}
	certificates, err := certificatesOf(conn)
	if err != nil {
		return nil, err
	}
	config.Certificates = certificates
	return config, nil
}

func rootsOf(file string) (*x509.CertPool, error) {
	pem, err := readFile(file, "CA file")
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, invalid("The CA file "+quote(file)+" holds no certificate in PEM form", pemHint(pem), nil)
	}
	return roots, nil
}

// certificatesOf returns the client's certificate for mTLS; none if conn names none.
func certificatesOf(conn model.Connection) ([]tls.Certificate, error) {
	switch {
	case conn.CertFile == "" && conn.KeyFile == "":
		return nil, nil
	case conn.CertFile == "":
		return nil, invalid("There is a key file without a certificate file", "name the certificate that belongs to "+quote(conn.KeyFile), nil)
	case conn.KeyFile == "":
		return nil, invalid("There is a certificate file without a key file", "name the key that belongs to "+quote(conn.CertFile), nil)
	}
	cert, err := readFile(conn.CertFile, "certificate file")
	if err != nil {
		return nil, err
	}
	key, err := readFile(conn.KeyFile, "key file")
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, pairProblem(conn, cert, key, err)
	}
	return []tls.Certificate{pair}, nil
}

func pairProblem(conn model.Connection, cert, key []byte, err error) error {
	switch {
	case !strings.Contains(string(cert), "-----BEGIN CERTIFICATE-----"):
		return invalid("The certificate file "+quote(conn.CertFile)+" holds no certificate in PEM form", pemHint(cert), err)
	case strings.Contains(string(key), "ENCRYPTED"):
		return invalid("The key file "+quote(conn.KeyFile)+" is encrypted", "decrypt it first: openssl pkey -in key.pem -out plain.pem", err)
	case !strings.Contains(string(key), "PRIVATE KEY-----"):
		return invalid("The key file "+quote(conn.KeyFile)+" holds no private key in PEM form", pemHint(key), err)
	case strings.Contains(err.Error(), "does not match"):
		return invalid("The key in "+quote(conn.KeyFile)+" does not belong to the certificate in "+quote(conn.CertFile), "name files that were made together", err)
	}
	return invalid("The certificate or the key cannot be read: "+err.Error(), "check "+quote(conn.CertFile)+" and "+quote(conn.KeyFile), err)
}

// pemHint tells how to make PEM of what a file holds instead.
func pemHint(content []byte) string {
	switch {
	case len(content) == 0:
		return "the file is empty"
	case len(content) > 4 && string(content[:4]) == "\xfe\xed\xfe\xed":
		return "it is a Java keystore: convert it with keytool -importkeystore -deststoretype PKCS12, then openssl pkcs12"
	case content[0] == 0x30:
		return "it is DER or PKCS#12: convert it with openssl x509 -inform der, or openssl pkcs12"
	}
	return "PEM begins with -----BEGIN"
}

func readFile(name, what string) ([]byte, error) {
	content, err := os.ReadFile(name)
	switch {
	case os.IsNotExist(err):
		return nil, invalid("The "+what+" "+quote(name)+" does not exist", "check its name", err)
	case os.IsPermission(err):
		return nil, invalid("The "+what+" "+quote(name)+" may not be read", "check its permissions", err)
	case err != nil:
		return nil, invalid("The "+what+" "+quote(name)+" cannot be read", "check that it is a file", err)
	}
	return content, nil
}

func invalid(says, fix string, cause error) *model.Problem {
	return &model.Problem{Kind: model.Invalid, Says: says, Fix: fix, Cause: cause}
}

func quote(s string) string { return `"` + s + `"` }
