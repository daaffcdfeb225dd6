package ui

import (
	"kscope/model"
	"kscope/ui/canvas"
)

// spread is the pane of the spread, at one of three zooms.
type spread struct {
	zoom    spreadZoom
	topic   *partitions
	broker  *holdings
	cluster *heat
	loss    lossView
}

// spreadZoom is how much of the cluster the spread shows.
type spreadZoom int

const (
	zoomTopic spreadZoom = iota
	zoomBroker
	zoomCluster
)

func newSpread(topics *topics) *spread {
	p := &spread{broker: newHoldings(), cluster: newHeat(&topics.internal)}
	p.topic = newPartitions(&p.loss)
	return p
}

// A zoomed is the pane at one zoom.
type zoomed interface {
	Pane
	Arranger
	Settler
	Pointer
	Typist
}

func (p *spread) now() zoomed {
	return [...]zoomed{zoomTopic: p.topic, zoomBroker: p.broker, zoomCluster: p.cluster}[p.zoom]
}

// Name implements Pane.
func (p *spread) Name() string { return p.now().Name() }

// Needs implements Pane.
func (p *spread) Needs(f *Frame) []model.Query { return p.now().Needs(f) }

// Actions implements Pane.
func (p *spread) Actions() []Action {
	actions := append(p.now().Actions(),
		act("v", "zoom out", "spread of one topic, of one broker, of the whole cluster", func(*Frame) Intent {
			return Do{[...]Verb{zoomTopic: ShowBroker, zoomBroker: ShowCluster, zoomCluster: ShowTopic}[p.zoom]}
		}),
		verb("x", "explain", "explain the figures of the spread", Explain))
	if p.zoom == zoomTopic {
		actions = append(actions, p.loss.whatIf())
	}
	return actions
}

// Arrange implements Arranger.
func (p *spread) Arrange(f *Frame) func() any {
	for zoom, pane := range []interface{ forget() }{zoomTopic: p.topic, zoomBroker: p.broker, zoomCluster: p.cluster} {
		if spreadZoom(zoom) != p.zoom {
			pane.forget()
		}
	}
	if work := p.loss.arrange(f); work != nil {
		return work
	}
	return p.now().Arrange(f)
}

// Arranged implements Arranger.
func (p *spread) Arranged(result any) {
	switch r := result.(type) {
	case lossWorked:
		p.loss.take(r)
	case arrangement[*model.Partition]:
		p.topic.Arranged(r)
	case arrangement[holding]:
		p.broker.Arranged(r)
	default:
		p.cluster.Arranged(r)
	}
}

// Settle implements Settler.
func (p *spread) Settle(f *Frame, s *Selection) { p.now().Settle(f, s) }

// typing is what keys do while a filter is open.
func (p *spread) typing() []Action { return p.now().(interface{ typing() []Action }).typing() }

// Typing implements Typist.
func (p *spread) Typing() bool { return p.now().Typing() }

// Type implements Typist.
func (p *spread) Type(f *Frame, msg any) (Intent, bool) { return p.now().Type(f, msg) }

// Click implements Pointer.
func (p *spread) Click(f *Frame, x, y int) Intent { return p.now().Click(f, x, y) }

// Wheel implements Pointer.
func (p *spread) Wheel(f *Frame, n int) Intent { return p.now().Wheel(f, n) }

// Head implements Pane.
func (p *spread) Head(f *Frame) Heading { return p.now().Head(f) }

// Draw implements Pane.
func (p *spread) Draw(f *Frame, c *canvas.Canvas) { p.now().Draw(f, c) }
