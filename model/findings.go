package model

import (
	"cmp"
	"slices"
)

// A Finding is something that stands out in a cluster.
type Finding struct {
	Verdict  Verdict
	Headline string // broker 7 takes 13 % of the writes
	Explains string // fair would be 8 %. It leads 21 of the 96 partitions of clicks.
	Topic    string // the topic to look at; empty if none is to blame
	Broker   int32  // the broker to look at, or NoBroker
	Metric   Metric // the heat map that shows it best
}

// FindingsKept is the most findings there are at a time.
const FindingsKept = 6

// Findings says what stands out in the spread of the cluster, worst first. Where
// there is room it goes on with what is as it should be, so there are none only
// while brokers or topics are not known. It looks at every replica: call it off
// the loop.
func (s *Snapshot) Findings() []Finding {
	f := finder{Snapshot: s, sharing: Sharing(s.Brokers), racks: newRackSpreader(s.Brokers)}
	if len(f.sharing) == 0 || len(s.Topics) == 0 {
		return nil
	}
	f.scan()
	for _, look := range []func(){
		f.offline, f.refusing, f.behind, f.writes, f.leaders, f.crowding,
		f.bytes, f.idle, f.displaced, f.sharedRacks, f.replicas, f.single,
	} {
		look()
	}
	if len(f.found) == 0 {
		f.add(Good, "nothing stands out", "every partition has a leader and its replicas in sync, and no broker carries far more than its share.")
	}
	slices.SortStableFunc(f.found, func(a, b Finding) int { return cmp.Compare(b.Verdict, a.Verdict) })
	f.evenRacks()
	f.evenLeaders()
	return f.found[:min(len(f.found), FindingsKept)]
}

// A finder gathers findings about one snapshot.
type finder struct {
	*Snapshot
	sharing []int32
	found   []Finding

	racks                            *rackSpreader
	offlines, refusals, shared, lone tally
	crowds                           []crowd
	row                              []float64
}

// A tally is how many partitions something is true of, and of which topics.
type tally struct {
	partitions int
	topics     []string
}

func (t *tally) add(topic string, partitions int) {
	if partitions > 0 {
		t.partitions += partitions
		t.topics = append(t.topics, topic)
	}
}

// of names the topics.
func (t *tally) of() string { return some(t.topics, len(t.topics)) }

// first returns the topic to look at.
func (t *tally) first() string { return t.topics[0] }

// add appends a finding and returns it, for what else there is to say of it.
func (f *finder) add(v Verdict, headline, explains string) *Finding {
	f.found = append(f.found, Finding{Verdict: v, Headline: headline, Explains: explains, Broker: NoBroker})
	return &f.found[len(f.found)-1]
}

// scan looks at every partition once.
func (f *finder) scan() {
	for _, t := range f.Topics {
		f.offlines.add(t.Name, t.Tally.Offline)
		f.refusals.add(t.Name, t.countISR(func(isr, minISR int) bool { return isr < minISR }))
		shared := 0
		for i := range t.Partitions {
			if f.racks.add(&t.Partitions[i]) {
				shared++
			}
		}
		f.shared.add(t.Name, shared)
		if t.Tally.RF == 1 && !t.Tally.MixedRF {
			f.lone.add(t.Name, len(t.Partitions))
		}
		f.crowd(t)
	}
}

func (f *finder) offline() {
	n := f.offlines.partitions
	if n == 0 {
		return
	}
	says := "of " + f.offlines.of() + ": no reads and no writes. "
	if down := f.down(); len(down) > 0 {
		says += "Start broker " + ids(down) + " to bring them back."
	} else {
		says += "None of their replicas that live is in sync."
	}
	f.add(Bad, things(n, "partition")+" "+verb(n, "is", "are")+" offline", says).Topic = f.offlines.first()
}

// down returns the brokers that hold replicas and do not serve.
func (f *finder) down() []int32 {
	var down []int32
	for _, b := range f.Brokers {
		if f.Counts.Loads[b.ID].Replicas > 0 && (!b.Serves() || b.State == Unreached) {
			down = append(down, b.ID)
		}
	}
	return down
}

