package cli

import (
	"errors"
	"strconv"
	"strings"

	"kscope/model"
)

// memory is a number of bytes: 64MiB, 1GiB, 512KiB; M, G and K stand for the same.
type memory struct{ bytes *int64 }

func (m memory) Type() string { return "SIZE" }

func (m memory) String() string {
	if m.bytes == nil || *m.bytes == 0 {
		return ""
	}
	return strconv.FormatInt(*m.bytes, 10)
}

// mostMemory is more than any machine has to spare.
const mostMemory = 1 << 40

func (m memory) Set(v string) error {
	digits := strings.TrimRight(strings.ToLower(v), "kmgib")
	unit, known := map[string]int64{"k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30}[strings.ToLower(v[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 64)
	if !known || err != nil || n < 1 || n > mostMemory/unit || n*unit < model.LeastTailMemory {
		return errors.New("it must be a size such as 64MiB or 1GiB, at least 256KiB")
	}
	*m.bytes = n * unit
	return nil
}
