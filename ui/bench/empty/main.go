// Command empty is a Bubble Tea program that does nothing but count the keys it
// is sent: what no program made with Bubble Tea can be faster than.
package main

import (
	"fmt"
	"os"
	"strconv"

	tea "charm.land/bubbletea/v2"
)

type empty struct{ keys int }

func (e empty) Init() tea.Cmd { return nil }

func (e empty) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if k.String() == "q" {
			return e, tea.Quit
		}
		e.keys++
	}
	return e, nil
}

func (e empty) View() tea.View {
	v := tea.NewView("keys: " + strconv.Itoa(e.keys))
	v.AltScreen = true
	return v
}

func main() {
	if _, err := tea.NewProgram(empty{}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
