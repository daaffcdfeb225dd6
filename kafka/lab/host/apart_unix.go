//go:build unix

package host

import (
	"os/exec"
	"syscall"
)

// apart gives the child a process group of its own, so that neither ^C nor ^Z at the
// terminal reaches it.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
