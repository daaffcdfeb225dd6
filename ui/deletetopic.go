package ui

import (
	"strconv"

	"kscope/model"
	"kscope/ui/canvas"
)

// readersAsked is of how many groups it is asked whether they read a topic that is to be
// deleted: of more it would cost the cluster too much.
const readersAsked = 200

// newDeleteTopic deletes a topic with all its records.
func newDeleteTopic(t *model.Topic) *confirm {
	return begun(&confirm{
		name: "Delete topic", verb: "delete the topic and all its records", did: "the topic is gone, as the brokers say themselves",
		command: model.DeleteTopic{Name: t.Name, ID: t.ID},
		wants: func(f *Frame) []model.Query {
			names := model.NamesOf(groupsAsked(f)...)
			return []model.Query{
				model.DescribeTopic{Name: t.Name}, model.ListOffsets{Topics: model.NamesOf(t.Name)}, model.DescribeLogDirs{},
				model.ListGroups{}, model.DescribeGroups{Groups: names}, model.ReadLags{Groups: names}, model.DescribeBrokerConfigs{},
			}
		},
		stakes: func(f *Frame) []stake { return topicStakes(f, t.Name) },
		bar: func(f *Frame) *model.Problem {
			now, ok := f.Topic(t.Name)
			if ok && now.Problem != nil && now.Problem.Kind == model.Gone {
				return &model.Problem{Kind: model.Gone, Says: "Topic " + t.Name + " is gone"}
			}
			return nil
		},
		assent: newAssent(t.Name),
	})
}

func groupsAsked(f *Frame) []string {
	var names []string
	for _, g := range f.Groups[:min(len(f.Groups), readersAsked)] {
		names = append(names, g.ID)
	}
	return names
}

func topicStakes(f *Frame, name string) []stake {
	stakes := []stake{{"topic", canvas.Seg{Text: name, Style: bold}}}
	t, ok := f.Topic(name)
	if !ok {
		return stakes
	}
	replicas := plural(len(t.Partitions), "partition", "partitions") + ", replication factor " + strconv.Itoa(t.Tally.RF)
	records := recordsPhrase(max(0, t.Offsets.Span())) + ", by their offsets"
	if t.Offsets.Span() < 0 {
		records = "whatever it holds: its offsets are not known"
	}
	size := size(f.TopicBytes(name)) + " over all replicas"
	if p := f.LogDirsProblem(); p != nil {
		size = "not known: needs " + p.Right.String()
	}
	stakes = append(stakes,
		stake{"has", canvas.Seg{Text: replicas, Style: text}},
		stake{"is lost", canvas.Seg{Text: records, Style: warn}},
		stake{"size", canvas.Seg{Text: size, Style: text}},
		readersStake(f, name))
	if t.Internal {
		return append(stakes, stake{"internal", canvas.Seg{Text: "Kafka needs this topic: without it groups lose their offsets, or transactions their state", Style: bad}})
	}
	if f.Cluster.AutoCreate == model.Yes {
		return append(stakes, stake{"then", canvas.Seg{Text: "auto.create.topics.enable is true: a client that still names it creates it anew, with the brokers' defaults", Style: warn}})
	}
	return append(stakes, stake{"then", canvas.Seg{Text: "who reads or writes it gets UNKNOWN_TOPIC_OR_PARTITION; committed offsets for it are dropped", Style: muted}})
}

// readersStake names the groups that read a topic, or have committed offsets for it.
func readersStake(f *Frame, name string) stake {
	var active, past []string
	for _, g := range f.Groups {
		switch {
		case g.Reads(name):
			active = append(active, g.ID)
		case hasCommitted(f.Lags[g.ID], name):
			past = append(past, g.ID)
		}
	}
	answer := f.Freshness(model.ListGroups{})
	switch {
	case answer.Err != nil && answer.At.IsZero():
		return stake{"read by", canvas.Seg{Text: "not known: " + sentence(answer.Err), Style: muted}}
	case answer.At.IsZero():
		return stake{"read by", canvas.Seg{Text: "asking " + string(f.Marks.Ellipsis), Style: muted}}
	}
	says := "no group that kscope may see"
	st := muted
	if len(active) > 0 {
		says, st = someNames(active), warn
	}
	if len(past) > 0 {
		if len(active) == 0 {
			says, st = "no member now", text
		}
		says += "; offsets kept by " + someNames(past)
	}
	if n := len(f.Groups); n > readersAsked {
		says += " (of " + count(readersAsked) + " of " + count(n) + " groups)"
	}
	return stake{"read by", canvas.Seg{Text: says, Style: st}}
}

func hasCommitted(l *model.GroupLag, topic string) bool {
	if l == nil || l.Problem != nil {
		return false
	}
	for _, t := range l.Topics {
		if t.Topic != topic {
			continue
		}
		for _, p := range t.Partitions {
			if p.Committed != model.NoOffset {
				return true
			}
		}
	}
	return false
}

// someNames lists names, no more than a few.
func someNames(names []string) string {
	const most = 4
	s := ""
	for i, n := range names[:min(len(names), most)] {
		if i > 0 {
			s += ", "
		}
		s += n
	}
	if more := len(names) - most; more > 0 {
		s += " and " + count(more) + " more"
	}
	return s
}
