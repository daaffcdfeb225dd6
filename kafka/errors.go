package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"kscope/model"
)

// A timeoutError says that a broker did not answer in time. The client library
// reports a bare context.DeadlineExceeded, which is also what a caller sees who
// gave up: the two must be told apart.
type timeoutError struct {
	after time.Duration
	err   error
}

func (e *timeoutError) Error() string { return fmt.Sprintf("no answer within %v", e.after) }

func (e *timeoutError) Unwrap() error { return e.err }

var unsupportedVersion error = kerr.UnsupportedVersion

// errorOf returns the error of a code in a response, with the broker's own words
// where it gave some; nil for no error.
func errorOf(code int16, says *string) error {
	err := kerr.ErrorForCode(code)
	if err != nil && text(says) != "" {
		return fmt.Errorf("%w (%s)", err, *says)
	}
	return err
}

func contains(err error, s string) bool { return strings.Contains(err.Error(), s) }

// connectionLost reports whether err is about the way to a broker, so that
// another broker may answer.
func connectionLost(err error) bool {
	var network net.Error
	var late *timeoutError
	return errors.As(err, &network) || errors.As(err, &late) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded) ||
		contains(err, "unknown broker") || contains(err, "broker connection has died")
}

// problemOf says err as a *model.Problem.
func problemOf(err error) *model.Problem {
	var p *model.Problem
	if errors.As(err, &p) {
		return p
	}
	return &model.Problem{Kind: model.Failed, Says: err.Error(), Cause: err}
}

// problemAbout is problemOf for an answer about one thing: where it was denied,
// right is what is missing.
func problemAbout(err error, right model.Right) *model.Problem {
	p := *problemOf(err)
	if p.Kind == model.Denied {
		p.Right = right
	}
	return &p
}
