package grouplog

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// The kinds of record, by the number that their keys begin with.
const (
	offsetCommit         = 1 // and 0, before Kafka 0.9
	classicGroup         = 2
	consumerEpoch        = 3
	consumerTopics       = 4 // until Kafka 4.0
	consumerMember       = 5
	consumerTargetEpoch  = 6
	consumerTarget       = 7
	consumerCurrent      = 8
	shareTopics          = 9 // before Kafka 4.1
	shareMember          = 10
	shareEpoch           = 11
	shareTargetEpoch     = 12
	shareTarget          = 13
	shareCurrent         = 14
	shareState           = 15
	consumerPattern      = 16
	streamsEpoch         = 17
	streamsTopics        = 18 // before Kafka 4.1
	streamsMember        = 19
	streamsTargetEpoch   = 20
	streamsTarget        = 21
	streamsCurrent       = 22
	streamsTopology      = 23
	newestClassicVersion = 4
	newestVersion        = 0 // of all other kinds
	classicMetadataTag   = 0
	validatedTopologyTag = 0
)

// take takes in a record that is not a commit. Key is what comes after the group's
// id. It reports whether that may have changed the group, and whether it could be
// read.
func (r *Replayer) take(kind uint16, key, value []byte) (changed, ok bool) {
	if kind == classicGroup {
		return r.takeClassic(value)
	}
	of, known := kinds[kind]
	if !known {
		return false, false
	}
	if of.read == nil {
		return false, true
	}
	var id string
	if of.member {
		b := kbin.Reader{Src: key}
		if id = b.String(); b.Complete() != nil {
			return false, false
		}
	}
	if value == nil {
		return r.bury(kind, of, id), true
	}
	if len(value) < 2 || binary.BigEndian.Uint16(value) != newestVersion {
		return false, false
	}
	f := &fields{kbin.Reader{Src: value[2:]}}
	commit := of.read(r, f, id)
	if f.Complete() != nil {
		return false, false
	}
	if commit == nil {
		return false, true
	}
	r.state.of(of.kind)
	commit()
	return true, true
}

// A form is what records of a kind are about and how they are read. Read returns
// what to do once all of the value was found to be good; nil for nothing.
type form struct {
	kind   model.GroupKind
	member bool // the key goes on with a member's id
	read   func(r *Replayer, f *fields, id string) func()
}

var kinds = map[uint16]form{
	consumerEpoch:       {model.Consumer, false, (*Replayer).readEpoch},
	consumerTopics:      {model.Consumer, false, (*Replayer).readTopics},
	consumerMember:      {model.Consumer, true, (*Replayer).readConsumer},
	consumerTargetEpoch: {model.Consumer, false, (*Replayer).readTargetEpoch},
	consumerTarget:      {model.Consumer, true, (*Replayer).readTarget},
	consumerCurrent:     {model.Consumer, true, (*Replayer).readCurrent},
	consumerPattern:     {kind: model.Consumer},
	shareTopics:         {model.Share, false, (*Replayer).readTopics},
	shareMember:         {model.Share, true, (*Replayer).readSharer},
	shareEpoch:          {model.Share, false, (*Replayer).readEpoch},
	shareTargetEpoch:    {model.Share, false, (*Replayer).readTargetEpoch},
	shareTarget:         {kind: model.Share},
	shareCurrent:        {model.Share, true, (*Replayer).readCurrent},
	shareState:          {model.Share, false, (*Replayer).readShareState},
	streamsEpoch:        {model.Streams, false, (*Replayer).readStreamsEpoch},
	streamsTopics:       {kind: model.Streams},
	streamsMember:       {model.Streams, true, (*Replayer).readStreamer},
	streamsTargetEpoch:  {model.Streams, false, (*Replayer).readTargetEpoch},
	streamsTarget:       {model.Streams, true, (*Replayer).readStreamsTarget},
	streamsCurrent:      {model.Streams, true, (*Replayer).readStreamsCurrent},
	streamsTopology:     {model.Streams, false, (*Replayer).readTopology},
}

// bury takes in a tombstone: the thing is there no more.
func (r *Replayer) bury(kind uint16, of form, id string) bool {
	s := &r.state
	if s.kind != of.kind {
		return false
	}
	switch kind {
	case consumerEpoch, shareEpoch, streamsEpoch:
		s.reset()
	case consumerTargetEpoch, shareTargetEpoch, streamsTargetEpoch:
		s.assignmentEpoch = model.NoEpoch
	case consumerMember, shareMember, streamsMember:
		delete(s.members, id)
	case consumerTarget, streamsTarget:
		if m := s.members[id]; m != nil {
			m.Target, m.target = nil, [3][]task{}
			s.forget(m)
		}
	case consumerCurrent, shareCurrent, streamsCurrent:
		if m := s.members[id]; m != nil {
			m.placed, m.Assigned, m.Epoch = false, nil, model.NoEpoch
			m.active, m.standby, m.warmup = nil, nil, nil
			s.forget(m)
		}
	case streamsTopology:
		s.topology = nil
	}
	return true
}

// forget drops a member of which nothing is left.
func (s *state) forget(m *member) {
	if !m.described && !m.placed && m.Target == nil && m.target[0] == nil && m.target[1] == nil && m.target[2] == nil {
		delete(s.members, m.ID)
	}
}

