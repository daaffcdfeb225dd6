package grouplog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"kscope/model"
)

// A state is a group as its records tell it so far. A group is either classic, told
// by one record as a whole, or of another kind, told by a record for each thing.
type state struct {
	id string

	classic  *model.Group // nil if it is not a classic one
	joinedBy time.Time

	kind            model.GroupKind // of a group that is not classic; empty if there is none
	epoch           int32
	assignmentEpoch int32
	members         map[string]*member
	topology        *model.Topology
	validated       int32 // epoch of the topology that the coordinator has checked; of streams groups
	// whole says that all of the group was read. Of what compaction left only the latest
	// of each thing is there, in an order that never was: until all have come it is no
	// group that ever was.
	whole bool
}

// A member is one of a group that is not classic.
type member struct {
	model.Member
	described, placed bool // what it is, and what it has, were read
	assignor          string
	state             int8
	topologyEpoch     int32
	active, standby   []task
	warmup            []task
	target            [3][]task // active, standby, warmup
}

type task struct {
	subtopology string
	partitions  []int32
}

func (s *state) reset() {
	s.kind, s.epoch, s.assignmentEpoch, s.validated = "", model.NoEpoch, model.NoEpoch, model.NoEpoch
	s.members, s.topology, s.whole = map[string]*member{}, nil, false
}

// of has the group be of a kind, as a record of that kind was written.
func (s *state) of(kind model.GroupKind) {
	if s.kind != kind {
		s.reset()
		s.kind = kind
	}
}

func (s *state) member(id string) *member {
	m := s.members[id]
	if m == nil {
		m = &member{Member: model.Member{ID: id, Epoch: model.NoEpoch}}
		s.members[id] = m
	}
	return m
}

// exists reports whether there is a group.
func (s *state) exists() bool { return s.classic != nil || s.kind != "" && s.epoch != model.NoEpoch }

// known reports whether the group can be told.
func (s *state) known() bool {
	if s.classic != nil {
		return true
	}
	if !s.whole {
		s.whole = s.epoch != model.NoEpoch && (len(s.members) == 0 || s.assignmentEpoch != model.NoEpoch)
		for _, m := range s.members {
			s.whole = s.whole && m.described && m.placed
		}
	}
	return s.whole
}

// group returns the group as it is now.
func (s *state) group(topics Topics) model.Group {
	if s.classic != nil {
		return *s.classic
	}
	g := model.Group{
		ID: s.id, Kind: s.kind, ProtocolType: string(s.kind), Coordinator: model.NoBroker,
		Epoch: s.epoch, AssignmentEpoch: s.assignmentEpoch, Topology: s.topology, Known: true,
	}
	for _, m := range s.members {
		if m.described {
			g.Members = append(g.Members, s.memberOf(m, topics))
		}
	}
	sortMembers(g.Members)
	g.State, g.Assignor = s.word(), s.assignor()
	return g
}

func sortMembers(members []model.Member) {
	slices.SortFunc(members, func(a, b model.Member) int {
		return cmp.Or(strings.Compare(a.ClientID, b.ClientID), strings.Compare(a.ID, b.ID))
	})
}

func (s *state) memberOf(m *member, topics Topics) model.Member {
	out := m.Member
	out.State = s.memberWord(m.state)
	switch s.kind {
	case model.Streams:
		out.Assigned = s.read(m.active, topics)
		out.Target = s.read(m.target[0], topics)
		out.Tasks = m.tasks()
	case model.Consumer:
		if out.Target == nil {
			out.Target = map[string][]int32{}
		}
	}
	if out.Assigned == nil {
		out.Assigned = map[string][]int32{}
	}
	return out
}

// The states of members as they are written; streams groups count from 1.
var (
	memberWords  = map[int8]string{0: "Stable", 1: "UnrevokedPartitions", 2: "UnreleasedPartitions"}
	streamsWords = map[int8]string{1: "Stable", 2: "UnrevokedTasks", 3: "UnreleasedTasks"}
)

func (s *state) memberWord(state int8) string {
	if s.kind == model.Streams {
		return streamsWords[state]
	}
	return memberWords[state]
}

// word returns the state of a group that is not classic. It is not written down:
// this is how coordinators derive it.
func (s *state) word() string {
	switch {
	case len(s.members) == 0:
		return "Empty"
	case s.kind == model.Share:
		return "Stable"
	case s.kind == model.Streams && (s.topology == nil || s.topology.Epoch != s.validated):
		return "NotReady"
	case s.epoch > s.assignmentEpoch:
		return "Assigning"
	}
	for _, m := range s.members {
		if s.memberWord(m.state) != "Stable" || m.Epoch != s.assignmentEpoch {
			return "Reconciling"
		}
	}
	return "Stable"
}

// assignor returns the one that most members ask for; empty if none asks for one,
// which leaves it to the coordinator's configuration.
func (s *state) assignor() string {
	votes := map[string]int{}
	for _, m := range s.members {
		if m.assignor != "" {
			votes[m.assignor]++
		}
	}
	best := ""
	for _, name := range slices.Sorted(maps.Keys(votes)) {
		if best == "" || votes[name] > votes[best] {
			best = name
		}
	}
	return best
}

// read returns the partitions that are read for tasks: of the smaller of a
// subtopology's source topics there is none for the later ones.
func (s *state) read(tasks []task, topics Topics) map[string][]int32 {
	all := map[string][]int32{}
	if s.topology == nil {
		return all
	}
	for _, t := range tasks {
		for _, sub := range s.topology.Subtopologies {
			if sub.ID != t.subtopology {
				continue
			}
			for _, topic := range sub.Sources {
				n := topics.Partitions(topic)
				for _, p := range t.partitions {
					if n == 0 || int(p) < n {
						all[topic] = append(all[topic], p)
					}
				}
			}
		}
	}
	return all
}

// tasks returns what a member of a streams group does, and what it is to do and does
// not yet.
func (m *member) tasks() []model.Task {
	var tasks []model.Task
	add := func(kind model.TaskKind, has, target []task) {
		for _, t := range has {
			tasks = append(tasks, model.Task{Kind: kind, Subtopology: t.subtopology, Partitions: t.partitions})
		}
		for _, t := range target {
			lacking := slices.DeleteFunc(slices.Clone(t.partitions), func(p int32) bool {
				return slices.ContainsFunc(has, func(h task) bool { return h.subtopology == t.subtopology && slices.Contains(h.partitions, p) })
			})
			if len(lacking) > 0 {
				tasks = append(tasks, model.Task{Kind: kind, Subtopology: t.subtopology, Partitions: lacking, Target: true})
			}
		}
	}
	add(model.ActiveTask, m.active, m.target[0])
	add(model.StandbyTask, m.standby, m.target[1])
	add(model.WarmupTask, m.warmup, m.target[2])
	return tasks
}
