package model

import (
	"cmp"
	"slices"
	"time"
)

// An Auditor takes in keyed records and makes an Audit of them. It holds each
// different key once, so that what it takes is bounded by the records it is given.
// The zero Auditor is ready for use.
type Auditor struct {
	read, keyless int64
	keys          map[string]int // -> number of the key
	names         []string       // by number
	places        map[auditPlace]int
	found         []keyPlace
}

type auditPlace struct {
	key       int
	partition int32
}

// Add takes in one record; a nil key is none. The key is copied.
func (a *Auditor) Add(partition int32, key []byte) {
	a.read++
	if key == nil {
		a.keyless++
		return
	}
	if a.keys == nil {
		a.keys, a.places = map[string]int{}, map[auditPlace]int{}
	}
	n, ok := a.keys[string(key)]
	if !ok {
		n = len(a.names)
		name := string(key)
		a.keys[name] = n
		a.names = append(a.names, name)
	}
	at := auditPlace{n, partition}
	i, ok := a.places[at]
	if !ok {
		i = len(a.found)
		a.places[at] = i
		k := keyPlace{key: uint64(n), partition: partition, empty: len(key) == 0}
		for j, p := range judgedBy {
			k.sums[j] = p.sum(key)
		}
		a.found = append(a.found, k)
	}
	a.found[i].records++
}

// Read is how many records were taken in.
func (a *Auditor) Read() int64 { return a.read }

// Audit is what the records taken in so far say of a topic with that many
// partitions. What it returns does not change when more are taken in.
func (a *Auditor) Audit(q AuditPartitioner, at time.Time, partitions int) *Audit {
	audit := &Audit{
		Query: q, At: at, Partitions: partitions, Read: a.read, Keyless: a.keyless,
		Placements: len(a.found), keys: slices.Clone(a.found),
	}
	if partitions < 1 {
		return audit
	}
	for _, p := range judgedBy {
		audit.Fits = append(audit.Fits, a.fit(p, partitions))
	}
	slices.SortStableFunc(audit.Fits, func(x, y Fit) int { return cmp.Compare(y.Share(), x.Share()) })
	audit.Split, audit.Spread = a.splits()
	audit.Grown = a.growth(audit.Fits[0].Partitioner, partitions)
	return audit
}

func (a *Auditor) fit(p Partitioner, partitions int) Fit {
	f := Fit{Partitioner: p}
	for i := range a.found {
		k := &a.found[i]
		if !k.judged(p) {
			continue
		}
		f.Places++
		f.Of += k.records
		if placed(k.sums[sumOf(p)], partitions) == k.partition {
			f.Placements++
			f.Records += k.records
		}
	}
	return f
}

// How many placements must not fit before a smaller number of partitions is looked
// for, and how many are looked at.
const fewestGrown, mostGrown = 10, 10_000

// growth looks for a smaller number of partitions at which most of what does not fit
// now would.
func (a *Auditor) growth(p Partitioner, partitions int) *Growth {
	var misfits []*keyPlace
	least := 1
	for i := range a.found {
		k := &a.found[i]
		if k.judged(p) && placed(k.sums[sumOf(p)], partitions) != k.partition {
			misfits = append(misfits, k)
			least = max(least, int(k.partition)+1)
		}
	}
	if len(misfits) < fewestGrown {
		return nil
	}
	misfits = misfits[:min(len(misfits), mostGrown)]
	best := Growth{}
	for n := max(2, least); n < partitions; n++ {
		fit := 0
		for _, k := range misfits {
			if placed(k.sums[sumOf(p)], n) == k.partition {
				fit++
			}
		}
		if fit > best.Placements {
			best = Growth{From: n, Placements: fit}
		}
	}
	if float64(best.Placements) < explains*float64(len(misfits)) {
		return nil
	}
	return &best
}

// splits returns how many keys lie on more than one partition, and those of them
// with the most records.
func (a *Auditor) splits() (int, []Split) {
	on := map[uint64][]PartitionCount{}
	for i := range a.found {
		k := &a.found[i]
		on[k.key] = append(on[k.key], PartitionCount{k.partition, k.records})
	}
	var all []Split
	for key, partitions := range on {
		if len(partitions) < 2 {
			continue
		}
		slices.SortFunc(partitions, func(x, y PartitionCount) int { return cmp.Compare(x.Partition, y.Partition) })
		all = append(all, Split{Key: []byte(a.names[key]), Partitions: partitions})
	}
	slices.SortFunc(all, compareSplits)
	return len(all), all[:min(len(all), SplitsKept)]
}
