//go:build e2e

package bench

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// A chunk is what the program wrote, and when it got here.
type chunk struct {
	at    time.Time
	bytes []byte
}

// A terminal is a program under an emulator. The emulator is fed by whoever
// looks at the screen, so that it costs nothing while time is measured.
type terminal struct {
	b       *testing.B
	screen  *vt.Emulator
	device  *os.File
	program *exec.Cmd
	chunks  chan chunk
	written int // bytes that the program has written so far
	began   time.Time
}

func open(b *testing.B, w, h int, program string, args ...string) *terminal {
	b.Helper()
	t := &terminal{b: b, screen: vt.NewEmulator(w, h), program: exec.Command(program, args...), chunks: make(chan chunk, 1<<14), began: time.Now()}
	t.program.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")
	device, err := pty.StartWithSize(t.program, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		b.Fatal(err)
	}
	t.device = device
	go func() { _, _ = io.Copy(device, t.screen) }() // what the emulator answers to queries
	go t.read()
	return t
}

func (t *terminal) read() {
	defer close(t.chunks)
	for {
		buf := make([]byte, 64<<10)
		n, err := t.device.Read(buf)
		if n > 0 {
			t.chunks <- chunk{time.Now(), buf[:n]}
		}
		if err != nil {
			return
		}
	}
}

// end quits the program, and sees to it that it is gone.
func (t *terminal) end() {
	t.press("\x03")
	gone := make(chan struct{})
	go func() {
		_ = t.program.Wait()
		close(gone)
	}()
	for {
		select {
		case <-gone:
			_ = t.device.Close()
			return
		case _, ok := <-t.chunks: // it must be read, or the program could not end
			if !ok {
				t.chunks = nil
			}
		case <-time.After(5 * time.Second):
			_ = t.program.Process.Kill()
		}
	}
}

func (t *terminal) press(keys string) {
	if _, err := t.device.WriteString(keys); err != nil {
		t.b.Fatal(err)
	}
}

// feed shows a chunk to the emulator.
func (t *terminal) feed(c chunk) {
	t.written += len(c.bytes)
	_, _ = t.screen.Write(c.bytes)
}

// until feeds the screen until it shows what is looked for, and returns when the
// bytes that did it came.
func (t *terminal) until(what string, shown func(screen string) bool) time.Time {
	t.b.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case c, ok := <-t.chunks:
			if !ok {
				t.b.Fatalf("the program ended before %s; its screen:\n%s", what, t.screen.String())
			}
			t.feed(c)
			if shown(t.screen.String()) {
				return c.at
			}
		case <-limit:
			t.b.Fatalf("never saw %s; the screen is\n%s", what, t.screen.String())
		}
	}
}

// rest feeds the screen for a while.
func (t *terminal) rest(d time.Duration) {
	limit := time.After(d)
	for {
		select {
		case c, ok := <-t.chunks:
			if !ok {
				return
			}
			t.feed(c)
		case <-limit:
			return
		}
	}
}

// cpu is how long the program has kept a core busy.
func (t *terminal) cpu() time.Duration { return cpuOf(t.b, t.program.Process.Pid) }

// cpuOf reads /proc/PID/stat; its clock ticks 100 times a second.
func cpuOf(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// memory is what the program has in memory now, and had at most, in MB.
func (t *terminal) memory() (now, most float64) {
	t.b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.program.Process.Pid))
	if err != nil {
		t.b.Fatal(err)
	}
	return kilobytes(string(status), "VmRSS:") / 1000, kilobytes(string(status), "VmHWM:") / 1000
}

func kilobytes(status, name string) float64 {
	_, rest, _ := strings.Cut(status, name)
	var n float64
	_, _ = fmt.Sscan(rest, &n)
	return n * 1.024
}

// watchPeak looks at a process until it ends, and then says how much memory it
// had at most, in MB. The system's own account begins with what this process has.
func watchPeak(pid int) <-chan float64 {
	peak := make(chan float64, 1)
	go func() {
		most := 0.0
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			now := kilobytes(string(status), "VmHWM:") / 1000
			if err != nil || now == 0 {
				peak <- most
				return
			}
			most = now
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return peak
}
