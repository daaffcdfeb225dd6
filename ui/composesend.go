package ui

import (
	"strconv"
	"strings"

	"kscope/model"
)

// addressed reads where the form sends to, and how. It returns what is wrong with it,
// if anything is.
func (p *compose) addressed(f *Frame) (c *model.Produce, wrong string) {
	c = &model.Produce{Topic: p.name()}
	t, ok := f.Topic(c.Topic)
	switch {
	case c.Topic == "":
		return nil, "name a topic"
	case !ok && !f.Freshness(model.ListTopics{}).At.IsZero():
		return nil, "there is no topic of that name, and kscope creates none by accident: ctrl+n in its field opens the form that does"
	}
	if wrong = p.options.read(f, c); wrong != "" {
		return nil, wrong
	}
	if ok && c.Partition >= 0 && t.Partition(c.Partition) == nil {
		return nil, "the topic has no partition " + strconv.Itoa(int(c.Partition))
	}
	return c, ""
}

// record reads the form. It returns what is wrong with it, if anything is. The value
// of a file is not read.
func (p *compose) record(f *Frame) (c *model.Produce, wrong string) {
	if c, wrong = p.addressed(f); wrong != "" {
		return nil, wrong
	}
	key, value := p.key.read(), p.value.read()
	if key.fault != "" {
		return nil, "key, " + key.fault
	}
	if value.fault != "" {
		return nil, "value, " + value.fault
	}
	if c.Headers, wrong = headersOf(p.headers); wrong != "" {
		return nil, wrong
	}
	c.Key, c.Value = key.bytes, value.bytes
	return c, ""
}

// send sends the record once the form makes sense, or shows what many would be.
func (p *compose) send(f *Frame) Intent {
	if p.sending != nil || p.reading {
		return nil
	}
	p.clash, p.problem, p.sent, p.landed = "", nil, nil, false
	if p.many.from() != sendOne {
		return p.openMany(f)
	}
	c, wrong := p.record(f)
	p.clash = wrong
	switch {
	case wrong != "":
		return nil
	case p.value.as() == asFile:
		return p.sendFile(f, c)
	}
	return p.run(f, c)
}

func (p *compose) run(f *Frame, c *model.Produce) Intent {
	p.sending = c
	p.remember(f.Now, c, false)
	return Run{c}
}

// sendFile reads the file that is the value, and sends the record.
func (p *compose) sendFile(f *Frame, c *model.Produce) Intent {
	path := strings.TrimSpace(p.value.path.value())
	if path == "" || f.Files == nil {
		p.clash = "name a file"
		return nil
	}
	type read struct {
		bytes []byte
		err   error
	}
	p.reading = true
	files := f.Files
	return Work{
		Do: func() any {
			b, err := files.Read(path)
			return read{b, err}
		},
		Then: func(f *Frame, result any) Intent {
			p.reading = false
			r := result.(read)
			if r.err != nil {
				p.clash = r.err.Error()
				return nil
			}
			c.Value = r.bytes
			return p.run(f, c)
		},
	}
}

// ran takes in how sending went, and reports whether it was its own. What failed keeps
// the form as it was. Many is the account of the last sending of many.
func (p *compose) ran(m ranMsg, many *model.Sending) bool {
	if p.bulk != nil && p.bulk.ran(m, many) {
		return true
	}
	c, ok := m.command.(*model.Produce)
	if !ok || c != p.sending {
		return false
	}
	p.sending, p.problem = nil, m.err
	for _, e := range m.events {
		if e, ok := e.(model.Produced); ok {
			p.sent, p.landed = &e.Sent, true
		}
	}
	p.settle(c, p.sent, m.err)
	return true
}

// look returns a function that looks at the file that is named, once it is another.
func (t *payloadField) look(f *Frame) func() any {
	path := strings.TrimSpace(t.path.value())
	if t.as() != asFile || path == "" || path == t.file.asked || f.Files == nil {
		return nil
	}
	t.file.asked = path
	files := f.Files
	return func() any {
		n, err := files.Size(path)
		return fileFacts{asked: path, path: path, size: n, err: err}
	}
}

// looked takes in what was found of a file.
func (t *payloadField) looked(facts fileFacts) {
	if facts.asked == t.file.asked {
		t.file = facts
	}
}
