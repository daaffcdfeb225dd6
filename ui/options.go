package ui

import tea "charm.land/bubbletea/v2"

// Options are what the user asked for at start.
type Options struct {
	Name     string // what the header calls the cluster
	Seeds    string // as the diagnosis shows them
	Protocol string // PLAINTEXT, SSL, SASL_SSL, SASL_PLAINTEXT
	ReadOnly bool
	Registry bool // a schema registry was named
	Demo     bool // replication, racks and sizes are simulated; brokers can be stopped
	// Simulated says in short sentences what of a demo is not as in real Kafka.
	Simulated []string
	Theme     string
	ASCII     bool
	NoColor   bool
	// TailMemory is how many bytes of records the tail keeps; 0 for
	// model.DefaultTailMemory.
	TailMemory int64
	// Replay is the file of a recording that is shown in place of a cluster; empty
	// for a cluster.
	Replay string

	// ReadFile reads a text file of the user's; nil if none can be read.
	ReadFile func(path string) (text string, err error)
	Files    *Files // nil if there are none

	Kept *Kept // nil if nothing that is sent is kept

	// Edit returns what hands text to the user's editor, in a file of that name, and
	// then goes on with what that left; nil if there is no editor.
	Edit func(text []byte, name string, then func(left []byte, err error) tea.Msg) tea.Cmd

	// CheckFilter says what is wrong with a filter of records: see Frame.
	CheckFilter func(filter string) (says string, column int)

	// Guard runs a function on a goroutine of its own and restores the terminal
	// if it panics; nil runs it plainly.
	Guard func(func())
}
