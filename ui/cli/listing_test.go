package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"kscope/model"
)

func TestListingsPrintTablesAndJSON(t *testing.T) {
	for _, words := range []string{
		"brokers", "brokers 2", "topics", "topics --internal", "topics orders", "topics __consumer_offsets",
		"partitions", "partitions orders --no-headers", "groups", "groups billing",
	} {
		for _, format := range []string{"table", "json"} {
			name := strings.ReplaceAll(words, " ", "-") + "." + format
			t.Run(name, func(t *testing.T) {
				s := shell{script: small()}
				named(s.script)
				status, out, errs := s.run(t, onB(words+" -o "+format)...)
				if status != done || s.closed != 1 {
					t.Errorf("status %d, let go %d times", status, s.closed)
				}
				golden(t, name, out+"--- stderr\n"+errs)
			})
		}
	}
}

// named lets the script answer for single names as it does for all.
func named(s *script) {
	all := model.Names{}
	for _, name := range []string{"orders", "__consumer_offsets"} {
		of := model.NamesOf(name)
		s.says[model.DescribeTopicConfigs{Topics: of}] = s.says[model.DescribeTopicConfigs{Topics: all}]
		s.says[model.ListOffsets{Topics: of}] = s.says[model.ListOffsets{Topics: all}]
	}
	s.says[model.DescribeGroups{Groups: model.NamesOf("billing")}] = s.says[model.DescribeGroups{Groups: all}]
	s.says[model.ReadLags{Groups: model.NamesOf("billing")}] = s.says[model.ReadLags{Groups: all}]
}

// The names that programs rely on. A change here breaks them.
var schema = map[string]string{
	"brokers":    "id host port rack controller up leaders replicas log_bytes",
	"topics":     "name id internal partitions replication_factor under_replicated offline min_insync_replicas log_bytes",
	"partitions": "topic partition leader leader_epoch replicas isr offline_replicas log_start_offset log_end_offset log_bytes",
	"groups":     "group type state protocol coordinator members lag",
}

// namesIn returns the names of an object, in their order.
func namesIn(object string) string {
	var names []string
	for _, m := range regexp.MustCompile(`[{,]"(\w+)":`).FindAllStringSubmatch(object, -1) {
		names = append(names, m[1])
	}
	return strings.Join(names, " ")
}

func TestJSONHasTheNamesThatAreDocumented(t *testing.T) {
	for command, names := range schema {
		s := shell{script: small()}
		_, out, _ := s.run(t, onB(command+" --output=json")...)
		var rows []map[string]any
		if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) == 0 {
			t.Fatalf("%s: %v in %s", command, err, out)
		}
		for line := range strings.Lines(out) {
			if strings.HasPrefix(line, "{") && namesIn(line) != names {
				t.Errorf("%s has %q, not %q", command, namesIn(line), names)
			}
		}
		_, help, _ := s.run(t, command, "--help")
		if !strings.Contains(strings.Join(strings.Fields(help), " "), names) {
			t.Errorf("%s --help does not say %q", command, names)
		}
	}
}

func TestAnEmptyClusterIsAnEmptyArray(t *testing.T) {
	for command, noun := range map[string]string{"topics": "topics", "partitions": "topics", "groups": "groups"} {
		says := "kscope: there are no " + noun + ", or this user may Describe none\n"
		s := shell{script: empty()}
		status, out, errs := s.run(t, onB(command+" -o json")...)
		if status != done || out != "[]\n" || errs != says {
			t.Errorf("%s: %d %q %q", command, status, out, errs)
		}
		status, out, errs = s.run(t, onB(command)...)
		if status != done || strings.Count(out, "\n") != 1 || errs != says {
			t.Errorf("%s: %d %q %q", command, status, out, errs)
		}
	}
}

