package kafka

import (
	"strings"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"kscope/model"
)

// mechanismOf returns how conn authenticates, nil if it does not.
func mechanismOf(conn model.Connection) (sasl.Mechanism, error) {
	switch {
	case conn.Mechanism == "" && conn.Username != "":
		return nil, invalid("There is a user name without a SASL mechanism", "name PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", nil)
	case conn.Mechanism == "" && !conn.Password.Empty():
		return nil, invalid("There is a password without a SASL mechanism", "name PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", nil)
	case conn.Mechanism == "":
		return nil, nil
	case conn.Username == "":
		return nil, invalid("SASL "+conn.Mechanism+" needs a user name", "name the user", nil)
	case conn.Password.Empty():
		return nil, invalid("SASL "+conn.Mechanism+" needs a password", "give it by a file or an environment variable", nil)
	}
	user, password := conn.Username, conn.Password.Reveal()
	switch strings.ToUpper(conn.Mechanism) {
	case "PLAIN":
		return plain.Auth{User: user, Pass: password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism(), nil
	}
	return nil, invalid("SASL mechanism "+quote(conn.Mechanism)+" is not supported", "use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", nil)
}
