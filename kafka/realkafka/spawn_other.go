//go:build !linux

package realkafka

import "syscall"

// ChildAttributes is nil where a child cannot be tied to its parent's life.
func childAttributes() *syscall.SysProcAttr { return nil }
