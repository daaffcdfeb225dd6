package grouplog

import (
	"encoding/binary"
	"reflect"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"

	"kscope/model"
)

// Topics tells of topics what records do not.
type Topics interface {
	// Name returns the name of the topic of that id; if there is none, what to call it.
	Name(id [16]byte) string
	// Partitions returns how many a topic has; 0 if that is not known.
	Partitions(topic string) int
}

// A Replayer makes observations of one group out of the records of its partition of
// __consumer_offsets. It is for one goroutine at a time.
type Replayer struct {
	group   string
	topics  Topics
	state   state
	names   map[[16]byte]string // of topics, as records told
	commits map[string]map[int32]time.Time
	skipped int

	at       time.Time // of the records that are not told yet
	dirty    bool      // there are such
	bumped   bool      // one of them begins a group epoch
	told     *model.Group
	assignor string // what the coordinator said it is where members leave it to it
	ready    []model.Observation
}

// NewReplayer returns a replayer for the group of that id.
func NewReplayer(group string, topics Topics) *Replayer {
	r := &Replayer{group: group, topics: topics, names: map[[16]byte]string{}, commits: map[string]map[int32]time.Time{}}
	r.state.id = group
	r.state.reset()
	return r
}

// Skipped returns how many records of the group could not be read: they are of a
// kind or a version that is not known, or damaged.
func (r *Replayer) Skipped() int { return r.skipped }

// Assigns tells by what assignor the coordinator assigns: of groups that are not
// classic the log says it only if members ask for one.
func (r *Replayer) Assigns(assignor string) { r.assignor = assignor }

// Add takes in a record: its key, its value, nil for a tombstone, and its time. They
// must come in the order of their offsets. Records of other groups cost no more than
// a glance at the key.
func (r *Replayer) Add(key, value []byte, at time.Time) {
	if !of(key, r.group) {
		return
	}
	kind := binary.BigEndian.Uint16(key)
	rest := key[4+len(r.group):]
	if kind <= offsetCommit {
		if r.dirty && !at.Equal(r.at) {
			r.settle() // who went cannot have committed that
		}
		r.commit(rest, value, at)
		return
	}
	// What a coordinator decides at once it writes with one time. But no two generations
	// are that, however fast they follow each other.
	another := value != nil && (kind == classicGroup && r.state.classic != nil || r.bumped && bumps(kind))
	if r.dirty && (another || !at.Equal(r.at)) {
		r.settle()
	}
	changed, ok := r.take(kind, rest, value)
	if !ok {
		r.skipped++
	}
	if changed {
		r.at, r.dirty = at, true
		r.bumped = r.bumped || bumps(kind)
	}
}

// bumps reports whether records of that kind begin a group epoch.
func bumps(kind uint16) bool {
	return kind == consumerEpoch || kind == shareEpoch || kind == streamsEpoch
}

// of reports whether a key is of a group's records: after its kind they all begin
// with the group's id.
func of(key []byte, group string) bool {
	return len(key) >= 4+len(group) && int(binary.BigEndian.Uint16(key[2:])) == len(group) && string(key[4:4+len(group)]) == group
}

// Take returns what was observed since the last time, oldest first. It is to be
// called where a fetch ends: what was written at once is in one.
func (r *Replayer) Take() []model.Observation {
	if r.dirty {
		r.settle()
	}
	ready := r.ready
	r.ready = nil
	return ready
}

// settle makes an observation of what the records have come to, if that is another
// group than was told.
func (r *Replayer) settle() {
	r.dirty, r.bumped = false, false
	if !r.state.exists() {
		if r.told != nil {
			r.ready = append(r.ready, model.Observation{At: r.at, Origin: model.Logged, Gone: true, Group: model.Group{
				ID: r.group, Coordinator: model.NoBroker, Epoch: model.NoEpoch, AssignmentEpoch: model.NoEpoch,
			}, Quiet: r.quiet(&model.Group{})})
			r.told = nil
			clear(r.commits)
		}
		return
	}
	if !r.state.known() {
		return
	}
	g := r.state.group(topicsOf{r})
	if g.Assignor == "" && g.Kind != model.Classic {
		g.Assignor = r.assignor
	}
	if r.told != nil && reflect.DeepEqual(*r.told, g) {
		return
	}
	o := model.Observation{At: r.at, Origin: model.Logged, Group: g, Quiet: r.quiet(&g)}
	if r.state.classic != nil {
		o.JoinedBy = r.state.joinedBy
	}
	r.ready = append(r.ready, o)
	r.told = &g
}

// commit remembers when an offset was committed.
func (r *Replayer) commit(key, value []byte, at time.Time) {
	if value == nil {
		return
	}
	b := kbin.Reader{Src: key}
	topic, partition := b.String(), b.Int32()
	if b.Complete() != nil {
		r.skipped++
		return
	}
	if r.commits[topic] == nil {
		r.commits[topic] = map[int32]time.Time{}
	}
	if at.After(r.commits[topic][partition]) {
		r.commits[topic][partition] = at
	}
}

// quiet returns since when nothing was committed of the partitions of those members
// that were there and are not in g; without those of whose nothing ever was.
func (r *Replayer) quiet(g *model.Group) map[string]time.Time {
	if r.told == nil {
		return nil
	}
	here := map[string]bool{}
	for i := range g.Members {
		here[g.Members[i].ID] = true
	}
	var quiet map[string]time.Time
	for i := range r.told.Members {
		m := &r.told.Members[i]
		if here[m.ID] {
			continue
		}
		var last time.Time
		for topic, partitions := range m.Assigned {
			for _, p := range partitions {
				if at := r.commits[topic][p]; at.After(last) {
					last = at
				}
			}
		}
		if !last.IsZero() {
			if quiet == nil {
				quiet = map[string]time.Time{}
			}
			quiet[m.ID] = last
		}
	}
	return quiet
}

// topicsOf adds the names that records told: those of topics that are gone are known
// to nobody else.
type topicsOf struct{ r *Replayer }

func (t topicsOf) Name(id [16]byte) string {
	if name, ok := t.r.names[id]; ok {
		return name
	}
	return t.r.topics.Name(id)
}

func (t topicsOf) Partitions(topic string) int { return t.r.topics.Partitions(topic) }