func TestNoTopicsAreNotNoLeaders(t *testing.T) {
	s := shell{script: empty()}
	status, out, errs := s.run(t, onB("brokers -o json")...)
	if status != done || !strings.Contains(out, `"leaders":null,"replicas":null`) ||
		errs != "kscope: leaders and replicas are not known: there are no topics, or this user may Describe none\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestNoBrokerThatCanBeReached(t *testing.T) {
	nowhere := &model.Problem{Kind: model.Unreachable, Says: "Nothing listens at kafka-1:9092"}
	found := &model.Problem{Kind: model.Unreachable, Says: "The cluster sends clients to kafka-1", Fix: "set advertised.listeners"}
	s := shell{script: small()}
	listed := s.script.says[model.ListBrokers{}][0]
	s.script.says[model.ListBrokers{}] = []model.Event{listed, model.BrokersProbed{At: at, Probes: []model.Probe{
		{Broker: 1, Problem: nowhere}, {Broker: 2, Latency: 1}}}}
	if status, _, errs := s.run(t, onB("brokers")...); status != done || errs != "" {
		t.Errorf("one of two: %d %q", status, errs)
	}
	s.script.says[model.ListBrokers{}] = []model.Event{listed, model.BrokersProbed{At: at, Probes: []model.Probe{
		{Broker: 1, Problem: nowhere}, {Broker: 2, Problem: nowhere}}}}
	s.script.says[model.DescribeLogDirs{}] = []model.Event{model.LogDirsDescribed{LogDirs: &model.LogDirs{Broker: 1, Problem: nowhere}}}
	s.script.says[model.Diagnose{}] = []model.Event{model.Diagnosed{Diagnosis: model.Diagnosis{Problem: found, Done: true}}}
	status, out, errs := s.run(t, onB("brokers 1 2")...)
	if want := "kscope: no broker can be reached: " + found.Error() + "\n"; status != failed || errs != want || strings.Count(out, "unreachable") != 2 {
		t.Errorf("%d %q %q, want %q", status, out, errs, want)
	}
}

func TestHiddenInternalTopicsAreMentioned(t *testing.T) {
	s := shell{script: empty()}
	s.script.says[model.ListTopics{}] = []model.Event{topicsListed(model.Topic{Name: "__x", Internal: true})}
	status, out, errs := s.run(t, onB("topics -o json")...)
	if status != done || out != "[]\n" || errs != "kscope: no topics but internal ones, which --internal shows\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestAnUnknownNameLeavesTheOthers(t *testing.T) {
	for words, says := range map[string]string{
		"topics nope orders":     `there is no topic "nope", or no right to see it`,
		"partitions orders nope": `there is no topic "nope", or no right to see it`,
		"groups nope billing":    `there is no group "nope", or no right to see it`,
		"brokers 7 1":            `there is no broker "7", or no right to see it`,
	} {
		s := shell{script: small()}
		named(s.script)
		status, out, errs := s.run(t, onB(words+" --no-headers")...)
		if status != failed || errs != "kscope: "+says+"\n" && !strings.Contains(words, "brokers") {
			t.Errorf("%s: %d %q", words, status, errs)
		}
		if !strings.Contains(errs, says) || !regexp.MustCompile(`^(orders|billing|1) `).MatchString(out) {
			t.Errorf("%s: %q %q", words, out, errs)
		}
	}
}

func TestOnlyUnknownNamesAreAnEmptyAnswer(t *testing.T) {
	s := shell{script: small()}
	status, out, _ := s.run(t, onB("topics nope -o json")...)
	if status != failed || out != "[]\n" {
		t.Errorf("%d %q", status, out)
	}
	for _, q := range s.script.asked {
		if q != (model.ListTopics{}) {
			t.Errorf("asked %#v about no topic at all", q)
		}
	}
}

var denied = &model.Problem{Kind: model.Denied, Says: "Not allowed to describe the cluster", Fix: "ask for Describe on Cluster"}

