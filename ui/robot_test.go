package ui

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"kscope/ui/canvas"
)

// A robot runs an App with no terminal and no wall clock. It lives in a synctest
// bubble: settle returns when nothing is left to happen, waiting is free, and a
// goroutine that outlives the story fails it.
type robot struct {
	t      *testing.T
	app    *App
	source *script
	msgs   chan tea.Msg
	size   tea.WindowSizeMsg

	copied []string // what went to the clipboard
	quit   bool
}

func newRobot(t *testing.T, source *script, o Options, w, h int) *robot {
	ctx, cancel := context.WithCancel(t.Context())
	source.readOnly = o.ReadOnly
	r := &robot{t: t, app: New(ctx, source, o), source: source, msgs: make(chan tea.Msg, 4096)}
	t.Cleanup(func() {
		cancel()
		time.Sleep(2 * time.Hour) // let every alarm go off
	})
	r.start(r.app.Init())
	r.resize(w, h)
	return r
}

func (r *robot) resize(w, h int) {
	r.size = tea.WindowSizeMsg{Width: w, Height: h}
	r.send(r.size)
}

// start runs a command as bubbletea would.
func (r *robot) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				r.start(c)
			}
		default:
			r.msgs <- msg
		}
	}()
}

// send delivers msg and all that comes of it.
func (r *robot) send(msg tea.Msg) {
	r.t.Helper()
	r.deliver(msg)
	r.settle()
}

// deliver does with a message what bubbletea does: some are for the program, the
// rest is the App's, which is drawn after each.
func (r *robot) deliver(msg tea.Msg) {
	r.t.Helper()
	if v := reflect.ValueOf(msg); v.Type().String() == "tea.setClipboardMsg" {
		r.copied = append(r.copied, v.String())
		return
	}
	if _, ok := msg.(tea.QuitMsg); ok {
		r.quit = true
		return
	}
	_, cmd := r.app.Update(msg)
	r.start(cmd)
	r.app.View()
}

// settle returns once nothing is left to happen without time going by.
func (r *robot) settle() {
	r.t.Helper()
	for {
		synctest.Wait()
		select {
		case msg := <-r.msgs:
			r.deliver(msg)
		default:
			return
		}
	}
}

// wait lets d go by, delivering what falls due.
func (r *robot) wait(d time.Duration) {
	r.t.Helper()
	over := time.After(d)
	for {
		select {
		case msg := <-r.msgs:
			r.deliver(msg)
		case <-over:
			r.settle()
			return
		}
	}
}

// keys are the keys that have a name.
var keys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
}

// key returns the message for a key, named as bubbletea names it.
func key(name string) tea.KeyPressMsg {
	k := tea.KeyPressMsg{}
	for mod, bit := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "shift+": tea.ModShift, "alt+": tea.ModAlt} {
		if rest, ok := strings.CutPrefix(name, mod); ok {
			name, k.Mod = rest, k.Mod|bit
		}
	}
	if code, ok := keys[name]; ok {
		k.Code = code
		if name == "space" {
			k.Text = " "
		}
		return k
	}
	k.Code = []rune(name)[0]
	if k.Mod == 0 {
		k.Text = name
	}
	return k
}

func (r *robot) press(names ...string) {
	r.t.Helper()
	for _, name := range names {
		r.send(key(name))
	}
}

// typeText presses a key for each letter.
func (r *robot) typeText(text string) {
	r.t.Helper()
	for _, letter := range text {
		r.send(tea.KeyPressMsg{Code: letter, Text: string(letter)})
	}
}

// find returns the cell where text begins on the screen, after any line that
// holds no more than a frame.
func (r *robot) find(text string) (x, y int) {
	r.t.Helper()
	for y, line := range r.lines() {
		if i := strings.Index(line, text); i >= 0 {
			return canvas.Width(line[:i]), y
		}
	}
	r.t.Fatalf("%q is not on screen:\n%s", text, r.screen())
	return 0, 0
}

