//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"unsafe"
)

// asJobShell is the variable that makes the test binary a shell.
const asJobShell = "KSCOPE_E2E_JOB_SHELL"

// jobShell runs a command as an interactive shell does: in the foreground, in a
// process group of its own. When the command stops, it takes the terminal, says
// "stopped" and waits for a line; then the command goes on. Unlike most shells it
// never touches the line's settings, so a test sees what the command left.
func jobShell(args []string) int {
	signal.Ignore(syscall.SIGTTOU)
	os.Unsetenv(asJobShell)
	c := exec.Command(args[0], args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Foreground: true, Ctty: 0}
	if err := c.Start(); err != nil {
		fmt.Println(err)
		return 1
	}
	lines := bufio.NewScanner(os.Stdin)
	for {
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(c.Process.Pid, &status, syscall.WUNTRACED, nil); err == syscall.EINTR {
			continue
		} else if err != nil {
			fmt.Println(err)
			return 1
		}
		foreground(syscall.Getpgrp())
		if !status.Stopped() {
			return status.ExitStatus()
		}
		fmt.Print("stopped\r\n")
		lines.Scan()
		foreground(c.Process.Pid)
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGCONT)
	}
}

// foreground gives the terminal to a process group.
func foreground(group int) {
	id := int32(group)
	_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, os.Stdin.Fd(), syscall.TIOCSPGRP, uintptr(unsafe.Pointer(&id)))
}