// takeClassic takes in all there is about a classic group.
func (r *Replayer) takeClassic(value []byte) (changed, ok bool) {
	if value == nil {
		changed = r.state.classic != nil
		r.state.classic = nil
		return changed, true
	}
	var v kmsg.GroupMetadataValue
	if len(value) < 2 || binary.BigEndian.Uint16(value) > newestClassicVersion || v.ReadFrom(value) != nil {
		return false, false
	}
	g := &model.Group{
		ID: r.group, Kind: model.Classic, State: "Stable", ProtocolType: v.ProtocolType, Coordinator: model.NoBroker,
		Epoch: v.Generation, AssignmentEpoch: model.NoEpoch, Known: true,
	}
	if v.Protocol != nil {
		g.Assignor = *v.Protocol
	}
	if v.Leader != nil {
		g.Leader = *v.Leader
	}
	for i := range v.Members {
		g.Members = append(g.Members, classicMember(v.ProtocolType, &v.Members[i]))
	}
	sortMembers(g.Members)
	r.state.joinedBy = time.Time{}
	if len(g.Members) == 0 {
		g.State = "Empty"
	} else if v.CurrentStateTimestamp > 0 {
		r.state.joinedBy = time.UnixMilli(v.CurrentStateTimestamp)
	}
	r.state.reset()
	r.state.classic = g
	return true, true
}

func classicMember(protocolType string, m *kmsg.GroupMetadataValueMember) model.Member {
	out := model.Member{
		ID: m.MemberID, ClientID: m.ClientID, Host: strings.TrimPrefix(m.ClientHost, "/"), Epoch: model.NoEpoch,
		SessionTimeout: millis(m.SessionTimeoutMillis), RebalanceTimeout: millis(m.RebalanceTimeoutMillis),
	}
	if m.InstanceID != nil {
		out.InstanceID = *m.InstanceID
	}
	ReadClassic(&out, protocolType, m.Subscription, m.Assignment)
	return out
}

func millis(ms int32) time.Duration { return time.Duration(max(0, ms)) * time.Millisecond }

func (r *Replayer) readEpoch(f *fields, _ string) func() {
	epoch := f.Int32()
	return func() { r.state.epoch, r.state.classic = epoch, nil }
}

func (r *Replayer) readTargetEpoch(f *fields, _ string) func() {
	epoch := f.Int32()
	return func() { r.state.assignmentEpoch = epoch }
}

// readTopics reads names of topics.
func (r *Replayer) readTopics(f *fields, _ string) func() {
	names := map[[16]byte]string{}
	f.each(func() {
		id := f.Uuid()
		names[id] = f.text()
		f.Int32()
		f.each(func() {
			f.Int32()
			f.texts()
			f.skipTags()
		})
		f.skipTags()
	})
	return r.learn(f, names)
}

// readShareState reads names of topics from what is kept of a share group's offsets.
func (r *Replayer) readShareState(f *fields, _ string) func() {
	names := map[[16]byte]string{}
	for range 2 { // being initialized, and initialized
		f.each(func() {
			id := f.Uuid()
			names[id] = f.text()
			f.numbers()
			f.skipTags()
		})
	}
	return r.learn(f, names)
}

func (r *Replayer) learn(f *fields, names map[[16]byte]string) func() {
	if f.Ok() {
		for id, name := range names {
			r.names[id] = name
		}
	}
	return nil
}

func (r *Replayer) readConsumer(f *fields, id string) func() {
	instance, rack, client, host := f.orNone(), f.orNone(), f.text(), f.text()
	topics, pattern := f.texts(), f.orNone()
	timeout, assignor := f.Int32(), f.orNone()
	classic := f.tags(classicMetadataTag)
	slices.Sort(topics)
	return func() {
		m := r.state.member(id)
		m.described = true
		m.InstanceID, m.Rack, m.ClientID, m.Host = instance, rack, client, strings.TrimPrefix(host, "/")
		m.Subscribed, m.Pattern, m.assignor = topics, pattern, assignor
		m.RebalanceTimeout, m.SessionTimeout, m.Speaks = millis(timeout), 0, ""
		inner := kbin.Reader{Src: classic}
		if there := inner.Int8(); len(classic) > 0 && there > 0 {
			m.Speaks, m.SessionTimeout = string(model.Classic), millis(inner.Int32())
		}
	}
}

func (r *Replayer) readSharer(f *fields, id string) func() {
	rack, client, host, topics := f.orNone(), f.text(), f.text(), f.texts()
	slices.Sort(topics)
	return func() {
		m := r.state.member(id)
		m.described = true
		m.Rack, m.ClientID, m.Host, m.Subscribed = rack, client, strings.TrimPrefix(host, "/"), topics
	}
}

// partitions reads topics and partitions.
func (r *Replayer) partitions(f *fields) map[string][]int32 {
	all := map[string][]int32{}
	f.each(func() {
		id := f.Uuid()
		numbers := f.numbers()
		f.skipTags()
		if f.Ok() {
			name := topicsOf{r}.Name(id)
			all[name] = append(all[name], numbers...)
		}
	})
	return all
}

func (r *Replayer) readTarget(f *fields, id string) func() {
	target := r.partitions(f)
	return func() { r.state.member(id).Target = target }
}

// readCurrent reads what a member has. What it is to give up, and has not yet, is no
// more its own: a description by the coordinator leaves it out, too.
func (r *Replayer) readCurrent(f *fields, id string) func() {
	epoch, _, state := f.Int32(), f.Int32(), f.Int8()
	assigned := r.partitions(f)
	return func() {
		m := r.state.member(id)
		m.placed, m.Epoch, m.state, m.Assigned = true, epoch, state, assigned
	}
}
