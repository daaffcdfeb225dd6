package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// AuditPartitioner asks which partitioner explains where the last keyed records of a
// topic lie, and which keys lie on more than one partition.
type AuditPartitioner struct {
	Topic string
	Last  int64 // how many records to look at, over all partitions; at most AuditMost
}

func (AuditPartitioner) query() {}

// Every implements Query.
func (AuditPartitioner) Every() time.Duration { return time.Hour }

// AuditMost is the most records of an audit.
const AuditMost = 1_000_000

// PartitionerAudited brings an audit, into Snapshot.Audit: several on the way, the
// last with Done.
type PartitionerAudited struct{ Audit *Audit }

func (e PartitionerAudited) apply(s *Snapshot) { s.Audit = e.Audit }

// An Audit is where the keyed records of a topic lie, and which partitioner would
// put them there. It is made by an Auditor.
type Audit struct {
	Query      AuditPartitioner
	At         time.Time
	Done       bool
	Partitions int   // of the topic, as of now
	Read       int64 // records that were looked at
	Keyless    int64 // of Read: records without a key, which say nothing
	Placements int   // different pairs of key and partition among the others

	Fits    []Fit   // for each hash, best first
	Grown   *Growth // nil if nothing points to fewer partitions in the past
	Split   int     // keys that lie on more than one partition
	Spread  []Split // the first of them, most records first; at most SplitsKept
	Problem *Problem

	keys []keyPlace
}

// A Fit is how many records lie where a partitioner would put them. The same key on
// the same partition counts once in Placements, however many records it has.
type Fit struct {
	Partitioner        Partitioner // Murmur2, ConsistentRandom or SaramaHash
	Records, Of        int64       // Of: those with a key that it makes something of
	Placements, Places int         // Places: of them
}

// Share is the part of the placements that fit; 0 if there are none.
func (f Fit) Share() float64 {
	if f.Places == 0 {
		return 0
	}
	return float64(f.Placements) / float64(f.Places)
}

// A Growth says that placements fit a smaller number of partitions: their keys were
// probably written before partitions were added.
type Growth struct {
	From, Placements int
}

// A Split is a key that lies on more than one partition.
type Split struct {
	Key        []byte
	Partitions []PartitionCount // by partition
}

// A PartitionCount is how many records of something a partition holds.
type PartitionCount struct {
	Partition int32
	Records   int64
}

// SplitsKept is how many keys on more than one partition an audit names.
const SplitsKept = 50

// explains is the share of placements from which on a partitioner explains them.
const explains = 0.95

// fewest is how many placements say something.
const fewest = 5

// Verdict is the partitioner that explains where the records lie; false if none
// does, if there are too few keys, or if there is one partition only, where all do.
func (a *Audit) Verdict() (Partitioner, bool) {
	if a.Partitions < 2 || len(a.Fits) == 0 {
		return 0, false
	}
	best, second := a.Fits[0], a.Fits[1]
	return best.Partitioner, best.Places >= fewest && best.Share() >= explains && second.Share() < explains
}

// Says is the verdict as a sentence.
func (a *Audit) Says() string {
	if len(a.Fits) == 0 || a.Placements == 0 {
		return fmt.Sprintf("None of the %d records has a key, so that they say nothing", a.Read)
	}
	best := a.Fits[0]
	p, ok := a.Verdict()
	switch {
	case a.Partitions < 2:
		return "The topic has one partition, where every partitioner puts every key"
	case ok && best.Placements == best.Places:
		return fmt.Sprintf("%s of the key explains them all, as %s does", p.Hash(), p.Whose())
	case ok:
		return fmt.Sprintf("%s of the key explains %d of %d, as %s does", p.Hash(), best.Placements, best.Places, p.Whose())
	case best.Places < fewest:
		return fmt.Sprintf("%d different keys are too few to tell partitioners apart", best.Places)
	case best.Share() >= explains:
		return "Several partitioners explain them: these keys do not tell them apart"
	case a.mixed():
		return fmt.Sprintf("No single partitioner explains them: %d of %d lie where %s of %s puts them, %d where %s of %s does", best.Placements, best.Places,
			best.Partitioner.Hash(), best.Partitioner.Whose(), a.Fits[1].Placements, a.Fits[1].Partitioner.Hash(), a.Fits[1].Partitioner.Whose())
	}
	return fmt.Sprintf("No partitioner explains them: the best, %s of the key, puts %d of %d where they lie", best.Partitioner.Hash(), best.Placements, best.Places)
}

// mixed reports whether the two best together explain what lies there: each fits far
// more than chance would give it.
func (a *Audit) mixed() bool {
	chance := 1 / float64(a.Partitions)
	one, two := a.Fits[0].Share(), a.Fits[1].Share()
	return two > 3*chance && two > chance+0.1 && one+two >= explains
}

// Moved counts the placements that would lie elsewhere if the topic had that many
// partitions, by the partitioner that explains them, else by Java's.
func (a *Audit) Moved(partitions int) (moved, of int, by Partitioner) {
	by, ok := a.Verdict()
	if !ok {
		by = Murmur2
	}
	seen := make(map[uint64]bool, len(a.keys))
	for _, k := range a.keys {
		if !k.judged(by) || seen[k.key] {
			continue
		}
		seen[k.key] = true
		of++
		if placed(k.sums[sumOf(by)], a.Partitions) != placed(k.sums[sumOf(by)], partitions) {
			moved++
		}
	}
	return moved, of, by
}

// judgedBy are the partitioners that an audit compares: one of each hash.
var judgedBy = [...]Partitioner{Murmur2, ConsistentRandom, SaramaHash}

// sumOf is the place of a partitioner's hash in keyPlace.sums.
func sumOf(p Partitioner) int { return slices.Index(judgedBy[:], p) }

// A keyPlace is one key on one partition.
type keyPlace struct {
	key       uint64 // which key; equal for the same one
	partition int32
	empty     bool
	records   int64
	sums      [len(judgedBy)]uint32
}

func (k *keyPlace) judged(by Partitioner) bool { return !k.empty || by != ConsistentRandom }

// compareSplits orders keys by how many records they have, then by name.
func compareSplits(a, b Split) int {
	return cmp.Or(cmp.Compare(b.records(), a.records()), strings.Compare(string(a.Key), string(b.Key)))
}

func (s *Split) records() (n int64) {
	for _, p := range s.Partitions {
		n += p.Records
	}
	return n
}
