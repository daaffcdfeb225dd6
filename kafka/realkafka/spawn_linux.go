package realkafka

import "syscall"

// ChildAttributes makes a child die with this process, and keeps it out of the
// terminal's process group, so that ^C reaches only us.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
