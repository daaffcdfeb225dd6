// Package bench measures the built program in a pseudo-terminal, beside
// yardsticks in the same run: a Bubble Tea program that does nothing (empty),
// and requests made with the bare client library (bare). It has benchmarks only,
// behind the build tag e2e:
//
//	go test -tags e2e -run '^$' -bench . ./ui/bench
//
// docs/PERFORMANCE.md tells what they showed.
package bench