func (f *finder) refusing() {
	if n := f.refusals.partitions; n > 0 {
		f.add(Bad, things(n, "partition")+" "+verb(n, "refuses", "refuse")+" acks=all",
			"of "+f.refusals.of()+": fewer replicas are in sync than min.insync.replicas asks for.").Topic = f.refusals.first()
	}
}

// behind tells of replicas out of sync, unless all of them are those of offline
// partitions.
func (f *finder) behind() {
	n := f.Counts.UnderReplicated
	if n == 0 || n == f.offlines.partitions {
		return
	}
	worst, _ := f.Counts.most(func(l Load) int { return l.Behind })
	b, _ := f.Broker(worst)
	why := "up, but behind: its disk or its network may be the limit."
	if !b.Serves() {
		why = "down; once started it catches up by itself."
	} else if b.State == Unreached {
		why = "listed, but kscope cannot reach it."
	}
	f.add(Watch, things(n, "partition")+" "+verb(n, "is", "are")+" under-replicated",
		"broker "+id(worst)+" is behind with "+number(f.Counts.Loads[worst].Behind)+" of its "+
			things(f.Counts.Loads[worst].Replicas, "replica")+". It is "+why).Broker = worst
}

// Below this much written per second and broker, shares say more of the moment
// than of the spread.
const fewWrites = 10

// writes tells of a broker that takes far more records than fair. It says nothing
// until the rates of nine topics in ten are known.
func (f *finder) writes() {
	k, _ := f.TotalSkew(InRate, f.sharing, nil)
	if f.Flow.Known*10 < len(f.Topics)*9 || k.Fair < fewWrites || k.Over <= clearlyOver {
		return
	}
	n := float64(len(f.sharing))
	says := "fair would be " + percent(1/n) + "."
	topic := f.blame(func(t *Topic) float64 { return t.Offsets.ByBroker(k.Most) - max(0, t.rate())/n })
	if topic != nil {
		f.row = f.HeatRow(topic, []int32{k.Most}, Leaders, f.row[:0])
		says += " It leads " + number(int(f.row[0])) + " of the " + things(len(topic.Partitions), "partition") + " of " + topic.Name + "."
	}
	f.overloaded(k, InRate, "takes "+percent(k.Max/(k.Fair*n))+" of the writes", says, topic)
}

// rate returns the records per second into the topic, negative if not known.
func (t *Topic) rate() float64 {
	if t.Offsets == nil {
		return -1
	}
	return t.Offsets.In
}

// blame returns the topic with the largest excess, nil if none has any.
func (f *finder) blame(excess func(*Topic) float64) *Topic {
	var worst *Topic
	most := 0.0
	for _, t := range f.Topics {
		if e := excess(t); e > most {
			worst, most = t, e
		}
	}
	return worst
}

// overloaded adds a finding about the broker that has the most.
func (f *finder) overloaded(k Skew, m Metric, does, says string, topic *Topic) {
	n := f.add(Watch, "broker "+id(k.Most)+" "+does, says)
	n.Broker, n.Metric = k.Most, m
	if topic != nil {
		n.Topic = topic.Name
	}
}

// fewBytes is too little on a broker's disks to matter to anybody.
const fewBytes = 1e6

func (f *finder) bytes() {
	f.row = f.HeatTotals(f.sharing, Bytes, f.row[:0])
	k := SkewOfValues(f.sharing, f.row)
	if slices.Contains(f.row, NotKnown) || k.Fair < fewBytes || k.Over <= clearlyOver {
		return
	}
	n := float64(len(f.sharing))
	says := "fair would be " + percent(1/n) + "."
	topic := f.blame(func(t *Topic) float64 {
		return max(0, f.bytesOn(t.Name, k.Most)) - float64(max(0, f.TopicBytes(t.Name)))/n
	})
	if topic != nil {
		says += " " + topic.Name + " is the topic that makes most of the difference."
	}
	f.overloaded(k, Bytes, "holds "+percent(k.Max/(k.Fair*n))+" of the bytes", says, topic)
}

