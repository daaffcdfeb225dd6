//go:build unix

package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"os"
	"os/exec"
	"reflect"
	"sync"
	"syscall"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Options say what to run, and in what terminal.
type Options struct {
	Args          []string    // the program and its arguments
	Env           []string    // of the program, all of it: NAME=value
	Width, Height int         // of the terminal, in cells
	Background    color.Color // of the terminal; nil is black
	Offers        bool        // synchronized output (2026) and grapheme clusters (2027), when it is asked
}

// A Terminal is a program and the terminal it runs in. It is safe for concurrent
// use.
type Terminal struct {
	options Options
	program *exec.Cmd
	device  *os.File    // the emulator's end of the pseudo-terminal
	line    *os.File    // the program's end, held open to look at it afterwards
	before  *term.State // of the line, as the program found it
	ended   chan struct{}

	mu     sync.Mutex
	screen *vt.Emulator
	stream bytes.Buffer
	modes  map[ansi.Mode]bool // what the program turned on or off
	shot   *Shot              // of the screen, until that changes

	unread sync.Mutex // held by who reads the terminal, or sees to it that nobody does
}

// Start runs a program. End must be called.
func Start(o Options) (*Terminal, error) {
	device, line, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("no pseudo-terminal: %w", err)
	}
	t := &Terminal{
		options: o, device: device, line: line, ended: make(chan struct{}),
		screen: vt.NewEmulator(o.Width, o.Height), modes: map[ansi.Mode]bool{},
	}
	t.screen.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { t.modes[m] = true },
		DisableMode: func(m ansi.Mode) { t.modes[m] = false },
	})
	if o.Background != nil {
		t.screen.SetDefaultBackgroundColor(o.Background)
	}
	if o.Offers {
		t.screen.RegisterCsiHandler(ansi.Command('?', '$', 'p'), t.offer)
	}
	if err := t.run(); err != nil {
		_ = device.Close()
		_ = line.Close()
		return nil, err
	}
	go t.answer()
	go t.read()
	go t.wait()
	return t, nil
}

func (t *Terminal) run() error {
	if err := pty.Setsize(t.device, winsize(t.options.Width, t.options.Height)); err != nil {
		return fmt.Errorf("the size of the terminal cannot be set: %w", err)
	}
	var err error
	if t.before, err = term.GetState(t.line.Fd()); err != nil {
		return fmt.Errorf("the state of the terminal cannot be read: %w", err)
	}
	t.program = exec.Command(t.options.Args[0], t.options.Args[1:]...)
	t.program.Env = t.options.Env
	t.program.Stdin, t.program.Stdout, t.program.Stderr = t.line, t.line, t.line
	t.program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return t.program.Start()
}

// offer answers the question (DECRQM) whether a mode can be had, as newer
// terminals do and the emulator does not.
func (t *Terminal) offer(params ansi.Params) bool {
	mode, _, _ := params.Param(0, 0)
	if mode != 2026 && mode != 2027 {
		return false
	}
	_, _ = io.WriteString(t.screen.InputPipe(), ansi.ReportMode(ansi.DECMode(mode), ansi.ModeReset))
	return true
}

func winsize(w, h int) *pty.Winsize { return &pty.Winsize{Rows: uint16(h), Cols: uint16(w)} }

