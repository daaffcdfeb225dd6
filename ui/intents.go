package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// carry acts on an intent.
func (a *App) carry(i Intent) tea.Cmd {
	switch i := i.(type) {
	case nil:
		return nil
	case Select:
		if i.Selection.Group != a.sel.Group {
			i.Selection.Member = "" // it was one of another group
		}
		a.sel = i.Selection
	case Focus:
		a.space().focus = i.Pane
	case Open:
		a.stack = append(a.stack, i.Dialog)
	case Back:
		a.stack = a.stack[:max(0, len(a.stack)-1)]
	case Close:
		a.stack = slices.DeleteFunc(a.stack, func(d Dialog) bool { return d == i.Dialog })
	case Run:
		switch a.top().(type) {
		case reporter:
			return a.feed.run(i.Command)
		}
		return tea.Batch(a.tell(i.Command.String()+" …", muted), a.feed.run(i.Command))
	case Gather:
		return a.gather(i)
	case Work:
		return func() tea.Msg { return workedMsg{i.Then, i.Do()} }
	case Edit:
		return a.edit(i)
	case ShowRecord:
		a.sel.Topic, a.sel.Partition = i.Topic, i.Partition
		a.stack = nil
		a.group.open, a.explorer.focus = false, tailPane
		a.explorer.tail.reveal(a.frame(), i.Topic, i.Partition, i.Offset)
	case SendAgain:
		a.compose.fill(a.frame(), i.Record)
		if !slices.Contains(a.stack, Dialog(a.compose)) {
			a.stack = append(a.stack, a.compose)
		}
	case Stop:
		a.feed.stop(i.Command)
	case Copy:
		return a.copy(i)
	case Tell:
		return a.tell(i.Text, warn)
	case All:
		var cmds []tea.Cmd
		for _, one := range i {
			cmds = append(cmds, a.carry(one))
		}
		return tea.Batch(cmds...)
	case press:
		return a.carry(i.action.Do(a.focusFrame()))
	case Do:
		return a.do(i.Verb)
	}
	return nil
}

// A reporter is a dialog that tells itself how its commands went.
type reporter interface {
	// ran takes in how a command went, and reports whether it was its own.
	ran(m ranMsg) bool
}

// reported hands the outcome of a command to the dialog that gave it, if that is
// still there.
func (a *App) reported(m ranMsg) bool {
	for _, d := range a.stack {
		if r, ok := d.(reporter); ok && r.ran(m) {
			return true
		}
	}
	return false
}

// edit hands text to the user's editor.
func (a *App) edit(i Edit) tea.Cmd {
	if a.options.Edit == nil {
		return a.tell("there is no editor", warn)
	}
	return a.options.Edit(i.Text, i.Name, func(left []byte, err error) tea.Msg {
		return workedMsg{func(f *Frame, _ any) Intent { return i.Then(f, left, err) }, nil}
	})
}

func (a *App) copy(i Copy) tea.Cmd {
	if i.Text == "" {
		return a.tell("there is nothing to copy", warn)
	}
	return tea.Batch(tea.SetClipboard(i.Text), a.tell("copied the "+i.What+", if the terminal allows it (OSC 52)", good))
}

// do does one of the app's own actions.
func (a *App) do(v Verb) tea.Cmd {
	e := a.explorer
	switch v {
	case Quit:
		return tea.Quit
	case Zoom:
		a.space().zoomed = !a.space().zoomed
	case NextPane:
		a.space().turn(+1)
	case PreviousPane:
		a.space().turn(-1)
	case ShowTopic:
		e.spread.zoom = zoomTopic
	case ShowBroker:
		e.spread.zoom = zoomBroker
	case ShowCluster:
		e.spread.zoom, e.focus = zoomCluster, spreadPane
	case ShowTail:
		a.group.open, e.focus = false, tailPane
	case ShowGroup:
		a.group.enter(membersPane)
	case ShowLanes:
		a.group.enter(lanesPane)
	case LeaveGroup:
		a.group.open = false
	case TailPartition:
		e.tail.narrow(a.frame(), true)
	case TailToggle:
		return a.carry(e.tail.toggle(a.frame()))
	default:
		return a.doMore(v)
	}
	return nil
}

// doMore does what is not about panes.
func (a *App) doMore(v Verb) tea.Cmd {
	switch v {
	case Pause:
		return a.feed.pause(!a.feed.paused)
	case Refresh:
		return a.feed.again(a.now)
	case NextTheme:
		return a.tell(a.look.next(), muted)
	case Suspend:
		return tea.Suspend
	case ToggleMouse:
		a.mouse = !a.mouse
		return a.tell(map[bool]string{true: "the mouse is kscope's", false: "the mouse is the terminal's: select text with it; M takes it back"}[a.mouse], muted)
	case Explain:
		e := &explain{topic: a.sel.Topic}
		if a.explorer.spread.zoom == zoomCluster {
			e.topic = ""
		}
		a.stack = append(a.stack, e)
	case Palette:
		a.stack = append(a.stack, newPalette(a.entries()))
	case Help:
		a.stack = append(a.stack, &help{sections: a.sections()})
	case Compose:
		a.compose.open(a.sel)
		a.stack = append(a.stack, a.compose)
	case Lab:
		return a.openLab()
	}
	return nil
}

// openLab lays the lab below the panes that show what it does to its group.
func (a *App) openLab() tea.Cmd {
	if slices.Contains(a.stack, Dialog(a.lab)) {
		return nil
	}
	a.lab.open(a.frame())
	if a.top() == nil && !a.group.open {
		a.explorer.focus = ownershipPane
	}
	a.stack = append(a.stack, a.lab)
	return nil
}

// ran reports how a command went and looks at what it changed.
func (a *App) ran(m ranMsg) tea.Cmd {
	for _, e := range m.events {
		a.feed.now = a.feed.now.Apply(e)
	}
	var said tea.Cmd
	switch own := a.compose.ran(m, a.feed.now.Sending); { // it is kept while it is closed
	case own && slices.Contains(a.stack, Dialog(a.compose)), a.reported(m): // the dialog itself tells
	case m.err != nil:
		said = a.tell(m.command.String()+": "+m.err.Error(), bad)
	default:
		says, st := a.compose.ending(m, a.feed.now.Sending)
		said = a.tell(m.command.String()+": "+says, st)
	}
	return tea.Batch(said, a.keep(), a.feed.again(a.now))
}

// sections are those of the help: what keys do in the pane in focus, and everywhere;
// then, in the demo, what of it is not as in real Kafka.
func (a *App) sections() []section {
	p := a.space().focused()
	sections := []section{{title: p.Name(), actions: p.Actions()}, {title: "everywhere", actions: a.general()}}
	if len(a.options.Simulated) > 0 {
		sections = append(sections, section{title: "simulated in the demo", notes: a.options.Simulated})
	}
	return sections
}

// entries are the actions of the palette: those that work anywhere, then those of
// each pane.
func (a *App) entries() []paletteEntry {
	var entries []paletteEntry
	for _, act := range a.general() {
		if act.Help != "" && act.Keys[0] != ":" {
			entries = append(entries, paletteEntry{action: act})
		}
	}
	for i, p := range a.space().panes {
		for _, act := range p.Actions() {
			if act.Help != "" && !moving(act) {
				entries = append(entries, paletteEntry{p.Name(), i + 1, act})
			}
		}
	}
	return entries
}

// moving reports whether an action only moves the cursor: not worth a search.
func moving(a Action) bool {
	switch a.Keys[0] {
	case "j", "k", "h", "l", "g", "G", "pgup", "pgdown":
		return true
	}
	return false
}