func (r *robot) click(x, y int) {
	r.t.Helper()
	r.send(clickAt(x, y))
}

func (r *robot) wheel(x, y, notches int) {
	r.t.Helper()
	button := tea.MouseWheelDown
	if notches < 0 {
		button, notches = tea.MouseWheelUp, -notches
	}
	for range notches {
		r.send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
	}
}

// lines are the lines of the screen without colour. They are checked: there are
// as many as the screen has, each exactly as wide as it, and nothing in them is
// for a terminal to obey.
func (r *robot) lines() []string {
	r.t.Helper()
	w, h := r.size.Width, r.size.Height
	if w <= 0 || h <= 0 {
		return nil
	}
	lines := strings.Split(r.app.View().Content, "\n")
	if len(lines) != h {
		r.t.Fatalf("%d lines on a screen of %d x %d", len(lines), w, h)
	}
	for y, line := range lines {
		if got := ansi.StringWidthWc(line); got != w {
			r.t.Fatalf("line %d is %d cells wide on a screen of %d x %d: %q", y, got, w, h, line)
		}
		lines[y] = plain(line)
		if i := strings.IndexFunc(lines[y], func(c rune) bool { return c < ' ' || c >= 0x7f && c < 0xa0 }); i >= 0 {
			r.t.Fatalf("line %d holds the control character %q", y, lines[y][i:i+1])
		}
	}
	return lines
}

// plain takes away the sequences that style text, and no others.
func plain(line string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(line, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if end := strings.IndexFunc(after, func(c rune) bool { return (c < '0' || c > '9') && c != ';' && c != ':' }); end >= 0 && after[end] == 'm' {
			line = after[end+1:]
		} else {
			b.WriteString("\x1b[")
			line = after
		}
	}
}

// screen is what a reader sees: no colour, no space at line ends.
func (r *robot) screen() string {
	r.t.Helper()
	return picture(r.lines())
}

func picture(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// part is what a reader sees of a part of the screen: a pane by its number, the
// dialog on top, header or footer.
func (r *robot) part(name string) string {
	r.t.Helper()
	lines := r.lines()
	switch name {
	case "":
		return picture(lines)
	case "header":
		return picture(lines[:1])
	case "footer":
		return picture(lines[len(lines)-1:])
	case "dialog":
		d := r.app.top()
		if d == nil {
			r.t.Fatalf("there is no dialog:\n%s", picture(lines))
		}
		return r.cut(lines, lies(r.app.frame(), d, r.app.body()))
	}
	var n int
	if _, err := fmt.Sscanf(name, "%d", &n); err != nil || n < 1 || n > len(r.app.space().panes) {
		r.t.Fatalf("what is %q?", name)
	}
	return r.cut(lines, r.app.space().rects[n-1])
}

// cut cuts a rectangle out of lines. Of lines that repeat it shows one.
func (r *robot) cut(lines []string, rect canvas.Rect) string {
	r.t.Helper()
	if rect.Empty() {
		r.t.Fatalf("that part is not on screen:\n%s", picture(lines))
	}
	var out []string
	for _, line := range lines[rect.Y : rect.Y+rect.H] {
		out = append(out, columns(line, rect.X, rect.X+rect.W))
	}
	return picture(slices.Compact(out))
}

// columns are those of a line from one up to another.
func columns(line string, from, to int) string {
	var b strings.Builder
	x := 0
	for _, c := range line {
		if x >= from && x < to {
			b.WriteRune(c)
		}
		x += ansi.StringWidthWc(string(c))
	}
	return b.String()
}

// sees fails unless text is on screen.
func (r *robot) sees(text string) {
	r.t.Helper()
	if screen := r.screen(); !strings.Contains(screen, text) {
		r.t.Errorf("%q is not on screen:\n%s", text, screen)
	}
}

// pasteOf is the message for pasted text.
func pasteOf(text string) tea.PasteMsg { return tea.PasteMsg{Content: text} }

// clickAt is the message for a click of the left button.
func clickAt(x, y int) tea.MouseClickMsg { return tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft} }
