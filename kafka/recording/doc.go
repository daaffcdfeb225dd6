// Package recording keeps what was observed of groups in a file, and brings it
// back: for post-mortems, and for tests.
//
// A recording is JSON Lines. The first line says what it is, each further one is
// an event that model.WatchGroup brings, as it was observed: what follows from
// them, such as rebalances, is worked out anew by whoever reads them, and so gets
// better as kscope does. docs/RECORDING.md describes the lines.
//
//	lines.go    what stands on a line
//	groups.go   model.Group        <-> its names on a line
//	write.go    events             ->  lines
//	read.go     lines              ->  events
//	replay.go   events             ->  answers to queries, without a cluster
package recording