func TestAMissingColumnIsANote(t *testing.T) {
	all := model.Names{}
	for _, c := range []struct {
		words string
		query model.Query
		says  string
		null  string
	}{
		{"brokers", model.DescribeLogDirs{}, "sizes are not known: " + denied.Error(), `"log_bytes":null`},
		{"brokers", model.ListTopics{}, "leaders and replicas are not known: " + denied.Error(), `"leaders":null,"replicas":null`},
		{"topics", model.DescribeLogDirs{}, "sizes are not known: " + denied.Error(), `"log_bytes":null`},
		{"topics", model.DescribeTopicConfigs{Topics: all}, "min.insync.replicas is not known: " + denied.Error(), `"min_insync_replicas":null`},
		{"partitions", model.ListOffsets{Topics: all}, "offsets are not known: " + denied.Error(), `"log_start_offset":null,"log_end_offset":null`},
		{"groups", model.DescribeGroups{Groups: all}, "members are not known: " + denied.Error(), `"members":null`},
		{"groups", model.ReadLags{Groups: all}, "lag is not known: " + denied.Error(), `"lag":null`},
	} {
		s := shell{script: small()}
		delete(s.script.says, c.query)
		s.script.fails[c.query] = denied
		status, out, errs := s.run(t, onB(c.words+" -o json")...)
		if status != done || !strings.Contains(errs, "kscope: "+c.says+"\n") {
			t.Errorf("%s without %T: %d %q", c.words, c.query, status, errs)
		}
		if got, want := strings.Count(out, c.null), strings.Count(out, "\n{"); got != want {
			t.Errorf("%s without %T: %d of %d rows have %s", c.words, c.query, got, want, c.null)
		}
		_, out, _ = s.run(t, onB(c.words)...)
		if !strings.Contains(out, dash) {
			t.Errorf("%s without %T has no %s: %s", c.words, c.query, dash, out)
		}
	}
}

func TestTheSameTroubleIsSaidOnce(t *testing.T) {
	s := shell{script: small()}
	s.script.says[model.DescribeLogDirs{}] = nil
	for b := range int32(5) {
		e := model.LogDirsDescribed{LogDirs: &model.LogDirs{Broker: b, Problem: denied}}
		s.script.says[model.DescribeLogDirs{}] = append(s.script.says[model.DescribeLogDirs{}], e)
	}
	_, _, errs := s.run(t, onB("topics")...)
	want := "kscope: sizes of brokers 0, 1, 2 and 2 more are not known: " + denied.Error() + "\n"
	if errs != want {
		t.Errorf("%q, not %q", errs, want)
	}
}

func TestAMissingRightIsNamed(t *testing.T) {
	right := *denied
	right.Right = model.Right{Operation: "Describe", Resource: "Cluster"}
	for brokers, want := range map[int32]string{
		1: "broker 0", 2: "brokers 0 and 1", 3: "brokers 0, 1 and 2", 4: "brokers 0, 1, 2 and 1 more",
	} {
		s := shell{script: empty()}
		s.script.says[model.ListTopics{}] = []model.Event{topicsListed(model.Topic{Name: "orders"})}
		for b := range brokers {
			e := model.LogDirsDescribed{LogDirs: &model.LogDirs{Broker: b, Problem: &right}}
			s.script.says[model.DescribeLogDirs{}] = append(s.script.says[model.DescribeLogDirs{}], e)
		}
		status, _, errs := s.run(t, onB("topics")...)
		if says := "kscope: sizes of " + want + " are not known: needs Describe on Cluster\n"; status != done || errs != says {
			t.Errorf("%d %q, want %q", status, errs, says)
		}
	}
	s := shell{script: small()}
	delete(s.script.says, model.DescribeLogDirs{})
	s.script.fails[model.DescribeLogDirs{}] = &right
	if _, _, errs := s.run(t, onB("brokers")...); errs != "kscope: sizes are not known: needs Describe on Cluster\n" {
		t.Errorf("%q", errs)
	}
}

func TestMissingRowsFail(t *testing.T) {
	problem := &model.Problem{Kind: model.Unreachable, Says: "Broker 3 does not answer"}
	s := shell{script: small()}
	listed := s.script.says[model.ListGroups{}][0].(model.GroupsListed)
	listed.Problems = []*model.Problem{problem}
	s.script.says[model.ListGroups{}] = []model.Event{listed}
	status, out, errs := s.run(t, onB("groups")...)
	if status != failed || !strings.Contains(out, "billing") || errs != "kscope: some groups are missing: Broker 3 does not answer\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}

	s = shell{script: empty()}
	s.script.says[model.ListTopics{}] = []model.Event{topicsListed(model.Topic{Name: "secret", Problem: denied})}
	status, out, errs = s.run(t, onB("partitions -o json")...)
	if status != failed || out != "[]\n" || errs != "kscope: partitions of secret are not known: "+denied.Error()+"\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	status, out, _ = s.run(t, onB("topics -o json")...)
	if status != done || !strings.Contains(out, `"partitions":null,"replication_factor":null,"under_replicated":null,"offline":null`) {
		t.Errorf("%d %q", status, out)
	}
	if status, _, _ = s.run(t, onB("topics secret")...); status != failed {
		t.Errorf("a topic that was named could not be described, and the status is %d", status)
	}
}

