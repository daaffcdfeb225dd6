package ui

import (
	"strconv"
	"strings"

	"kscope/model"
	"kscope/ui/canvas"
)

// topology is a dialog: what a streams group computes (KIP-1071).
type topology struct {
	group  string
	top    int
	height int
}

// Name implements Pane.
func (p *topology) Name() string { return "Topology" }

// Needs implements Pane.
func (p *topology) Needs(*Frame) []model.Query {
	return []model.Query{model.ListGroups{}, model.WatchGroup{Group: p.group}}
}

// Actions implements Pane.
func (p *topology) Actions() []Action { return scrolling(&p.top, &p.height) }

// Size implements Dialog.
func (p *topology) Size(f *Frame) (w, h int) { return 100, max(4, len(p.traits(f))+2) }

// Head implements Pane.
func (p *topology) Head(f *Frame) Heading {
	h := Heading{Title: p.Name(), Facts: []canvas.Seg{{Text: p.group, Style: bold}}}
	if g, ok := f.Group(p.group); ok && g.Topology != nil {
		h.Facts = append(h.Facts, dots(f, canvas.Seg{Text: "epoch " + strconv.Itoa(int(g.Topology.Epoch)), Style: text},
			canvas.Seg{Text: plural(len(g.Topology.Subtopologies), "subtopology", "subtopologies"), Style: text})...)
	}
	return h
}

func (p *topology) traits(f *Frame) []trait {
	g, ok := f.Group(p.group)
	if !ok || g.Topology == nil {
		return []trait{{"", []canvas.Seg{{Text: "the topology is not known", Style: muted}}}}
	}
	var traits []trait
	for _, s := range g.Topology.Subtopologies {
		traits = append(traits, trait{"subtopology", []canvas.Seg{{Text: s.ID, Style: bold}}})
		for _, part := range []struct {
			name   string
			topics []string
		}{{"reads", s.Sources}, {"writes", s.Sinks}, {"keeps", s.Changelogs}} {
			if len(part.topics) > 0 {
				traits = append(traits, plainTrait(part.name, strings.Join(part.topics, ", ")))
			}
		}
		traits = append(traits, trait{})
	}
	return traits
}

// Draw implements Pane.
func (p *topology) Draw(f *Frame, c *canvas.Canvas) {
	p.top, p.height = drawTraits(c, p.traits(f), p.top)
}
