package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// App is the program: the explorer, over it the view of one group, dialogs on top,
// one feed below. Keys go to the topmost pane; messages go to the feed; nothing
// else is routed anywhere.
type App struct {
	feed     *feed
	explorer *explorer
	group    *groupView
	stack    []Dialog
	compose  *compose
	lab      *lab
	sel      Selection
	needs    []model.Query
	options  Options
	decoder  model.Decoder

	look          look
	canvas        *canvas.Canvas
	width, height int
	dirty         bool // something changed since content was drawn
	content       string
	mouse         bool
	connected     bool      // a broker answered at least once
	touched       bool      // the user pressed a key, or a button of the mouse
	now           time.Time // as of the last message; View reads no clock

	notice      string
	noticeStyle canvasStyle
	noticed     int // number of the notice, so that its alarm knows it
}

// Messages of the app's own.
type (
	tickMsg     time.Time // keeps ages on screen moving
	arrangedMsg struct {  // an arrangement that was made off the loop
		pane   Arranger
		result any
	}
	workedMsg struct { // work off the loop is done
		then   func(f *Frame, result any) Intent
		result any
	}
	hushMsg int // the notice of that number has been read
)

// New returns the program for a cluster.
func New(ctx context.Context, source Source, o Options) *App {
	a := &App{
		feed: newFeed(ctx, source), explorer: newExplorer(), group: newGroupView(), compose: newCompose(), lab: newLab(), options: o, decoder: DecoderOf(source),
		sel:  Selection{Broker: model.NoBroker, Partition: model.AllPartitions},
		look: newLook(o), canvas: canvas.New(0, 0), mouse: true, dirty: true,
	}
	a.explorer.tail.memory = o.TailMemory
	if o.Kept != nil {
		a.compose.recall(o.Kept.Lines)
	}
	if o.Guard != nil {
		a.feed.guard = o.Guard
	}
	a.group.open = o.Replay != ""
	a.group.members.recorded = a.group.open
	a.feed.now.Cluster = model.Cluster{Name: o.Name, Demo: o.Demo, ReadOnly: o.ReadOnly, Controller: model.NoBroker}
	return a
}

// Init implements tea.Model.
func (a *App) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, func() tea.Msg { return tickMsg(time.Now()) })
}

func tick() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// Update implements tea.Model. It does no I/O: all of that is in the commands it
// returns.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.dirty = true
	a.now = later(a.now, time.Now()) // what is asked now must not seem to have taken since the last message
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		a.look.onto(msg.Color)
	case tea.KeyPressMsg:
		a.touched = true
		cmd = a.press(msg)
	case tea.PasteMsg:
		cmd, _ = a.typed(msg)
	case tea.MouseClickMsg:
		a.touched = true
		cmd = a.click(msg)
	case tea.MouseWheelMsg:
		cmd = a.wheel(msg)
	case arrivedMsg:
		cmd, a.dirty = a.feed.arrived(msg)
	case dueMsg:
		cmd, a.dirty = a.feed.due(msg, a.now), false // asking shows nothing that the next tick would not
	case ranMsg:
		cmd = a.ran(msg)
	case toldMsg:
		cmd = a.feed.heard(msg)
	case arrangedMsg:
		msg.pane.Arranged(msg.result)
	case gatheredMsg:
		cmd = a.gathered(msg)
	case workedMsg:
		cmd = a.carry(msg.then(a.focusFrame(), msg.result))
	case tickMsg:
		cmd = tick()
	case hushMsg:
		a.hush(msg)
	default:
		a.dirty = false
		return a, nil
	}
	return a, tea.Batch(cmd, a.settle())
}

// later keeps the clock from going back, as when it is set.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (a *App) resize(w, h int) {
	a.width, a.height = max(w, 0), max(h, 0)
	a.canvas.Resize(a.width, a.height)
}

