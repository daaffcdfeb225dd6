package cli

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// defaultPort is where a broker listens when nobody says otherwise.
const defaultPort = "9092"

// parseAddresses reads addresses of brokers as -b takes them, separated by
// commas: host, host:port, [::1]:port. Each comes back as host:port. Errors are
// sentences for whoever typed them.
func parseAddresses(list string) ([]string, error) {
	if strings.TrimSpace(list) == "" {
		return nil, errors.New("it is empty, write host:port")
	}
	var addresses []string
	for item := range strings.SplitSeq(list, ",") {
		address, err := parseAddress(strings.TrimSpace(item))
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, address)
	}
	return addresses, nil
}

func parseAddress(s string) (string, error) {
	switch {
	case s == "":
		return "", errors.New("an address between the commas is empty")
	case strings.Contains(s, "@"): // perhaps a password: not repeated
		return "", errors.New("an address takes no user or password, see --username and --password-env")
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		return "", schemeError(scheme, rest)
	}
	host, port, err := splitAddress(s)
	if err != nil {
		return "", err
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || port[0] == '+' {
		return "", fmt.Errorf("the port of %s is not a number from 1 to 65535", s)
	} else {
		return net.JoinHostPort(host, strconv.FormatUint(n, 10)), nil
	}
}

// splitAddress takes an address apart; the port of one that has none is
// defaultPort.
func splitAddress(s string) (host, port string, err error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		return splitBracketed(s, inner)
	}
	host, port, ok := strings.Cut(s, ":")
	switch {
	case !ok:
		port = defaultPort
	case strings.Contains(port, ":"):
		return "", "", fmt.Errorf("%s has too many colons: an IPv6 address is written in brackets, [::1]:9092", s)
	}
	if host == "" || strings.ContainsFunc(host, notInHost) {
		return "", "", fmt.Errorf("%s is not an address, write host:port", s)
	}
	return host, port, nil
}

// splitBracketed takes [inner]:port apart.
func splitBracketed(s, inner string) (host, port string, err error) {
	host, rest, ok := strings.Cut(inner, "]")
	ip, parseErr := netip.ParseAddr(host)
	if !ok || parseErr != nil || !ip.Is6() || strings.ContainsFunc(host, notInHost) {
		return "", "", fmt.Errorf("%s is not an IPv6 address in brackets, such as [::1]:9092", s)
	}
	if rest == "" {
		return host, defaultPort, nil
	}
	port, ok = strings.CutPrefix(rest, ":")
	if !ok {
		return "", "", fmt.Errorf("%s has something between the bracket and the port", s)
	}
	return host, port, nil
}

// notInHost reports runes that stand in no host name and in no IPv6 address. It
// refuses the obvious; the resolver has the last word.
func notInHost(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && !strings.ContainsRune("._-:%", r)
}

// schemeError says how to write what the scheme was meant for.
func schemeError(scheme, rest string) error {
	bare := "an address has no scheme, write " + rest
	switch strings.ToUpper(scheme) {
	case "SSL", "TLS", "HTTPS":
		return fmt.Errorf("%s and add --tls", bare)
	case "SASL_SSL":
		return fmt.Errorf("%s and add --tls --sasl-mechanism --username", bare)
	case "SASL_PLAINTEXT":
		return fmt.Errorf("%s and add --sasl-mechanism --username", bare)
	}
	return errors.New(bare)
}

// checkLoopback refuses addresses to listen on that others could reach.
func checkLoopback(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf("%s is not an address, write 127.0.0.1:9092", s)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("the port of %s is not a number from 0 to 65535", s)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is no loopback address, such as 127.0.0.1:9092", s)
	}
	return nil
}
