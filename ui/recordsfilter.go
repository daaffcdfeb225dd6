package ui

import "strings"

// filterFault says what is wrong with a filter, and at which of its letters, from 0;
// nothing if it can be used.
func (f *Frame) filterFault(filter string) (says string, column int) {
	if filter == "" || f.CheckFilter == nil {
		return "", 0
	}
	return f.CheckFilter(filter)
}

// Typing implements Typist.
func (p *records) Typing() bool { return p.filterLine.typing || p.search.line.typing }

// Type implements Typist.
func (p *records) Type(f *Frame, msg any) (Intent, bool) {
	if p.filterLine.typing {
		return p.typeFilter(f, msg)
	}
	return p.typeSearch(f, msg)
}

// typeFilter takes a key or pasted text into the filter. Enter applies it, unless
// something is wrong with it.
func (p *records) typeFilter(f *Frame, msg any) (Intent, bool) {
	l := &p.filterLine
	changed, entered, used := l.take(msg)
	if changed {
		l.fault, l.column = f.filterFault(strings.TrimSpace(l.text()))
	}
	if entered && l.fault == "" {
		l.close()
		p.apply(f, strings.TrimSpace(l.text()))
	}
	return nil, used
}

// apply has the tail go on with another filter.
func (p *records) apply(f *Frame, filter string) {
	if filter == p.filter {
		return
	}
	t := p.tail(f)
	t.Filter = filter
	p.seek(f, t)
}

// typing is what keys do while one types, for the footer.
func (p *records) typing() []Action {
	nothing := func(*Frame) Intent { return nil }
	word, before := "let through", "those before"
	if !p.filterLine.typing {
		word = "find"
	}
	return []Action{act("enter", word, "", nothing), act("up", before, "", nothing), act("esc", "back", "", nothing)}
}

// openFilter starts typing a filter.
func (p *records) openFilter(*Frame) Intent {
	p.search.line.close()
	p.filterLine.open()
	return nil
}

// openSearch starts typing what is looked for.
func (p *records) openSearch(*Frame) Intent {
	p.search.line.open()
	return nil
}

// typeSearch takes a key or pasted text into what is looked for. Enter goes to the
// nearest record before the cursor that has it.
func (p *records) typeSearch(f *Frame, msg any) (Intent, bool) {
	l := &p.search.line
	changed, entered, used := l.take(msg)
	if changed {
		p.search.look()
	}
	if entered {
		l.close()
		if p.search.needle == nil {
			p.search.clear()
			return nil, true
		}
		return p.nearest(f), true
	}
	return nil, used
}

// nearest goes to the record under the cursor if it has what is looked for, or to the
// nearest before it that does, or after it.
func (p *records) nearest(f *Frame) Intent {
	at := p.seqUnder(f)
	seq, ok := p.search.next(at+1, -1)
	if !ok {
		seq, ok = p.search.next(at, +1)
	}
	if ok {
		p.goToSeq(f, seq)
	}
	return nil
}

// step goes to the next record that has what is looked for, or to the one before.
func (p *records) stepHit(f *Frame, by int) Intent {
	if p.search.needle == nil {
		return Tell{"f looks for a text in what is kept; then n and N go through the records that have it"}
	}
	seq, ok := p.search.next(p.seqUnder(f), by)
	switch {
	case ok:
		p.goToSeq(f, seq)
	case p.search.busy:
		return Tell{"none so far: it is still being looked for"}
	case by > 0:
		return Tell{"none further down"}
	default:
		return Tell{"none further up that is kept"}
	}
	return nil
}

// goToSeq puts the cursor on a record by its number.
func (p *records) goToSeq(f *Frame, seq uint64) {
	l := p.lines(f)
	p.goTo(f, l.find(seq))
}

// Escape implements Escaper: what was asked for last goes first.
func (p *records) Escape() bool {
	switch {
	case p.filterLine.typing:
		p.filterLine.in.set(p.filter)
		p.filterLine.typing, p.filterLine.fault = false, ""
	case p.search.on():
		p.search.clear()
	case p.moved || p.frozen:
		p.follow()
	case p.filter != "":
		p.filter = ""
		p.filterLine.clear()
	case p.ends() && !p.stopped && !p.ended:
		p.stopped = true
	default:
		return false
	}
	return true
}
