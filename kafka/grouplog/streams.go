package grouplog

import (
	"strings"

	"github.com/twmb/franz-go/pkg/kbin"

	"kscope/model"
)

func (r *Replayer) readStreamsEpoch(f *fields, _ string) func() {
	epoch := f.Int32()
	f.Int64() // a hash of the topics' partitions
	validated := f.tags(validatedTopologyTag)
	return func() {
		r.state.epoch, r.state.classic = epoch, nil
		if validated != nil {
			b := kbin.Reader{Src: validated}
			r.state.validated = b.Int32()
		}
	}
}

func (r *Replayer) readStreamer(f *fields, id string) func() {
	instance, rack, client, host := f.orNone(), f.orNone(), f.text(), f.text()
	timeout, topology := f.Int32(), f.Int32()
	return func() {
		m := r.state.member(id)
		m.described = true
		m.InstanceID, m.Rack, m.ClientID, m.Host = instance, rack, client, strings.TrimPrefix(host, "/")
		m.RebalanceTimeout, m.topologyEpoch = millis(timeout), topology
	}
}

func (f *fields) tasks() []task {
	var all []task
	f.each(func() {
		t := task{subtopology: f.text(), partitions: f.numbers()}
		f.skipTags()
		all = append(all, t)
	})
	return all
}

func (r *Replayer) readStreamsTarget(f *fields, id string) func() {
	target := [3][]task{f.tasks(), f.tasks(), f.tasks()}
	return func() { r.state.member(id).target = target }
}

func (r *Replayer) readStreamsCurrent(f *fields, id string) func() {
	epoch, _, state := f.Int32(), f.Int32(), f.Int8()
	active, standby, warmup := f.tasks(), f.tasks(), f.tasks()
	return func() {
		m := r.state.member(id)
		m.placed, m.Epoch, m.state = true, epoch, state
		m.active, m.standby, m.warmup = active, standby, warmup
	}
}

func (r *Replayer) readTopology(f *fields, _ string) func() {
	t := &model.Topology{Epoch: f.Int32()}
	f.each(func() {
		s := model.Subtopology{ID: f.text(), Sources: f.texts()}
		f.texts() // patterns of topics, which are among the sources once they are found
		s.Changelogs = f.topics()
		s.Sinks = f.texts()
		s.Sources = append(s.Sources, f.topics()...)
		f.each(func() { // which sources must have as many partitions as which
			for range 3 {
				f.each(func() { f.Int16() })
			}
			f.skipTags()
		})
		f.skipTags()
		t.Subtopologies = append(t.Subtopologies, s)
	})
	return func() { r.state.topology = t }
}

// topics reads topics that the group makes for itself, and returns their names.
func (f *fields) topics() []string {
	var names []string
	f.each(func() {
		names = append(names, f.text())
		f.Int32()
		f.Int16()
		f.each(func() {
			f.text()
			f.text()
			f.skipTags()
		})
		f.skipTags()
	})
	return names
}
