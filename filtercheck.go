package main

import (
	"errors"

	"kscope/kafka/match"
)

// checkFilter says what is wrong with a filter of records, and at which of its letters;
// nothing if it can be used.
func checkFilter(filter string) (says string, column int) {
	_, err := match.Compile(filter, nil)
	var fault *match.Fault
	switch {
	case errors.As(err, &fault):
		return fault.Says, fault.Column
	case err != nil:
		return err.Error(), 0
	}
	return "", 0
}
