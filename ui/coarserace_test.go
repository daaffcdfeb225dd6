//go:build race

package ui

// coarsely is a step between sizes: the race detector learns nothing from a size more, and
// takes ten times as long for it. Without it every one is tried.
func coarsely(step int) int { return 5 * step }
