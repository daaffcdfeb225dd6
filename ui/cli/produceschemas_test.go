package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"kscope/model"
)

// An orderly decoder writes objects with an id, after the id of the schema and the name
// of the message; nothing else fits.
type orderly struct{ model.Plain }

func (orderly) Encode(schema model.SchemaRef, doc []byte) ([]byte, error) {
	var order struct {
		ID *int `json:"id"`
	}
	if err := json.Unmarshal(doc, &order); err != nil || order.ID == nil {
		return nil, &model.Problem{Kind: model.Invalid, Says: "id: a number is wanted", Fix: "see line 1, column 7"}
	}
	return []byte(id(schema.ID) + " " + schema.Name + " " + id(*order.ID)), nil
}

// withSchemas gives a script a registry with one subject.
func withSchemas(s *script) *script {
	if s.says == nil {
		s.says = map[model.Query][]model.Event{}
	}
	describe := func(name string, schema *model.Schema) {
		s.says[model.SchemaOf{Subject: name}] = []model.Event{model.SubjectDescribed{Subject: &model.Subject{Name: name, Version: 3, Schema: schema}}}
	}
	describe("orders-value", &model.Schema{ID: 7, Names: []string{"shop.Order", "shop.Line"}})
	describe("broken", &model.Schema{ID: 8, Problem: &model.Problem{Says: "It cannot be used"}})
	describe("lost", nil)
	s.fails = map[model.Query]error{model.SchemaOf{Subject: "down"}: &model.Problem{Says: "The registry does not answer"}}
	s.decoder = orderly{}
	return s
}

func TestProduceBySchema(t *testing.T) {
	for words, want := range map[string]string{
		`-v|{"id":5}|--value-schema|orders-value`:                                        "∅=7 shop.Order 5",
		`-v|{"id":5}|--value-schema|orders-value=.shop.Line|-k|{"id":1}`:                 `{"id":1}=7 shop.Line 5`,
		`-v|x|--key-schema|orders-value|-k|{"id":1}`:                                     "7 shop.Order 1=x",
		`-v|{"id":5}|-n|2|--value-schema|orders-value`:                                   "∅=7 shop.Order 5 ∅=7 shop.Order 5",
		`--tombstone|-k|{"id":1}|--key-schema|orders-value|--value-schema|orders-value`:  "7 shop.Order 1=∅",
		`--template|{"id":{{n}}}|--key-template|k{{n}}|-n|2|--value-schema|orders-value`: "k1=7 shop.Order 1 k2=7 shop.Order 2",
	} {
		s := shell{script: withSchemas(accepting())}
		status, _, errs := s.run(t, append(onB("produce orders"), strings.Split(words, "|")...)...)
		if got := keysAndValues(s.script.done); status != done || errs != "" || got != want {
			t.Errorf("%s: %d %q %s", words, status, errs, got)
		}
	}
}

const misfit = "The value does not fit orders-value v3 (id 7): id: a number is wanted: see its line 1, column 7"

func TestProduceRefusesWhatDoesNotFit(t *testing.T) {
	const lines = "{\"id\":1}\n{\"id\":\"x\"}\n{\"id\":3}\n"
	s := shell{script: withSchemas(accepting()), stdin: strings.NewReader(lines)}
	status, out, errs := s.run(t, onB("produce orders --value-schema orders-value")...)
	if status != failed || strings.Count(out, "\n") != 2 || errs != "kscope: line 2: "+misfit+"\nkscope: 2 records acknowledged, 1 refused\n" || keysAndValues(s.script.done) != "∅=7 shop.Order 1 ∅=7 shop.Order 3" {
		t.Errorf("%d %q %q %s", status, out, errs, keysAndValues(s.script.done))
	}
	s = shell{script: withSchemas(accepting()), stdin: strings.NewReader(lines)}
	if status, _, errs = s.run(t, onB("produce orders --value-schema orders-value --strict")...); status != failed || len(s.script.done) != 1 {
		t.Errorf("strict: %d %q %d", status, errs, len(s.script.done))
	}
	s = shell{script: withSchemas(accepting())}
	status, out, errs = s.run(t, onB("produce orders -v x -o json --value-schema orders-value")...)
	if status != failed || len(s.script.done) > 0 || out != `{"error":"`+misfit+`"}`+"\n" || errs != "kscope: "+misfit+"\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestProduceForetellsWhatDoesNotFit(t *testing.T) {
	s := shell{script: withSchemas(dry()), stdin: strings.NewReader("user-42:{\"id\":1}\na:b\n")}
	status, out, errs := s.run(t, onB("produce orders --dry-run -K : --value-schema orders-value")...)
	if status != failed || out != "orders:4 leader 2 murmur2 of the key, modulo 12, as Java's producer does\norders:? line 2: "+misfit+"\n" || errs != "kscope: 1 record would be refused\n" {
		t.Errorf("%d %q %q", status, out, errs)
	}
	s = shell{script: withSchemas(dry()), stdin: strings.NewReader("a\n")}
	status, out, _ = s.run(t, onB("produce orders --dry-run --value-schema orders-value -o summary-json")...)
	if status != failed || out != `{"partitions":[],"any":0}`+"\n" {
		t.Errorf("%d %q", status, out)
	}
	s = shell{script: withSchemas(dry())} // the key leads where its bytes do, not its JSON
	status, out, errs = s.run(t, append(onB("produce orders --dry-run -v x --key-schema orders-value"), "-k", `{"id":42}`)...)
	partition := model.KeyPartition([]byte("7 shop.Order 42"), 12)
	if status != done || !strings.HasPrefix(out, "orders:"+id(partition)+" ") {
		t.Errorf("%d %q %q, want partition %d", status, out, errs, partition)
	}
}

func TestProduceWithoutASchema(t *testing.T) {
	for words, says := range map[string]string{
		"--value-schema lost":                 "The registry has no subject lost: check its name",
		"--key-schema broken":                 "It cannot be used",
		"--value-schema down":                 "The registry does not answer",
		"--value-schema orders-value=shop.No": "The schema of orders-value has no message shop.No: it has shop.Order, shop.Line",
		"--value-schema orders-value=":        "it must be SUBJECT or SUBJECT=package.Message",
	} {
		s := shell{script: withSchemas(accepting())}
		status, out, errs := s.run(t, onB("produce orders -v {} "+words)...)
		if status == done || out != "" || !strings.Contains(errs, says) || len(s.script.done) > 0 {
			t.Errorf("%s: %d %q %q", words, status, out, errs)
		}
	}
}
