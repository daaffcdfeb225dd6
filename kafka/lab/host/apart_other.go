//go:build !unix

package host

import "os/exec"

// apart does nothing: the child ignores ^C.
func apart(*exec.Cmd) {}
