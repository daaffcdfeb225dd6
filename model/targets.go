package model

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Targets says which topics, and which of their partitions, to read: names, and a
// regular expression. It is comparable; the zero Targets is none.
//
//	orders,payments        all partitions of two topics
//	orders:3               one partition
//	orders:0-3,7           five partitions
//	~^order.*              the topics that match, also those made later
//	7,orders:0-3,~audit    all three; the expression is what comes after the ~
type Targets struct{ text string }

// targetsForm says what ParseTargets takes.
const targetsForm = "write topics as orders, orders:0-3,7 or ~regexp, separated by commas"

// ParseTargets reads targets, of one or more texts together. A number after
// partitions is one more partition: a topic named so goes before them. The error is
// a sentence without its full stop.
func ParseTargets(texts ...string) (Targets, error) {
	b := targetBuilder{topics: map[string]Partitions{}}
	for _, text := range texts {
		if err := b.read(text); err != nil {
			return Targets{}, err
		}
	}
	if len(b.topics)+len(b.patterns) == 0 {
		return Targets{}, errors.New("no topic is named: " + targetsForm)
	}
	if err := b.join(); err != nil {
		return Targets{}, err
	}
	return b.targets(), nil
}

// TargetOf is one partition of a topic, or with AllPartitions all of them. Of a topic
// whose name Kafka does not allow there is no target.
func TargetOf(topic string, partition int32) Targets {
	if topicName(topic) != nil {
		return Targets{}
	}
	var p Partitions
	if partition != AllPartitions {
		p = joinRanges([]idRange{{partition, partition}})
	}
	b := targetBuilder{topics: map[string]Partitions{topic: p}}
	return b.targets()
}

// A targetBuilder gathers what was read of targets.
type targetBuilder struct {
	topics   map[string]Partitions
	patterns []string
}

func (b *targetBuilder) read(text string) error {
	before := "" // the topic whose partitions a number may go on with
	for rest := strings.TrimSpace(text); rest != ""; {
		if pattern, ok := strings.CutPrefix(rest, "~"); ok {
			return b.readPattern(pattern)
		}
		var item string
		item, rest, _ = strings.Cut(rest, ",")
		item, rest = strings.TrimSpace(item), strings.TrimSpace(rest)
		if s, ok := parseRange(item); ok && before != "" {
			b.add(before, joinRanges([]idRange{s}))
			continue
		}
		name, partitions, some := strings.Cut(item, ":")
		if err := topicName(name); err != nil {
			return err
		}
		before = ""
		var p Partitions
		if some {
			s, ok := parseRange(partitions)
			if !ok {
				return fmt.Errorf("%q is no partition of %s: %s", partitions, name, partitionsForm)
			}
			before, p = name, joinRanges([]idRange{s})
		}
		b.add(name, p)
	}
	return nil
}

func (b *targetBuilder) add(name string, p Partitions) {
	if had, ok := b.topics[name]; ok {
		p = p.with(had)
	}
	b.topics[name] = p
}

func (b *targetBuilder) readPattern(pattern string) error {
	if pattern == "" {
		return errors.New("after ~ goes a regular expression, such as ~^orders")
	}
	if _, err := regexp.Compile(pattern); err != nil {
		return fmt.Errorf("~%s is no regular expression: %s", pattern, regexpFault(err))
	}
	if !slices.Contains(b.patterns, pattern) {
		b.patterns = append(b.patterns, pattern)
	}
	return nil
}

// join makes one pattern of many, that matches what any of them does. They are written
// anew for it: one may end in a quotation that would go on in the next.
func (b *targetBuilder) join() error {
	if len(b.patterns) < 2 {
		return nil
	}
	var parts []string
	for _, pattern := range b.patterns {
		parsed, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			return err
		}
		parts = append(parts, "(?:"+parsed.String()+")")
	}
	joined := strings.Join(parts, "|")
	if _, err := regexp.Compile(joined); err != nil {
		return fmt.Errorf("the regular expressions are too much together: %s", regexpFault(err))
	}
	b.patterns = []string{joined}
	return nil
}

// regexpFault says what is wrong with a regular expression, without the words that
// package regexp puts before it.
func regexpFault(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// topicName refuses what Kafka does not allow as the name of a topic.
func topicName(name string) error {
	const longest = 249
	switch {
	case name == "":
		return errors.New("a name of a topic is missing: " + targetsForm)
	case len(name) > longest:
		return fmt.Errorf("no topic has a name of more than %d characters", longest)
	case name == "." || name == "..":
		return fmt.Errorf("no topic is named %q", name)
	}
	if i := strings.IndexFunc(name, notOfTopic); i >= 0 {
		return fmt.Errorf("%q is no name of a topic: it has letters, digits, dots, underscores and hyphens", name)
	}
	return nil
}

func notOfTopic(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-'
}

// targets writes down what was read: topics without partitions, so that none of them
// is taken for a partition, topics with them, the pattern.
func (b *targetBuilder) targets() Targets {
	var items []string
	for name, p := range b.topics {
		if !p.All() {
			name += ":" + p.String()
		}
		items = append(items, name)
	}
	slices.SortFunc(items, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, ":"), strings.Count(b, ":")), cmp.Compare(a, b))
	})
	for _, pattern := range b.patterns { // one at most
		items = append(items, "~"+pattern)
	}
	return Targets{text: strings.Join(items, ",")}
}

// String writes the targets as ParseTargets reads them.
func (t Targets) String() string { return t.text }

// One returns the topic, if t is one topic by name, and its partitions.
func (t Targets) One() (topic string, p Partitions, ok bool) {
	set := t.Set()
	if set.pattern != nil || len(set.topics) != 1 {
		return "", p, false
	}
	topic = set.Names()[0]
	return topic, set.topics[topic], true
}

// Set reads the targets, to be asked often.
func (t Targets) Set() *TargetSet {
	s := &TargetSet{}
	b := targetBuilder{topics: map[string]Partitions{}}
	if err := b.read(t.text); err != nil {
		return s // of none: t was written by targets, which writes what can be read
	}
	s.topics = b.topics
	if len(b.patterns) > 0 {
		s.pattern = regexp.MustCompile(b.patterns[0])
		s.internal = strings.Contains(b.patterns[0], "__")
	}
	return s
}

// A TargetSet answers which topics and partitions are targets. It may be used by
// several goroutines.
type TargetSet struct {
	topics   map[string]Partitions
	pattern  *regexp.Regexp // nil if there is none
	internal bool           // the pattern means topics whose names begin with __
}

// Names returns the topics that are targets by name, sorted.
func (s *TargetSet) Names() []string {
	names := make([]string, 0, len(s.topics))
	for name := range s.topics {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Open reports whether topics other than those of Names may match.
func (s *TargetSet) Open() bool { return s.pattern != nil }

// Matches reports whether a topic is a target. Topics whose names begin with __, as
// those do that Kafka keeps for itself, match an expression only if that has __ in it.
func (s *TargetSet) Matches(topic string) bool {
	if _, named := s.topics[topic]; named {
		return true
	}
	if s.pattern == nil || strings.HasPrefix(topic, "__") && !s.internal {
		return false
	}
	return s.pattern.MatchString(topic)
}

// Partitions returns which partitions of a topic that Matches are targets. A topic
// that is one by name has those that are written with it, whatever else it matches.
func (s *TargetSet) Partitions(topic string) Partitions { return s.topics[topic] }
