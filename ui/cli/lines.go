package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
)

// longestLine is the most bytes a line of standard input may have: more than
// any broker takes as a record by default, and little enough to hold.
const longestLine = 64 << 20

// A read is one line, or why there is none.
type read struct {
	line []byte
	err  error
}

// linesOf returns the lines of in, without their newlines, as they come; the
// last need not have one. It ends when ctx does, though in may then still be
// waited for: nothing can interrupt the reading of a terminal. An error is the
// last there is.
func linesOf(ctx context.Context, in io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		reads, enough := make(chan read), make(chan struct{})
		defer close(enough)
		go func() {
			defer close(reads)
			readLines(bufio.NewReader(in), func(r read) bool {
				select {
				case reads <- r:
					return true
				case <-enough:
					return false
				}
			})
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case r, ok := <-reads:
				if !ok || !yield(r.line, r.err) {
					return
				}
			}
		}
	}
}

// readLines hands lines to yield until there are no more, or it returns false.
func readLines(in *bufio.Reader, yield func(read) bool) {
	for n := 1; ; n++ {
		line, err := readLine(in)
		if errors.Is(err, errTooLong) {
			yield(read{err: fmt.Errorf("line %d is longer than %s", n, size(longestLine))})
			return
		}
		if len(line) > 0 || err == nil {
			if !yield(read{line: bytes.TrimSuffix(line, []byte("\n"))}) {
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				yield(read{err: fmt.Errorf("standard input cannot be read: %w", err)})
			}
			return
		}
	}
}

var errTooLong = errors.New("too long a line")

// readLine reads up to and with the next newline.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > longestLine:
			return nil, errTooLong
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}
