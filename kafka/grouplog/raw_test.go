package grouplog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// known is topics whose ids are their names.
type known struct{}

func (known) Name(id [16]byte) string     { return strings.TrimRight(string(id[:]), "\x00") }
func (known) Partitions(topic string) int { return map[string]int{"small": 1}[topic] }

func idOf(name string) (id [16]byte) {
	copy(id[:], name)
	return id
}

// A raw is a record as a coordinator writes it. Its offset is its place, its time
// the given second.
type raw struct {
	second     int
	key, value []byte
}

func keyOf(kind int, group string, more ...string) []byte {
	key := kbin.AppendString(kbin.AppendInt16(nil, int16(kind)), group)
	for _, s := range more {
		key = kbin.AppendString(key, s)
	}
	return key
}

// value writes fields in Kafka's flexible form, version 0, without tags.
func value(fields ...any) []byte {
	b := kbin.AppendInt16(nil, 0)
	for _, f := range fields {
		b = appendField(b, f)
	}
	return append(b, 0)
}

func appendField(b []byte, f any) []byte {
	switch f := f.(type) {
	case nil:
		return append(b, 0)
	case int8:
		return kbin.AppendInt8(b, f)
	case int16:
		return kbin.AppendInt16(b, f)
	case int:
		return kbin.AppendInt32(b, int32(f))
	case int64:
		return kbin.AppendInt64(b, f)
	case string:
		return kbin.AppendCompactString(b, f)
	case [16]byte:
		return append(b, f[:]...)
	case []string:
		b = kbin.AppendCompactArrayLen(b, len(f))
		for _, s := range f {
			b = kbin.AppendCompactString(b, s)
		}
		return b
	case []int32:
		b = kbin.AppendCompactArrayLen(b, len(f))
		for _, n := range f {
			b = kbin.AppendInt32(b, n)
		}
		return b
	case [][]any: // structs, each with its tags
		b = kbin.AppendCompactArrayLen(b, len(f))
		for _, fields := range f {
			for _, field := range fields {
				b = appendField(b, field)
			}
			b = append(b, 0)
		}
		return b
	}
	panic(fmt.Sprintf("%T", f))
}

func parts(topic string, partitions ...int32) [][]any { return [][]any{{idOf(topic), partitions}} }

func subtasks(subtopology string, partitions ...int32) [][]any {
	return [][]any{{subtopology, partitions}}
}

var none [][]any

// classic writes a classic group of a generation; each member as its id and what it
// is assigned.
func classic(generation int32, members ...string) []byte {
	protocol, leader := "range", "a"
	v := kmsg.GroupMetadataValue{Version: 3, ProtocolType: "consumer", Generation: generation, CurrentStateTimestamp: int64(generation) * 1000}
	for _, m := range members {
		id, list, _ := strings.Cut(m, " ")
		a := kmsg.ConsumerMemberAssignment{Topics: []kmsg.ConsumerMemberAssignmentTopic{{Topic: "orders"}}}
		for _, digit := range list {
			a.Topics[0].Partitions = append(a.Topics[0].Partitions, digit-'0')
		}
		s := kmsg.ConsumerMemberMetadata{Version: 3, Topics: []string{"orders"}, Generation: generation - 1}
		v.Members = append(v.Members, kmsg.GroupMetadataValueMember{
			MemberID: id, ClientID: "client-" + id, ClientHost: "/10.0.0.1", SessionTimeoutMillis: 45000, RebalanceTimeoutMillis: 300000,
			Subscription: s.AppendTo(nil), Assignment: a.AppendTo(nil),
		})
	}
	if len(members) > 0 {
		v.Protocol, v.Leader = &protocol, &leader
	}
	return v.AppendTo(nil)
}

func commit(topic string, partition int32) (key, value []byte) {
	k := kmsg.OffsetCommitKey{Version: 1, Group: "g", Topic: topic, Partition: partition}
	return k.AppendTo(nil), (&kmsg.OffsetCommitValue{Version: 3}).AppendTo(nil)
}

func consumer(second int, id string) []raw {
	return []raw{
		{second, keyOf(consumerMember, "g", id), value(nil, nil, "client-"+id, "/10.0.0.1", []string{"orders"}, nil, 300000, nil)},
	}
}

func current(second int, id string, epoch int, state int8, assigned, pending [][]any) raw {
	return raw{second, keyOf(consumerCurrent, "g", id), value(epoch, epoch-1, state, assigned, pending)}
}

func epochs(second, epoch, assignment int) []raw {
	return []raw{
		{second, keyOf(consumerEpoch, "g"), value(epoch)},
		{second, keyOf(consumerTargetEpoch, "g"), value(assignment)},
	}
}

func target(second int, id string, assigned [][]any) raw {
	return raw{second, keyOf(consumerTarget, "g", id), value(assigned)}
}

func gone(second, kind int, more ...string) raw { return raw{second, keyOf(kind, "g", more...), nil} }

// say tells observations in short: second, state, epoch, members with what they have,
// and what they are to have where that is another thing.
func say(all []model.Observation) string {
	var lines []string
	for _, o := range all {
		line := fmt.Sprintf("%d ", o.At.Unix())
		if o.Gone {
			lines = append(lines, line+"gone")
			continue
		}
		line += fmt.Sprintf("%s %d", o.Group.State, o.Group.Epoch)
		for _, m := range o.Group.Members {
			line += fmt.Sprintf(" %s%v", m.ID, sayParts(m.Assigned))
			if m.Target != nil && fmt.Sprint(m.Target) != fmt.Sprint(m.Assigned) {
				line += fmt.Sprintf("→%v", sayParts(m.Target))
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func sayParts(all map[string][]int32) string { return strings.TrimPrefix(fmt.Sprint(all), "map") }

func replay(t testing.TB, records ...raw) (*Replayer, []model.Observation) {
	t.Helper()
	r := NewReplayer("g", known{})
	for _, rec := range records {
		r.Add(rec.key, rec.value, time.Unix(int64(rec.second), 0))
	}
	return r, r.Take()
}

func all(lists ...[]raw) []raw { return slices.Concat(lists...) }
