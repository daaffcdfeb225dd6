package model

import (
	"reflect"
	"testing"
)

func TestHeatRow(t *testing.T) {
	s := busy(snapshotOf("1 2 3 4", topicOf("t", "1 | 1 2", "1 | 1 3", "3 | 3 9")),
		map[int32]float64{1: 100, 3: 40}, map[int32]int64{1: 10, 2: 20, 3: 0})
	topic, _ := s.Topic("t")
	brokers := []int32{1, 2, 3, 4}
	for _, c := range []struct {
		metric Metric
		want   []float64
	}{
		{Leaders, []float64{2, 0, 1, 0}},
		{Replicas, []float64{2, 1, 2, 0}},
		{Bytes, []float64{10, 20, 0, NotKnown}},
		{InRate, []float64{200, 0, 40, 0}},
	} {
		if got := s.HeatRow(topic, brokers, c.metric, nil); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v = %v, want %v", c.metric, got, c.want)
		}
		if got := s.HeatTotals(brokers, c.metric, nil); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v over all topics = %v, want %v", c.metric, got, c.want)
		}
		for i, b := range brokers {
			if v, known := s.Metric(c.metric, topic, b); v != c.want[i] || known != (v != NotKnown) {
				t.Errorf("%v of broker %d = %v, %t; want %v", c.metric, b, v, known, c.want[i])
			}
		}
	}
}

func TestHeatOfWhatIsNotKnown(t *testing.T) {
	s := snapshotOf("1 2", topicOf("t", "1 | 1 2"))
	s = s.Apply(LogDirsDescribed{&LogDirs{Broker: 1, Problem: &Problem{Kind: Denied}}})
	topic, _ := s.Topic("t")
	for _, m := range []Metric{Bytes, InRate} {
		want := []float64{NotKnown, NotKnown}
		if got := s.HeatRow(topic, []int32{1, 2}, m, nil); !reflect.DeepEqual(got, want) {
			t.Errorf("%v = %v, want it not known", m, got)
		}
		if got := s.HeatTotals([]int32{1, 2}, m, nil); !reflect.DeepEqual(got, want) {
			t.Errorf("%v over all topics = %v, want it not known", m, got)
		}
		if _, known := s.TopicSkew(m, topic, []int32{1, 2}, nil); known {
			t.Errorf("the skew of %v is known", m)
		}
	}
}

func TestHeatAppends(t *testing.T) {
	s := snapshotOf("1 2", topicOf("t", "2 | 2 1"))
	topic, _ := s.Topic("t")
	got := s.HeatRow(topic, []int32{1, 2}, Leaders, []float64{7})
	if want := []float64{7, 0, 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("row = %v, want %v", got, want)
	}
}

func TestTopicSkew(t *testing.T) {
	s := snapshotOf("1 2 3", orders())
	topic, _ := s.Topic("orders")
	if k, known := s.TopicSkew(Leaders, topic, []int32{1, 2, 3}, nil); !known || k.Over != 0.25 || k.Most != 2 {
		t.Errorf("skew = %+v, %t; want broker 2 a quarter over", k, known)
	}
	if k, known := s.TotalSkew(Replicas, []int32{1, 2, 3}, nil); !known || k.Over != 0 || k.Fair != 12 {
		t.Errorf("skew = %+v, %t; want 12 each", k, known)
	}
}

func TestHeatAllocatesNothing(t *testing.T) {
	s := snapshotOf("1 2 3", orders())
	topic, _ := s.Topic("orders")
	brokers, row := []int32{1, 2, 3}, make([]float64, 0, 3)
	for _, m := range Metrics {
		if n := testing.AllocsPerRun(100, func() { s.HeatRow(topic, brokers, m, row) }); n != 0 {
			t.Errorf("a row of %v allocates %v times", m, n)
		}
	}
}

func TestMetricsAreNamed(t *testing.T) {
	names := map[string]bool{}
	for _, m := range Metrics {
		names[m.String()] = true
	}
	if len(names) != 4 || !names["leaders"] || !names["in/s"] {
		t.Errorf("metrics are named %v", names)
	}
}
