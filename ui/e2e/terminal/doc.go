// Package terminal runs a program in a pseudo-terminal, with an emulator on the
// other side of it as the oracle: what a test looks at is the screen that a person
// would see, the bytes that made it, and the state that the terminal is left in.
package terminal
