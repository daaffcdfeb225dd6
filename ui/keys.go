package ui

import (
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// An Escaper is a pane that esc brings back to how it was before it closes
// anything. Escape reports whether there was something to bring back.
type Escaper interface{ Escape() bool }

// press carries out what a key means to the pane that has the keys.
func (a *App) press(k tea.KeyPressMsg) tea.Cmd {
	a.notice = ""
	if k.String() == "ctrl+c" {
		return tea.Quit
	}
	if cmd, used := a.typed(k); used {
		return cmd
	}
	if act, ok := find(a.actions(), k.String()); ok {
		return a.carry(act.Do(a.focusFrame()))
	}
	if k.String() == "esc" {
		return a.escape()
	}
	return nil
}

// typed gives a key or pasted text to a pane that is being typed into.
func (a *App) typed(msg tea.Msg) (cmd tea.Cmd, used bool) {
	t, ok := a.holder().(Typist)
	if !ok || !t.Typing() {
		return nil, false
	}
	intent, used := t.Type(a.focusFrame(), msg)
	return a.carry(intent), used
}

// focusFrame is the frame of the pane that has the keys.
func (a *App) focusFrame() *Frame {
	f := a.frame()
	f.Focused = true
	return f
}

// escape goes one step back: out of a dialog, a filter, a what-if, a zoom.
func (a *App) escape() tea.Cmd {
	if e, ok := a.holder().(Escaper); ok && e.Escape() {
		return nil
	}
	if _, ok := a.top().(*diagnosis); ok {
		return tea.Quit // nothing was ever connected: there is nothing to go back to
	}
	if len(a.stack) > 0 {
		a.stack = a.stack[:len(a.stack)-1]
		return nil
	}
	if !a.space().unzoom() && a.options.Replay == "" {
		a.group.open = false
	}
	return nil
}

// Escape implements Escaper: the filter goes.
func (l *list[R]) Escape() bool {
	if l.filter.text() == "" {
		return false
	}
	l.filter.clear()
	return true
}

// Escape implements Escaper: first the what-if goes, then the filter.
func (p *spread) Escape() bool {
	if p.loss.on() {
		p.loss.lost = nil
		return true
	}
	return p.now().(Escaper).Escape()
}

// actions lists what keys do right now. Footer, help and palette are drawn from
// the same list.
func (a *App) actions() []Action {
	if d := a.top(); d != nil {
		return append(slices.Clip(d.Actions()), closing(d))
	}
	return append(slices.Clip(a.space().focused().Actions()), a.general()...)
}

// closing is the action that takes a dialog off. Esc does it too, but only once
// there is nothing else in the dialog to step back from.
func closing(d Dialog) Action {
	if _, ok := d.(*diagnosis); ok { // there is nothing below it yet
		return verb("q", "quit", "quit", Quit).shown("esc")
	}
	close := act("q", "close", "close this", func(*Frame) Intent { return Back{} })
	if _, taken := find(d.Actions(), "esc"); taken {
		return close
	}
	return close.shown("esc")
}

// general are the actions that work in every pane.
func (a *App) general() []Action {
	var actions []Action
	if a.group.open && a.options.Replay == "" {
		actions = append(actions, leaving())
	}
	actions = append(actions,
		verb("tab", "pane", "to the next pane", NextPane),
		verb("shift+tab", "", "to the pane before", PreviousPane).quiet(),
		verb("z", "zoom", "give the pane the whole screen, or take it back", Zoom))
	if _, own := a.space().focused().(*records); !own { // it has a pause of its own
		actions = append(actions, verb("space", "", "pause refreshing, or go on", Pause).quiet())
	}
	actions = append(actions,
		verb("r", "", "refresh at once", Refresh).quiet(),
		verb("T", "", "next theme: dark, light, high contrast, 16 colours", NextTheme).quiet(),
		verb("M", "", "let the terminal select text with the mouse, or take it back", ToggleMouse).quiet(),
		verb("ctrl+z", "", "suspend kscope; fg comes back", Suspend).quiet())
	if a.options.Replay == "" {
		actions = append(actions,
			verb("p", "compose", "send a record", Compose),
			verb("L", "", "the lab: test consumers that join, leave and die", Lab).quiet())
	}
	for i, p := range a.space().panes {
		n := i + 1
		actions = append(actions, act(strconv.Itoa(n), "", "to pane "+strconv.Itoa(n)+", "+p.Name(), func(*Frame) Intent { return Focus{n} }).quiet())
	}
	actions = append(actions, a.demoActions()...)
	switch {
	case a.group.open && a.options.Replay == "":
		actions = append(actions, groupChanges()...)
	case a.group.open:
		actions = append(actions, replaying()...)
	default:
		actions = append(actions, verb("C", "", "show the spread of the whole cluster", ShowCluster).quiet(), verb("q", "", "quit", Quit).quiet())
	}
	return append(actions,
		verb(":", "command", "find a command by a few letters", Palette),
		verb("?", "help", "what keys do here", Help))
}

// demoActions are for the demo cluster alone.
func (a *App) demoActions() []Action {
	if !a.options.Demo || a.group.open {
		return nil
	}
	return []Action{
		act("D", "", "stop the selected broker of the demo, or start it again", func(f *Frame) Intent {
			b, ok := f.Broker(f.Sel.Broker)
			switch {
			case !ok:
				return Tell{"select a broker first"}
			case b.State == model.Up || b.State == model.Unproven:
				return Run{model.StopBroker{ID: b.ID}}
			}
			return Run{model.StartBroker{ID: b.ID}}
		}).quiet(),
	}
}

// click focuses the pane that was clicked and hands the cell on.
func (a *App) click(m tea.MouseClickMsg) tea.Cmd {
	if m.Button != tea.MouseLeft || a.top() != nil {
		return nil
	}
	s := a.space()
	n, x, y := s.at(m.X, m.Y)
	if n == 0 {
		return nil
	}
	s.focus = n
	if p, ok := s.panes[n-1].(Pointer); ok && x >= 0 && y >= 0 {
		return a.carry(p.Click(a.focusFrame(), x, y))
	}
	return nil
}

// notches is how many rows a notch of the wheel is.
const notches = 3

// wheel scrolls the pane below the pointer.
func (a *App) wheel(m tea.MouseWheelMsg) tea.Cmd {
	p := Pane(a.top())
	if a.top() == nil {
		n, _, _ := a.space().at(m.X, m.Y)
		if n == 0 {
			return nil
		}
		p = a.space().panes[n-1]
	}
	pointer, ok := p.(Pointer)
	switch {
	case !ok:
		return nil
	case m.Button == tea.MouseWheelUp:
		return a.carry(pointer.Wheel(a.focusFrame(), -notches))
	case m.Button == tea.MouseWheelDown:
		return a.carry(pointer.Wheel(a.focusFrame(), notches))
	}
	return nil
}

// tell shows a sentence in the footer for a while.
func (a *App) tell(sentence string, st canvasStyle) tea.Cmd {
	a.noticed++
	a.notice, a.noticeStyle = sentence, st
	n := a.noticed
	return tea.Tick(8*time.Second, func(time.Time) tea.Msg { return hushMsg(n) })
}

func (a *App) hush(n hushMsg) {
	if int(n) == a.noticed {
		a.notice = ""
	}
}
