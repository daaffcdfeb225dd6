//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kscope/ui/e2e/terminal"
)

func TestTheScreenFollowsEverySize(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for _, size := range [][2]int{{300, 80}, {10, 3}, {120, 40}, {119, 40}, {120, 23}, {40, 10}, {39, 10}, {40, 9}, {1, 1}, {80, 24}, {2, 60}, {250, 5}, {160, 45}} {
		s.size(size[0], size[1])
		s.intact()
	}
	s.settled()
}

func TestTheScreenSurvivesAStormOfSizes(t *testing.T) {
	t.Parallel()
	s := demo(t)
	const seed = 2026
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range 200 {
		s.size(1+rng.IntN(300), 1+rng.IntN(80))
		if i%3 == 0 { // other panes, zooms of the spread, a pane alone
			s.press([]string{"1", "2", "3", "4", "5", "6", "v", "z", "w", "tab", "j"}[rng.IntN(11)])
		}
		if i%20 == 19 {
			s.intact()
		}
	}
	s.size(160, 45)
	s.intact()
}

func TestDialogsSurviveEverySize(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for _, dialog := range []struct{ key, title string }{{"?", "Help"}, {":", "Command"}, {"p", "Compose"}} {
		s.press(dialog.key)
		s.see(dialog.title)
		for _, size := range [][2]int{{10, 3}, {40, 10}, {300, 80}, {60, 12}, {120, 40}} {
			s.size(size[0], size[1])
			if size[0] < 40 {
				s.see("kscope")
				continue
			}
			s.until(fmt.Sprintf("whole frame of %s on %d x %d", dialog.title, size[0], size[1]), func(shot *terminal.Shot) bool {
				return shot.Pane(dialog.title) != nil
			})
		}
		s.press("esc")
		s.until("explorer without "+dialog.title, func(shot *terminal.Shot) bool { return shot.Pane(dialog.title) == nil })
		s.intact()
	}
}
