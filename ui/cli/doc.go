// Package cli is kscope's command line: everything that happens without a
// screen, and the decision to open one.
//
// It is given what it needs as functions (see [Deps]) and knows clusters only as
// a ui.Source, so that a test runs the whole command line against a script:
//
//	run.go         arguments        -> command, exit status
//	connection.go  flags            -> model.Connection
//	answer.go      queries          -> model.Snapshot
//	topics.go …    snapshot         -> rows
//	table.go       rows             -> aligned text
//	encode.go      rows             -> JSON
//	follow.go      two histories    -> what happened to a group
//	happenings.go  what happened    -> text, JSON
//
// What a command prints on standard output is the answer and nothing else.
// Whatever there is to say about it goes to standard error, a sentence a line.
package cli