// answer hands the program what the emulator says to its questions.
func (t *Terminal) answer() {
	buf := make([]byte, 4096)
	for {
		n, err := t.screen.Read(buf)
		if n > 0 {
			_, _ = t.device.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (t *Terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		if err := t.once(buf); err != nil {
			return
		}
	}
}

func (t *Terminal) once(buf []byte) error {
	t.unread.Lock()
	defer t.unread.Unlock()
	n, err := t.device.Read(buf)
	if n > 0 {
		t.take(buf[:n])
	}
	return err
}

func (t *Terminal) take(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stream.Write(b)
	_, _ = t.screen.Write(b)
	t.shot = nil
}

func (t *Terminal) wait() {
	_ = t.program.Wait() // how it ended is in its ProcessState
	close(t.ended)
}

// End kills the program if it still runs, and lets go of the terminal.
func (t *Terminal) End() {
	_ = t.program.Process.Kill()
	<-t.ended
	t.HangUp()
}

// HangUp closes the terminal, as when its window is closed.
func (t *Terminal) HangUp() {
	_ = t.line.Close()
	_ = t.device.Close()
	_ = t.screen.InputPipe().(io.Closer).Close() // its own Close would race with answer
}

// Ended is closed once the program has ended.
func (t *Terminal) Ended() <-chan struct{} { return t.ended }

// Status is the program's exit status, 128 and the signal's number if one killed
// it; -1 while it runs.
func (t *Terminal) Status() int {
	select {
	case <-t.ended:
	default:
		return -1
	}
	if w, ok := t.program.ProcessState.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return t.program.ProcessState.ExitCode()
}

// Pid is the program's process.
func (t *Terminal) Pid() int { return t.program.Process.Pid }

// Signal sends the program a signal.
func (t *Terminal) Signal(s os.Signal) error { return t.program.Process.Signal(s) }

// Type sends the program what is typed: bytes as a keyboard makes them.
func (t *Terminal) Type(s string) error {
	_, err := t.device.WriteString(s)
	return err
}

// Resize gives the terminal another size and tells the program so.
func (t *Terminal) Resize(w, h int) error {
	t.mu.Lock()
	t.screen.Resize(w, h)
	t.shot = nil
	t.mu.Unlock()
	return pty.Setsize(t.device, winsize(w, h))
}

// Neglect stops the reading of what the program writes, as soon as it has written
// something more, until the function that it returns is called. Nothing more can be
// written meanwhile: the terminal is full, of blanks.
func (t *Terminal) Neglect() (again func(), err error) {
	t.unread.Lock()
	if err := fill(t.line.Name()); err != nil {
		t.unread.Unlock()
		return nil, err
	}
	return t.unread.Unlock, nil
}

// fill writes to a terminal until it takes no more, nor a while later: what is written
// wanders from one buffer of the kernel's to the next.
func fill(name string) error {
	fd, err := syscall.Open(name, syscall.O_WRONLY|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("the terminal cannot be filled: %w", err)
	}
	defer syscall.Close(fd)
	for blank, full := []byte{' '}, 0; full < 20; {
		switch _, err := syscall.Write(fd, blank); {
		case err == nil:
			full = 0
		case errors.Is(err, syscall.EAGAIN):
			full++
			time.Sleep(10 * time.Millisecond)
		case !errors.Is(err, syscall.EINTR):
			return fmt.Errorf("the terminal cannot be filled: %w", err)
		}
	}
	return nil
}

// Stream returns all that the program has written.
func (t *Terminal) Stream() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.stream.Bytes())
}

// Shot returns what the screen shows.
func (t *Terminal) Shot() *Shot {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shot == nil {
		t.shot = newShot(t.screen)
	}
	return t.shot
}

// Await looks at the screen until holds is true of it, or the time is up.
func (t *Terminal) Await(most time.Duration, holds func(*Shot) bool) bool {
	var seen *Shot
	for end := time.Now().Add(most); ; time.Sleep(10 * time.Millisecond) {
		if s := t.Shot(); s != seen {
			seen = s
			if holds(s) {
				return true
			}
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// Background is the terminal's background now.
func (t *Terminal) Background() color.Color {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.BackgroundColor()
}

// initially are the modes that are on in a terminal which nobody has touched.
var initially = map[ansi.Mode]bool{ansi.ModeTextCursorEnable: true, ansi.ModeAutoWrap: true}

// Untouched returns nil if the terminal is as the program found it: all modes,
// the line's settings, the keyboard. The error says what is not.
func (t *Terminal) Untouched() error {
	return errors.Join(t.modesUntouched(), t.LineUntouched(), balanced(t.Stream()))
}

func (t *Terminal) modesUntouched() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var wrong []error
	for m, on := range t.modes {
		if on != initially[m] {
			wrong = append(wrong, fmt.Errorf("mode %d (%T) was left %s", m.Mode(), m, map[bool]string{true: "on", false: "off"}[on]))
		}
	}
	return errors.Join(wrong...)
}

// Mode reports whether a mode is on.
func (t *Terminal) Mode(m ansi.Mode) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if on, ok := t.modes[m]; ok {
		return on
	}
	return initially[m]
}

// LineUntouched is the part of Untouched about the line's settings, which the
// kernel keeps: echo, signals, line by line.
func (t *Terminal) LineUntouched() error {
	now, err := term.GetState(t.line.Fd())
	switch {
	case err != nil:
		return err
	case !reflect.DeepEqual(t.before, now):
		return fmt.Errorf("the line's settings were %+v and are %+v", *t.before, *now)
	}
	return nil
}

// newShot copies the screen.
func newShot(e *vt.Emulator) *Shot {
	s := &Shot{Width: e.Width(), Height: e.Height()}
	s.cells = make([]uv.Cell, s.Width*s.Height)
	for i := range s.cells {
		if c := e.CellAt(i%s.Width, i/s.Width); c != nil {
			s.cells[i] = *c
		}
	}
	return s
}
