package ui

import "errors"

// KeyKinds are the ways to give a key that is looked for, by the words that the forms
// have for them. The first is the usual one.
var KeyKinds = []string{asText, asHex, asBase64}

// KeyBytes returns the bytes of a key that is given in one of KeyKinds. The error is a
// clause that says where it makes no sense.
func KeyBytes(kind, typed string) ([]byte, error) {
	b, fault := bytesOf(kind, typed)
	if fault != "" {
		return nil, errors.New(fault)
	}
	return b, nil
}
