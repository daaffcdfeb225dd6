//go:build !race

package ui

// coarsely is a step between sizes, which is coarser under the race detector.
func coarsely(step int) int { return step }