// frame is what panes get to see. The snapshot is a copy, so that work off the
// loop may hold on to it.
func (a *App) frame() *Frame {
	now := a.feed.now
	return &Frame{
		Snapshot: &now, Sel: a.sel, Theme: a.look.theme, Marks: a.look.theme.Marks(),
		Now: a.present(), Paused: a.feed.paused, Untouched: !a.touched, ReadFile: a.options.ReadFile, Files: a.options.Files, CheckFilter: a.options.CheckFilter,
		Decoder: a.decoder, Registry: a.options.Registry,
	}
}

// present is the time that it is for panes: of a recording, when it ends.
func (a *App) present() time.Time {
	if h := a.feed.now.Histories[a.sel.Group]; a.options.Replay != "" && h != nil {
		return h.Seen.In(a.now.Location())
	}
	return a.now
}

// space is the workspace on top: of the selected group, if that is open, or the
// explorer.
func (a *App) space() *workspace {
	if a.group.open {
		return &a.group.workspace
	}
	return &a.explorer.workspace
}

// settle brings everything in line after a message: which dialogs lie on top,
// where panes are, in what order their rows are, what is selected, and what must
// be asked.
func (a *App) settle() tea.Cmd {
	if a.now.IsZero() {
		return nil // the first tick tells the time, and comes at once
	}
	f := a.frame()
	a.connecting(f)
	a.space().layout(a.body(), f)
	var cmds []tea.Cmd
	a.visible(func(p Pane) {
		f.Sel = a.sel
		cmds = append(cmds, a.arrange(f, p))
		if s, ok := p.(Settler); ok {
			s.Settle(f, &a.sel)
		}
	})
	if a.sel.Broker == model.NoBroker && len(f.Brokers) > 0 {
		a.sel.Broker = f.Brokers[0].ID
	}
	if a.sel.Group == "" && a.options.Replay != "" && len(f.Groups) > 0 {
		a.sel.Group = f.Groups[0].ID
	}
	f.Sel = a.sel
	a.needs = append(a.needs[:0], a.basis()...)
	a.visible(func(p Pane) {
		for _, q := range p.Needs(f) {
			if !slices.Contains(a.needs, q) && !early(f, q) {
				a.needs = append(a.needs, q)
			}
		}
	})
	if t := a.explorer.tail.tail(f); f.Tail.Tail == t && !slices.Contains(a.needs, model.Query(t)) {
		a.needs = append(a.needs, a.explorer.tail.Needs(f)...) // out of sight it is read on: what it holds would be lost
	}
	return tea.Batch(append(cmds, a.feed.sync(a.needs, a.now))...)
}

// basis is what is asked whatever is on screen. A recording has no cluster.
func (a *App) basis() []model.Query {
	if a.options.Replay != "" {
		return []model.Query{model.ListGroups{}}
	}
	return []model.Query{model.ListBrokers{}, model.ListTopics{}}
}

// early reports whether a query would keep the first list of topics waiting: on a
// large cluster nothing costs a broker as much as the sizes of all replicas.
func early(f *Frame, q model.Query) bool {
	topics := f.Freshness(model.ListTopics{})
	return q == model.Query(model.DescribeLogDirs{}) && topics.At.IsZero() && topics.Err == nil
}

// visible calls do with every pane in sight, dialogs last.
func (a *App) visible(do func(p Pane)) {
	a.space().shown(func(_ int, p Pane) { do(p) })
	for _, d := range a.stack {
		do(d)
	}
}

// arrange orders a pane's rows, off the loop if there are many.
func (a *App) arrange(f *Frame, p Pane) tea.Cmd {
	arranger, ok := p.(Arranger)
	if !ok {
		return nil
	}
	work := arranger.Arrange(f)
	if work == nil {
		return nil
	}
	return func() tea.Msg { return arrangedMsg{arranger, work()} }
}

