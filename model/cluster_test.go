package model

import (
	"testing"
	"time"
)

func TestTriesOfADiagnosis(t *testing.T) {
	var s Snapshot
	for _, c := range []struct {
		started time.Time
		want    int
	}{{noon, 1}, {noon, 1}, {noon.Add(time.Second), 2}, {noon.Add(2 * time.Second), 3}, {noon.Add(2 * time.Second), 3}} {
		s = s.Apply(Diagnosed{Diagnosis{Started: c.started, Steps: []Step{{Name: "resolve"}}}})
		if s.Diagnosis.Tries != c.want || len(s.Diagnosis.Steps) != 1 {
			t.Errorf("started %v: %d tries, want %d", c.started, s.Diagnosis.Tries, c.want)
		}
	}
}

func TestTopicConfigsDescribed(t *testing.T) {
	s := snapshotOf("1", topicOf("a", "1 | 1"), topicOf("b", "1 | 1"))
	at := s.TopicsAt
	s = s.Apply(TopicConfigsDescribed{map[string]*TopicConfig{"b": {MinISR: 2}, "nobody listed": {}}})
	a, _ := s.Topic("a")
	b, _ := s.Topic("b")
	if a.Config != nil || b.Config == nil || b.Config.MinISR != 2 || len(s.Topics) != 2 || s.TopicsAt == at {
		t.Errorf("a has %+v, b has %+v", a.Config, b.Config)
	}
}

func TestBrokerConfigsDescribed(t *testing.T) {
	if s := (Snapshot{}).Apply(BrokerConfigsDescribed{Yes}); s.Cluster.AutoCreate != Yes {
		t.Errorf("topics are created by use: %v", s.Cluster.AutoCreate)
	}
}
