// Package model is the cluster as kscope understands it: plain values, and pure
// functions over them.
//
// Nothing here blocks, logs, reads a clock or starts a goroutine. Time comes in
// as a value. The package imports the standard library and nothing else, so
// every rule about Kafka that is worth testing can be tested as a table.
//
// Four kinds of value cross its border:
//
//	Query     what a pane wants to know      ui    -> kafka
//	Command   what the user wants changed    ui    -> kafka
//	Event     what was learned               kafka -> model
//	Snapshot  all that is known right now    model -> ui
//
// One file per noun holds all four: topics.go has the type, the query that asks
// for it, the event that brings it and the command that changes it.
//
// Events arrive with their expensive parts worked out: an event about 200,000
// partitions carries its counts, computed by functions of this package that the
// sender called. Applying it costs what changed, or a copy of pointers.
package model
