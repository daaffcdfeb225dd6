package model

import "testing"

func TestLogDirs(t *testing.T) {
	s := Snapshot{}.
		Apply(LogDirsDescribed{NewLogDirs(1, noon, nil, map[string][]int64{"t": {10, NoBytes, 30}, "u": {5}})}).
		Apply(LogDirsDescribed{NewLogDirs(2, noon, nil, map[string][]int64{"t": {12, 7}})}).
		Apply(LogDirsDescribed{NewLogDirs(3, noon, nil, nil)})

	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"all of broker 1", s.LogDirs[1].Bytes, 45},
		{"a replica", s.LogDirs[1].Replica("t", 2), 30},
		{"a replica it does not hold", s.LogDirs[1].Replica("t", 1), NoBytes},
		{"a partition that is not there", s.LogDirs[1].Replica("t", 3), NoBytes},
		{"all partitions, which is none", s.LogDirs[1].Replica("t", AllPartitions), NoBytes},
		{"a topic it does not hold", s.LogDirs[2].Replica("u", 0), NoBytes},
		{"a broker that was not asked", s.LogDirs[9].Replica("t", 0), NoBytes},
		{"a topic", s.LogDirs[1].Topic("t"), 40},
		{"a topic of a broker that was not asked", s.LogDirs[9].Topic("t"), NoBytes},
		{"a topic on all brokers", s.TopicBytes("t"), 59},
		{"a topic nobody holds", s.TopicBytes("v"), NoBytes},
		{"a partition's largest replica", s.PartitionBytes("t", 0), 12},
		{"a partition nobody holds", s.PartitionBytes("t", 9), NoBytes},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d bytes, want %d", c.what, c.got, c.want)
		}
	}
	if v := s.bytesOn("t", 3); v != 0 {
		t.Errorf("a broker that told it holds nothing has %v bytes", v)
	}
}

func TestAProblemKeepsWhatWasKnownOfLogDirs(t *testing.T) {
	denied := &Problem{Kind: Denied}
	s := Snapshot{}.Apply(LogDirsDescribed{&LogDirs{Broker: 1, Problem: denied}})
	if s.LogDirsProblem() != denied || s.TopicBytes("t") != NoBytes {
		t.Errorf("problem %v, %d bytes", s.LogDirsProblem(), s.TopicBytes("t"))
	}
	s = s.Apply(LogDirsDescribed{NewLogDirs(1, noon, []LogDir{{Path: "/d"}}, map[string][]int64{"t": {10}})})
	if s.LogDirsProblem() != nil || s.TopicBytes("t") != 10 {
		t.Errorf("problem %v, %d bytes", s.LogDirsProblem(), s.TopicBytes("t"))
	}
	at := s.TopicsAt
	s = s.Apply(LogDirsDescribed{&LogDirs{Broker: 1, Problem: denied}})
	if l := s.LogDirs[1]; l.Problem != denied || l.Replica("t", 0) != 10 || !l.At.Equal(noon) || len(l.Dirs) != 1 || s.TopicsAt == at {
		t.Errorf("log dirs = %+v, want what was known and the problem", l)
	}
}
