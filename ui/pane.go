package ui

import (
	"io"
	"time"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A Pane fills a rectangle of the screen. To add one to the explorer, write a
// file that implements these methods and list it in explorer.go.
type Pane interface {
	// Name is the pane's name in its frame, in the strip of a small screen and
	// in help.
	Name() string

	// Needs lists the queries to keep answered while the pane is on screen. It
	// is called after every message, so it must be cheap; a query that is no
	// longer listed is cancelled.
	Needs(f *Frame) []model.Query

	// Actions lists what keys do here, in the order help shows them.
	Actions() []Action

	// Head is what stands in the pane's frame.
	Head(f *Frame) Heading

	// Draw draws the pane's inside. It may read the frame and the pane; of the
	// pane it may change only what follows from the room it is given, such as
	// how far it is scrolled.
	Draw(f *Frame, c *canvas.Canvas)
}

// An Arranger is a pane whose rows have an order that depends on the data.
// Arranging a few rows is done at once; of many it returns a function to be run
// off the loop, whose result comes back to Arranged.
type Arranger interface {
	Arrange(f *Frame) (work func() any)
	Arranged(result any)
}

// A Settler gives the selection a value where it has none.
type Settler interface {
	Settle(f *Frame, s *Selection)
}

// A Pointer is a pane that can be clicked and scrolled with the mouse.
type Pointer interface {
	// Click is a press of the left button at a cell of the pane's inside.
	Click(f *Frame, x, y int) Intent
	// Wheel is n notches down, or up if n is negative.
	Wheel(f *Frame, n int) Intent
}

// A Typist is a pane that takes text while Typing: keys go to Type before they
// are looked up as actions.
type Typist interface {
	Typing() bool
	// Type takes a key or pasted text. It reports whether it made use of it.
	Type(f *Frame, msg any) (Intent, bool)
}

// A Dialog is a pane that lies over a workspace.
type Dialog interface {
	Pane
	// Size is the room the dialog wants, frame included; it gets no more than
	// the screen.
	Size(f *Frame) (w, h int)
}

// A Drawer is a dialog at the foot of the screen: what lies above it is watched
// while the dialog has the keys.
type Drawer interface {
	Dialog
	Drawer()
}

// A Frame is what a pane gets to draw from: the data, the selection, the look.
type Frame struct {
	*model.Snapshot
	Sel     Selection
	Theme   *themes.Theme
	Marks   *themes.Marks
	Now     time.Time // for ages; the same for all panes of a frame
	Focused bool      // keys go to this pane
	Paused  bool      // refreshing is paused

	Untouched bool // the user has not pressed a key yet

	Decoder model.Decoder // reads keys and values

	// ReadFile reads a text file of the user's, off the loop; nil if none can be.
	ReadFile func(path string) (text string, err error)
	Registry bool   // there is a schema registry
	Files    *Files // for work off the loop; nil if there are none

	// CheckFilter says what is wrong with a filter of records, and at which of its
	// letters, from 0; nothing if it can be used. Nil if filters are not checked.
	CheckFilter func(filter string) (says string, column int)
}

// Files are those of the user's, as far as the program has to do with them.
type Files struct {
	Size func(path string) (int64, error)
	// Read reads one of bytes of any kind, whole.
	Read func(path string) ([]byte, error)
	// Create begins a file, which is there once it is closed. If there is one of that
	// name and over is not set, the error is one of fs.ErrExist.
	Create func(path string, over bool) (NewFile, error)
}

// A NewFile is being written: Close brings it to its place, Discard leaves nothing of
// it behind.
type NewFile interface {
	io.WriteCloser
	Discard()
}

// A Selection is what the user looks at, the same for all panes.
type Selection struct {
	Broker    int32 // or model.NoBroker
	Topic     string
	Partition int32 // or model.AllPartitions: the topic as a whole
	Group     string
	Member    string // member id; empty if none is
}

// A Heading is what stands in a pane's frame.
type Heading struct {
	Title string       // filled when the pane has the focus
	Facts []canvas.Seg // after the title
	Right []canvas.Seg // at the right end: order, health, trouble
}

// An Intent is what a pane wants done. A nil Intent is done already. Only
// App.carry acts on intents.
//
//sumtype:decl
type Intent interface{ intent() }

type (
	// Select changes the selection.
	Select struct{ Selection Selection }
	// Focus gives the keys to a pane of the workspace on top, by its number.
	Focus struct{ Pane int }
	// Open lays a dialog over what there is.
	Open struct{ Dialog Dialog }
	// Back takes the topmost dialog off.
	Back struct{}
	// Close takes a dialog off, wherever it lies.
	Close struct{ Dialog Dialog }
	// Run changes the cluster, or sends a record.
	Run struct{ Command model.Command }
	// Work runs a function off the loop, and goes on with what came of it.
	Work struct {
		Do   func() any
		Then func(f *Frame, result any) Intent
	}
	// Edit hands text to the user's editor, in a file of that name, and goes on with
	// what it left.
	Edit struct {
		Text []byte
		Name string
		Then func(f *Frame, left []byte, err error) Intent
	}
	// ShowRecord puts the cursor of the tail on a record, wherever the tail was.
	ShowRecord struct {
		Topic     string
		Partition int32
		Offset    int64
	}
	// SendAgain opens the compose form filled with a record.
	SendAgain struct{ Record model.Record }
	// Stop cancels a lasting command that runs, such as a model.SendMany. It ends in
	// its own time, and what came of it is told then.
	Stop struct{ Command model.Command }
	// Copy puts text on the clipboard of the user's terminal.
	Copy struct{ What, Text string }
	// Tell shows a sentence in the footer.
	Tell struct{ Text string }
	// All carries out intents one after the other.
	All []Intent
	// Do is one of the app's own actions.
	Do struct{ Verb Verb }
)

// A Verb is something the app does that needs no more words.
type Verb int

// The verbs.
const (
	Quit Verb = iota
	Zoom
	NextPane
	PreviousPane
	Pause
	Refresh
	NextTheme
	Suspend
	ToggleMouse
	ShowTopic     // the spread pane shows the selected topic
	ShowBroker    // the spread pane shows the selected broker
	ShowCluster   // the spread pane shows all topics and brokers
	ShowTail      // the tail, whatever lies over it
	ShowGroup     // the selected group has the screen, its members the keys
	ShowLanes     // the same, with the keys for who owned what when
	LeaveGroup    // back to the explorer
	TailPartition // the tail reads the selected partition alone
	TailToggle    // the tail reads the selected partition too, or leaves it out
	Explain       // say what the figures of the spread mean
	Palette
	Help
	Compose
	Lab // test consumers of kscope's own
)

func (Select) intent()     {}
func (Focus) intent()      {}
func (Open) intent()       {}
func (Back) intent()       {}
func (Close) intent()      {}
func (Run) intent()        {}
func (Stop) intent()       {}
func (Work) intent()       {}
func (Edit) intent()       {}
func (ShowRecord) intent() {}
func (SendAgain) intent()  {}
func (Copy) intent()       {}
func (Tell) intent()       {}
func (All) intent()        {}
func (Do) intent()         {}