// connecting lays the diagnosis on top while no broker could be used yet, and
// takes it off once one answers. A cluster that goes away later keeps its last
// figures on screen instead.
func (a *App) connecting(f *Frame) {
	a.connected = a.connected || anyUp(f)
	if a.options.Replay != "" {
		return
	}
	at := slices.IndexFunc(a.stack, func(d Dialog) bool { _, ok := d.(*diagnosis); return ok })
	switch {
	case at >= 0 && a.connected:
		a.stack = slices.Delete(a.stack, at, at+1)
	case at < 0 && !a.connected && hopeless(f):
		a.stack = append(a.stack, &diagnosis{seeds: a.options.Seeds, protocol: a.options.Protocol})
	}
}

// hopeless reports whether the cluster cannot be asked, or whether none of the
// brokers it lists can be reached at the address it gives.
func hopeless(f *Frame) bool {
	brokers := f.Freshness(model.ListBrokers{})
	return brokers.Err != nil && brokers.At.IsZero() || len(f.Brokers) > 0 && f.Serving() == 0
}

func anyUp(f *Frame) bool {
	return slices.ContainsFunc(f.Brokers, func(b model.Broker) bool { return b.State == model.Up })
}

// body is the screen without header and footer.
func (a *App) body() canvas.Rect {
	return canvas.Rect{Y: 1, W: a.width, H: max(0, a.height-2)}
}

// top returns the dialog on top, nil if there is none.
func (a *App) top() Dialog {
	if len(a.stack) == 0 {
		return nil
	}
	return a.stack[len(a.stack)-1]
}

// holder returns the pane that has the keys.
func (a *App) holder() Pane {
	if d := a.top(); d != nil {
		return d
	}
	return a.space().focused()
}

// View implements tea.Model.
func (a *App) View() tea.View {
	if a.dirty {
		a.content, a.dirty = a.draw(), false
	}
	v := tea.NewView(a.content)
	v.AltScreen = true
	v.WindowTitle = "kscope " + canvas.Truncate(a.options.Name, 60)
	v.BackgroundColor = a.look.theme.Ground()
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// draw draws the whole screen and returns it as text.
func (a *App) draw() string {
	c := a.canvas
	c.Clear()
	if a.width < leastWidth || a.height < leastLines {
		drawTooSmall(c, a.width, a.height)
		return c.Render(a.look.theme)
	}
	f := a.frame()
	head, body := c.Bounds().Top(1)
	foot, body := body.Bottom(1)
	a.drawHeader(f, c.Sub(head))
	strip, _ := body.Top(1)
	a.space().draw(f, c, strip, a.top() == nil)
	for _, d := range a.stack {
		if _, ok := d.(Drawer); !ok {
			c.Dim()
		}
		a.drawDialog(f, c, body, d)
	}
	c.Sub(foot).Fill(canvas.Rect{W: foot.W, H: 1}, themes.Base)
	a.drawFooter(f, c.Sub(foot))
	return c.Render(a.look.theme)
}

// drawDialog draws a dialog in the middle of the body, or at its foot.
func (a *App) drawDialog(f *Frame, c *canvas.Canvas, body canvas.Rect, d Dialog) {
	own := *f
	own.Focused = d == a.top()
	r := lies(&own, d, body)
	c.Fill(r, themes.Base)
	drawPane(&own, c, r, "", d)
}

// lies is where a dialog is on the screen.
func lies(f *Frame, d Dialog, body canvas.Rect) canvas.Rect {
	r := body.Centre(d.Size(f))
	if _, ok := d.(Drawer); ok {
		r, _ = body.Bottom(r.H)
	}
	return r
}

// drawTooSmall says what is wrong with the terminal.
func drawTooSmall(c *canvas.Canvas, w, h int) {
	lines := wrapped("kscope needs 40 x 10 cells; this is "+count(w)+" x "+count(h), max(w, 1))
	for y, line := range lines {
		c.Cut(0, y, w, line, text)
	}
}
