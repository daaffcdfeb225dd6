package model

import "time"

// DeleteTopic deletes a topic with all its records.
type DeleteTopic struct {
	Name string
	// ID is that of the topic that was meant: one of the same name that was created
	// since is let be. Zero where brokers have no ids, before Kafka 2.8.
	ID [16]byte
}

func (DeleteTopic) command() {}

// String implements Command.
func (c DeleteTopic) String() string { return "delete topic " + c.Name }

// TopicDeleted says that a topic is not there any more, as read back. It stays in the
// list, marked, until the next listing leaves it out.
type TopicDeleted struct {
	At      time.Time
	Name    string
	Problem *Problem // of kind Gone
}

func (e TopicDeleted) apply(s *Snapshot) {
	TopicDescribed{At: e.At, Topic: Topic{Name: e.Name, Problem: e.Problem}}.apply(s)
}
