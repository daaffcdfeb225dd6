// Command picture runs a program in a pseudo-terminal, types keys, and writes what
// the screen then shows as a PNG: the pictures of the README are made with it.
//
//	go build -o kscope . && go run ./ui/picture -size 160x45 -keys '2 j j 4' -o docs/explorer.png ./kscope --demo
//
// Keys are separated by spaces: a letter, a name (enter, esc, tab, space, up, down,
// left, right, pgdown, ctrl+s), text:any_text (underscores are spaces), or
// wait:2s.
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

func main() {
	out := flag.String("o", "screen.png", "the `file` to write; .txt beside it with -text")
	dims := flag.String("size", "160x45", "columns x lines of the terminal")
	keys := flag.String("keys", "", "keys to press before the picture is taken")
	wait := flag.Duration("wait", 4*time.Second, "how long to wait before the first key")
	rest := flag.Duration("rest", 500*time.Millisecond, "how long to wait after the last key")
	ground := flag.String("ground", "#13161c", "background of the terminal")
	plain := flag.Bool("text", false, "print the screen's text too")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: picture [flags] PROGRAM [ARG…]")
		os.Exit(2)
	}
	if err := shoot(*out, *dims, *keys, *ground, *wait, *rest, *plain, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func shoot(out, dims, keys, ground string, wait, rest time.Duration, plain bool, args []string) error {
	var w, h int
	if _, err := fmt.Sscanf(dims, "%dx%d", &w, &h); err != nil {
		return fmt.Errorf("size %q: %w", dims, err)
	}
	t, err := start(w, h, ground, args)
	if err != nil {
		return err
	}
	defer t.end()
	time.Sleep(wait)
	if err := t.press(keys); err != nil {
		return err
	}
	time.Sleep(rest)
	t.mu.Lock()
	defer t.mu.Unlock()
	if plain {
		fmt.Println(t.screen.String())
	}
	picture, err := render(t.screen, ground)
	if err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(file, paletted(picture)); err != nil {
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
