package ui

import (
	"strconv"
	"strings"

	"kscope/model"
)

// record reads the form. It returns what is wrong with it, if anything is. The value
// of a file is not read.
func (p *compose) record(f *Frame) (c *model.Produce, wrong string) {
	name := p.name()
	c = &model.Produce{Topic: name, Partition: model.AllPartitions}
	switch _, ok := f.Topic(name); {
	case name == "":
		return nil, "name a topic"
	case !ok && !f.Freshness(model.ListTopics{}).At.IsZero():
		return nil, "there is no topic of that name, and kscope creates none by accident"
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
	if p.partition.chosen == fixedPartition {
		n, err := strconv.ParseInt(p.number.value(), 10, 32)
		if err != nil {
			return nil, "give the number of the partition"
		}
		c.Partition = int32(n)
	}
	return c, ""
}

// send sends the record once the form makes sense.
func (p *compose) send(f *Frame) Intent {
	if p.sending != nil || p.reading {
		return nil
	}
	c, wrong := p.record(f)
	p.clash, p.problem, p.sent, p.landed = wrong, nil, nil, false
	switch {
	case wrong != "":
		return nil
	case p.value.as() == asFile:
		return p.sendFile(f, c)
	}
	return p.run(f, c)
}

func (p *compose) run(f *Frame, c *model.Produce) Intent {
	p.sending, p.predicted = c, model.AllPartitions
	if t, ok := f.Topic(c.Topic); ok && c.Partition == model.AllPartitions && c.Key != nil && len(t.Partitions) > 0 {
		p.predicted = model.KeyPartition(c.Key, len(t.Partitions))
	}
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
// the form as it was.
func (p *compose) ran(m ranMsg) bool {
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
