// Command picture runs a program in a pseudo-terminal, types keys, and writes what
// the screen then shows as a PNG: the pictures of the README are made with it. With a
// name that ends with .gif it films the screen, and beside it, if told so, that of
// another program, which is started when the film begins.
//
//	go build -o kscope . && go run ./ui/picture -size 160x45 -keys '2 j j 4' -o docs/explorer.png ./kscope --demo
//	go run ./ui/picture -keys '6 film b' -film 10s -beside 'vmstat 1' -o tail.gif ./kscope --demo
//
// Keys are separated by spaces: a letter, a name (enter, esc, tab, space, up, down,
// left, right, pgdown, ctrl+s), text:any_text (underscores are spaces), wait:2s, or film,
// which is when the film begins.
package main

import (
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// An order is what is to be made a picture of, and how.
type order struct {
	out, size, keys, ground string
	points                  float64
	wait, rest              time.Duration
	plain                   bool
	film                    time.Duration
	beside                  []string
	args                    []string
	w, h                    int
}

func main() {
	var o order
	var beside string
	flag.StringVar(&o.out, "o", "screen.png", "the `file` to write, a .png or a .gif")
	flag.StringVar(&o.size, "size", "160x45", "columns x lines of the terminal")
	flag.StringVar(&o.keys, "keys", "", "keys to press before the picture is taken, or while it is filmed")
	flag.Float64Var(&o.points, "points", 15, "size of the font")
	flag.DurationVar(&o.wait, "wait", 4*time.Second, "how long to wait before the first key")
	flag.DurationVar(&o.rest, "rest", 500*time.Millisecond, "how long to wait after the last key")
	flag.StringVar(&o.ground, "ground", "#13161c", "background of the terminal")
	flag.BoolVar(&o.plain, "text", false, "print the screen's text too")
	flag.DurationVar(&o.film, "film", 10*time.Second, "how long to film")
	flag.StringVar(&beside, "beside", "", "a `program` with its arguments to film beside, in as large a terminal")
	flag.Parse()
	o.args, o.beside = flag.Args(), strings.Fields(beside)
	if len(o.args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: picture [flags] PROGRAM [ARG…]")
		os.Exit(2)
	}
	if err := o.carryOut(); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func (o *order) carryOut() error {
	if _, err := fmt.Sscanf(o.size, "%dx%d", &o.w, &o.h); err != nil {
		return fmt.Errorf("size %q: %w", o.size, err)
	}
	t, err := start(o.w, o.h, o.ground, o.args)
	if err != nil {
		return err
	}
	defer t.end()
	time.Sleep(o.wait)
	if strings.HasSuffix(o.out, ".gif") {
		return o.shootFilm(t)
	}
	return o.shoot(t)
}

func (o *order) shoot(t *terminal) error {
	if err := t.press(o.keys); err != nil {
		return err
	}
	time.Sleep(o.rest)
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.plain {
		fmt.Println(t.screen.String())
	}
	p, err := newPainter(o.ground, o.points)
	if err != nil {
		return err
	}
	file, err := os.Create(o.out)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(file, paletted(p.paint(t.screen), 256)); err != nil {
		return err
	}
	return file.Close()
}

// A terminal is a program under an emulator.
type terminal struct {
	mu      sync.Mutex
	screen  *vt.Emulator
	device  *os.File
	program *exec.Cmd
}

func start(w, h int, ground string, args []string) (*terminal, error) {
	t := &terminal{screen: vt.NewEmulator(w, h), program: exec.Command(args[0], args[1:]...)}
	t.screen.SetBackgroundColor(parse(ground))
	t.program.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")
	device, err := pty.StartWithSize(t.program, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		return nil, err
	}
	t.device = device
	go func() { _, _ = io.Copy(device, t.screen) }() // what the emulator answers to queries
	go t.read()
	return t, nil
}

func (t *terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := t.device.Read(buf)
		t.mu.Lock()
		_, _ = t.screen.Write(buf[:n])
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (t *terminal) end() {
	_ = t.program.Process.Kill()
	_ = t.program.Wait()
	_ = t.device.Close()
}

var named = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C",
	"left": "\x1b[D", "pgdown": "\x1b[6~", "pgup": "\x1b[5~", "backspace": "\x7f",
}

// press types keys, with a pause after each for the program to draw.
func (t *terminal) press(keys string) error {
	for _, k := range strings.Fields(keys) {
		bytes, ok := named[k]
		switch {
		case ok:
		case strings.HasPrefix(k, "wait:"):
			d, err := time.ParseDuration(k[len("wait:"):])
			if err != nil {
				return err
			}
			time.Sleep(d)
			continue
		case strings.HasPrefix(k, "text:"):
			bytes = strings.ReplaceAll(k[len("text:"):], "_", " ")
		case strings.HasPrefix(k, "ctrl+") && len(k) == len("ctrl+x"):
			bytes = string(rune(k[len("ctrl+")] & 0x1f))
		default:
			bytes = k
		}
		if _, err := t.device.WriteString(bytes); err != nil {
			return err
		}
		time.Sleep(120 * time.Millisecond)
	}
	return nil
}
