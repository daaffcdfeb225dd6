package ui

import (
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// A share is what a broker has of a topic, or is to have.
type share struct {
	broker            int32
	rack              string
	leaders, replicas int        // that it has now
	toLead, toHold    model.Span // once it is done
}

// sharesOf are what the brokers have of a topic, and what they are likely to get.
func sharesOf(f *Frame, t *model.Topic, placement model.Placement) []share {
	var shares []share
	at := map[int32]int{}
	put := func(id int32, rack string) *share {
		i, ok := at[id]
		if !ok {
			i = len(shares)
			at[id] = i
			shares = append(shares, share{broker: id, rack: rack})
		}
		return &shares[i]
	}
	for _, b := range f.Brokers {
		if b.State != model.Missing {
			put(b.ID, b.Rack)
		}
	}
	if t != nil {
		for i := range t.Partitions {
			part := &t.Partitions[i]
			for _, r := range part.Replicas {
				put(r.Broker, "").replicas++
			}
			if part.Leader != model.NoBroker {
				put(part.Leader, "").leaders++
			}
		}
	}
	for i := range shares {
		s := &shares[i]
		s.toLead, s.toHold = model.Span{Least: s.leaders, Most: s.leaders}, model.Span{Least: s.replicas, Most: s.replicas}
	}
	for _, b := range placement.Brokers {
		s := put(b.Broker, b.Rack)
		s.toLead = model.Span{Least: s.leaders + b.Leaders.Least, Most: s.leaders + b.Leaders.Most}
		s.toHold = model.Span{Least: s.replicas + b.Replicas.Least, Most: s.replicas + b.Replicas.Most}
	}
	return shares
}

// spanned writes a number that may be known only within bounds: 4, 3–5.
func spanned(s model.Span) string {
	if s.Exact() {
		return count(s.Least)
	}
	return count(s.Least) + dash + count(s.Most)
}

// shareColumns are those of a table of brokers; now says that they have something
// already.
func shareColumns(now bool) []column[share] {
	columns := []column[share]{
		{title: "broker", width: 6, right: true, cell: func(_ *Frame, s share) canvas.Seg {
			return canvas.Seg{Text: strconv.Itoa(int(s.broker)), Style: text}
		}},
		{title: "rack", width: 6, flex: true, most: 16, keep: 1, cell: func(_ *Frame, s share) canvas.Seg { return word(s.rack, muted) }},
	}
	if now {
		columns = append(columns,
			column[share]{title: "leads", width: 7, right: true, cell: func(_ *Frame, s share) canvas.Seg { return canvas.Seg{Text: count(s.leaders), Style: muted} }},
			column[share]{title: "replicas", width: 8, right: true, cell: func(_ *Frame, s share) canvas.Seg { return canvas.Seg{Text: count(s.replicas), Style: muted} }})
	}
	return append(columns,
		column[share]{title: "will lead", width: 9, right: true, cell: func(_ *Frame, s share) canvas.Seg { return canvas.Seg{Text: spanned(s.toLead), Style: bold} }},
		column[share]{title: "will hold", width: 10, right: true, cell: func(_ *Frame, s share) canvas.Seg { return canvas.Seg{Text: spanned(s.toHold), Style: bold} }})
}

// shareLine tells the shares in a line: broker 1 leads 2 of 6.
func shareLine(f *Frame, shares []share) []canvas.Seg {
	var segs []canvas.Seg
	for _, s := range shares {
		if len(segs) > 0 {
			segs = append(segs, canvas.Seg{Text: "  ", Style: muted})
		}
		leads, holds := spanned(s.toLead), spanned(s.toHold)
		segs = append(segs, canvas.Seg{Text: strconv.Itoa(int(s.broker)), Style: bold})
		if s.rack != "" {
			segs = append(segs, canvas.Seg{Text: string(f.Marks.Dot) + s.rack, Style: muted})
		}
		segs = append(segs, canvas.Seg{Text: " " + string(f.Marks.Leader), Style: lead}, canvas.Seg{Text: leads, Style: text},
			canvas.Seg{Text: " of ", Style: muted}, canvas.Seg{Text: holds, Style: text})
	}
	return segs
}
