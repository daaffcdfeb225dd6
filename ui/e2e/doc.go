// Package e2e holds the end-to-end tests: they build the program, run it in a
// pseudo-terminal with an emulator on the other side, press keys, click, resize,
// send signals, and look at the screen, at every byte that was written and at how
// the terminal is left.
//
//	go test -tags e2e ./ui/e2e/...              the demo cluster, and the commands
//	go test -tags 'e2e realkafka' ./ui/e2e/...  and a real Kafka of three brokers
//
// A test never sleeps for something to happen: it looks at the screen until it
// shows what it must, and prints the screen when that takes too long. What the
// program writes is taken apart at the end of every test: nothing may be in it
// that the program has no use for, whatever records or names had in them.
package e2e