// unfair reports whether the skew of things that cannot be divided is worth a
// finding: one too many is none.
func (k Skew) unfair() bool { return k.Over > clearlyOver && k.Max-k.Fair >= 2 }

func (f *finder) leaders() {
	k, _ := f.TotalSkew(Leaders, f.sharing, f.row)
	if !k.unfair() {
		return
	}
	l := f.Counts.Loads[k.Most]
	says := "fair would be " + amount(k.Fair) + "."
	if n := l.Leaders - (l.Preferred - l.Displaced); n > 0 {
		says += " " + number(n) + " of them should be led by another broker: elect preferred leaders."
	}
	f.overloaded(k, Leaders, "leads "+number(l.Leaders)+" of "+things(f.Counts.Partitions, "partition"), says, nil)
}

func (f *finder) replicas() {
	k, _ := f.TotalSkew(Replicas, f.sharing, f.row)
	if !k.unfair() {
		return
	}
	f.overloaded(k, Replicas, "holds "+number(int(k.Max))+" of "+things(f.Counts.Replicas, "replica"),
		"fair would be "+amount(k.Fair)+"; broker "+id(k.Least)+" holds "+amount(k.Min)+".", nil)
}

// idle tells of brokers without replicas: a new one stays so until topics are
// made or reassigned.
func (f *finder) idle() {
	var idle []int32
	for _, b := range f.sharing {
		if f.Counts.Loads[b].Replicas == 0 {
			idle = append(idle, b)
		}
	}
	if n := len(idle); n > 0 && f.Counts.Replicas > 0 {
		says := "the topics there are do not move by themselves: reassign some partitions to " + verb(n, "it", "them") + "."
		found := f.add(Watch, verb(n, "broker ", "brokers ")+ids(idle)+" "+verb(n, "holds", "hold")+" no replica", says)
		found.Broker, found.Metric = idle[0], Replicas
	}
}

// displaced tells of leaders that are not the preferred ones.
func (f *finder) displaced() {
	n := f.Counts.NotPreferred
	if n == 0 {
		return
	}
	worst, _ := f.Counts.most(func(l Load) int { return l.Displaced })
	l := f.Counts.Loads[worst]
	says := "broker " + id(worst) + " leads " + number(l.Preferred-l.Displaced) + " of the " + number(l.Preferred) + " it is preferred for. "
	if b, _ := f.Broker(worst); !b.Serves() {
		says += "It is down."
	} else {
		says += "Electing preferred leaders copies nothing."
	}
	f.add(Watch, things(n, "partition")+" "+verb(n, "is", "are")+" not led by the preferred leader", says).Broker = worst
}

func (f *finder) sharedRacks() {
	if n := f.shared.partitions; n > 0 {
		f.add(Watch, things(n, "partition")+" "+verb(n, "keeps", "keep")+" two replicas in one rack",
			"of "+f.shared.of()+", though there are "+number(f.racks.Racks)+" racks: a lost rack takes both.").Topic = f.shared.first()
	}
}

// single tells of topics with one replica, where there is a second broker to hold
// another.
func (f *finder) single() {
	if n := len(f.lone.topics); n > 0 && len(f.Brokers) > 1 {
		f.add(Watch, things(n, "topic")+" "+verb(n, "has", "have")+" one replica",
			f.lone.of()+": offline while a broker is down, lost with its disk.").Topic = f.lone.first()
	}
}

func (f *finder) evenRacks() {
	if r := &f.racks.RackSpread; r.Known && r.Racks > 1 && r.Shared == 0 {
		f.add(Good, "racks are even", "no partition keeps two replicas in one rack.")
	}
}

func (f *finder) evenLeaders() {
	if k, _ := f.TotalSkew(Leaders, f.sharing, f.row); k.countVerdict() == Good && len(f.sharing) > 1 {
		f.add(Good, "leaders are even", shares(k, "leads", "lead")+".").Metric = Leaders
	}
}
