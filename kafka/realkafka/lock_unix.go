//go:build unix

package realkafka

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// Lock takes the file at path for this process alone, waiting until it is free or
// ctx is done. The system frees it when the process dies.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			file.Close()
			return nil, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			file.Close()
			return nil, err
		}
	}
}
