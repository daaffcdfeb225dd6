package ui

import (
	"testing"

	"kscope/model"
)

// aWakeUp is how many records have come, at a million a second, when the screen is
// woken up: thirty times a second.
const aWakeUp = 33_333

// BenchmarkTail measures Update and View of a tail on a screen of 200x50, while a
// million records a second go by: with a ring of a thousand records, and with a full
// one of the default budget. The figures must not differ.
func BenchmarkTail(b *testing.B) {
	for _, ring := range []struct {
		name   string
		budget int64
	}{{"ring=256KiB", model.LeastTailMemory}, {"ring=64MiB", model.DefaultTailMemory}} {
		c := newSynthetic(10, 20, 3)
		c.ring = model.NewRing(ring.budget)
		for c.ring.Dropped() == 0 {
			c.records(model.Tail{}, 10_000)
		}
		b.Run(ring.name, func(b *testing.B) {
			for _, deed := range []struct {
				name           string
				prepare, steps []string
			}{
				{"follows", []string{"6"}, []string{stepFlood}},
				{"columns", []string{"6", "z"}, []string{stepFlood}},
				{"keys", []string{"6", "z", stepFlood}, []string{"k", stepFlood, "pgup", stepFlood, "j", stepFlood}},
				{"still", []string{"6", "z", stepFlood, "space"}, []string{"k", stepFlood, "j", stepFlood}},
				{"finds", []string{"6", "z", stepFlood, "f", "7", "7"}, []string{stepFlood}},
			} {
				b.Run(deed.name, func(b *testing.B) { measure(b, c, 200, 50, deed.prepare, deed.steps...) })
			}
		})
	}
}
