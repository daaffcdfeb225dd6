package realkafka

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const clientName = "client"

// TLSFiles are the paths of PEM files, made anew for each secure cluster.
type TLSFiles struct {
	// CA signed the brokers' certificates, which are good for localhost and 127.0.0.1.
	CA string
	// UntrustedCA signed nothing: who trusts only it cannot trust the brokers.
	UntrustedCA string
	// ClientCert and ClientKey are what the listener SSL demands; Kafka sees User:CN=client.
	ClientCert, ClientKey string

	brokerKeystore string
}

// A pair is a certificate with its key, and both as PEM.
type pair struct {
	cert            *x509.Certificate
	key             *ecdsa.PrivateKey
	certPEM, keyPEM []byte
}

func makeCertificates(dir string) (TLSFiles, error) {
	files, err := writeCertificates(dir)
	if err != nil {
		return TLSFiles{}, fmt.Errorf("realkafka: making certificates: %w", err)
	}
	return files, nil
}

func writeCertificates(dir string) (TLSFiles, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return TLSFiles{}, err
	}
	pairs := map[string]*pair{}
	for _, want := range []struct{ name, signer string }{
		{"ca", ""}, {"untrusted-ca", ""}, {"broker", "ca"}, {clientName, "ca"},
	} {
		made, err := issue(want.name, pairs[want.signer])
		if err != nil {
			return TLSFiles{}, err
		}
		pairs[want.name] = made
	}
	broker, client := pairs["broker"], pairs[clientName]
	files := TLSFiles{
		CA:             filepath.Join(dir, "ca.pem"),
		UntrustedCA:    filepath.Join(dir, "untrusted-ca.pem"),
		ClientCert:     filepath.Join(dir, "client.pem"),
		ClientKey:      filepath.Join(dir, "client-key.pem"),
		brokerKeystore: filepath.Join(dir, "broker.pem"),
	}
	for path, content := range map[string][]byte{
		files.CA:             pairs["ca"].certPEM,
		files.UntrustedCA:    pairs["untrusted-ca"].certPEM,
		files.ClientCert:     client.certPEM,
		files.ClientKey:      client.keyPEM,
		files.brokerKeystore: slices.Concat(broker.keyPEM, broker.certPEM, pairs["ca"].certPEM),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return TLSFiles{}, err
		}
	}
	return files, nil
}

// Issue makes a certificate for name, signed by ca; without one it signs itself and
// may sign others.
func issue(name string, ca *pair) (*pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted := template(name)
	signer := &pair{cert: wanted, key: key}
	if ca == nil {
		wanted.IsCA = true
		wanted.KeyUsage = x509.KeyUsageCertSign
	} else {
		signer = ca
		wanted.KeyUsage = x509.KeyUsageDigitalSignature
		wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
		wanted.DNSNames = []string{"localhost"}
		wanted.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		return nil, err
	}
	return newPair(der, key)
}

// Template leaves the serial number to x509, and starts an hour ago for clocks that
// were set back meanwhile.
func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(0, 1, 0),
		BasicConstraintsValid: true,
	}
}

func newPair(der []byte, key *ecdsa.PrivateKey) (*pair, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	// PKCS #8 is the only form of a key that Kafka reads.
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return &pair{
		cert:    cert,
		key:     key,
		certPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		keyPEM:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
	}, nil
}