func TestNoAnswerAtAll(t *testing.T) {
	unreachable := &model.Problem{Kind: model.Unreachable, Says: "Nobody answers at kafka-1:9092", Fix: "start the broker"}
	for command, q := range map[string]model.Query{
		"brokers": model.ListBrokers{}, "topics": model.ListTopics{}, "partitions": model.ListTopics{}, "groups": model.ListGroups{},
	} {
		s := shell{script: empty()}
		s.script.fails = map[model.Query]error{q: unreachable}
		status, out, errs := s.run(t, onB(command+" -o json")...)
		if status != failed || out != "" || errs != "kscope: Nobody answers at kafka-1:9092: start the broker\n" || s.closed != 1 {
			t.Errorf("%s: %d %q %q", command, status, out, errs)
		}
	}
}

func TestHostileNamesStayText(t *testing.T) {
	for _, words := range []string{"brokers", "topics", "partitions", "groups", "topics " + nasty} {
		for _, format := range []string{"table", "json"} {
			s := shell{script: hostile()}
			_, out, errs := s.run(t, "-b", "k:1", strings.Fields(words)[0], "-o", format)
			plain(t, out+errs)
			if lines := strings.Count(out, "\n"); lines > 4 {
				t.Errorf("%s: %d lines: %q", words, lines, out)
			}
			if format == "table" || words == "brokers" {
				continue
			}
			var rows []map[string]any
			if err := json.Unmarshal([]byte(out), &rows); err != nil {
				t.Fatalf("%v in %q", err, out)
			}
			if got := rows[0][map[string]string{"topics": "name", "partitions": "topic", "groups": "group"}[words]]; got != nasty && words != "topics "+nasty {
				t.Errorf("%s: a program that reads the JSON has %q", words, got)
			}
		}
	}
}

// A gone reader takes what fits and no more.
type gone struct {
	room int
	err  error
}

func (g *gone) Write(b []byte) (int, error) {
	if g.room -= len(b); g.room < 0 {
		return 0, g.err
	}
	return len(b), nil
}

func TestAReaderThatHasSeenEnoughIsNoFailure(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		errs   string
	}{
		{&os.PathError{Op: "write", Path: "stdout", Err: syscall.EPIPE}, done, ""},
		{io.ErrClosedPipe, done, ""},
		{errors.New("disk full"), failed, "kscope: disk full\n"},
	} {
		for _, format := range []string{"table", "json"} {
			s := shell{script: small(), out: &gone{err: c.err}}
			if status, _, errs := s.run(t, onB("brokers -o "+format)...); status != c.status || errs != c.errs {
				t.Errorf("%v: %d %q", c.err, status, errs)
			}
		}
	}
}

func TestADiagnosisExplainsWhatFailed(t *testing.T) {
	found := &model.Problem{Kind: model.Insecure, Says: "kafka-1:9092 speaks no TLS", Fix: "leave out --tls"}
	for kind, diagnosed := range map[model.ProblemKind]bool{
		model.Unreachable: true, model.Insecure: true, model.Refused: true, model.Timeout: true, model.Failed: true,
		model.Denied: false, model.Gone: false, model.Unsupported: false, model.ReadOnly: false, model.Invalid: false,
	} {
		problem := &model.Problem{Kind: kind, Says: "No answer"}
		for _, words := range []string{"brokers", "topics", "partitions", "groups", "tail orders", "produce orders -v x"} {
			s := shell{script: refusing("x", problem)}
			s.script.fails = map[model.Query]error{
				model.ListBrokers{}: problem, model.ListTopics{}: problem, model.ListGroups{}: problem,
				model.DescribeTopic{Name: "orders"}: problem,
			}
			s.script.says = map[model.Query][]model.Event{
				model.Diagnose{}: {model.Diagnosed{}, model.Diagnosed{Diagnosis: model.Diagnosis{Problem: found, Done: true}}},
			}
			want := "kscope: No answer\n"
			if diagnosed {
				want = "kscope: kafka-1:9092 speaks no TLS: leave out --tls\n"
			}
			if status, out, errs := s.run(t, onB(words)...); status != failed || out != "" || errs != want {
				t.Errorf("%s, %v: %d %q %q", words, kind, status, out, errs)
			}
		}
	}
}
