//go:build realkafka

package producing

import (
	"os/exec"
	"strings"
	"testing"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// TestNullAndEmptyAreFourThings: null key, empty key, null value, empty value, and what
// headers have of them, are read back by Java's consumer and by kcat as they were sent,
// one by one and in bulk.
func TestNullAndEmptyAreFourThings(t *testing.T) {
	topic(t, "four", 1, 1, nil)
	c := dial(t)
	records := []model.Produce{
		{Key: nil, Value: []byte("v")},
		{Key: []byte{}, Value: []byte("v")},
		{Key: []byte("k"), Value: nil},
		{Key: []byte("k"), Value: []byte{}},
		{Key: nil, Value: nil, Headers: []model.Header{{Key: "h", Value: nil}, {Key: "h", Value: []byte{}}, {Key: "h", Value: []byte("\xff")}}},
		{Key: []byte{}, Value: []byte{}},
	}
	for i := range records {
		records[i].Topic = "four"
		if err := c.Do(t.Context(), &records[i], func(model.Event) {}); err != nil {
			t.Fatal(err)
		}
	}
	sendMany(t, t.Context(), c, &model.SendMany{Record: model.Produce{Topic: "four", Partition: model.AllPartitions}, Material: model.Stream{From: &listed{records: records}}}, nil)
	want := []string{`null "76"`, `"" "76"`, `"6b" null`, `"6b" ""`, `null null h=null h="" h="ff"`, `"" ""`}
	want = append(want, want...)

	address := scene.Seeds(realkafka.Plaintext)[0]
	java := strings.Split(strings.TrimSpace(feed(t, scene.Program(t.Context(), "testdata/Read.java", address, "four", "12"), nil)), "\n")
	if strings.Join(java, "\n") != strings.Join(want, "\n") {
		t.Errorf("Java's consumer reads\n%s\nwant\n%s", strings.Join(java, "\n"), strings.Join(want, "\n"))
	}

	kcat, err := realkafka.Kcat(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lengths := feed(t, exec.CommandContext(t.Context(), kcat, "-C", "-b", address, "-t", "four", "-o", "beginning", "-e", "-q", "-f", "%K %S\n"), nil)
	once := "-1 1\n0 1\n1 -1\n1 0\n-1 -1\n0 0\n"
	if lengths != once+once {
		t.Errorf("kcat reads lengths\n%s", lengths)
	}
}

// listed hands out records that are there.
type listed struct {
	records []model.Produce
	next    int
}

func (l *listed) Next() (model.Draft, bool, error) {
	if l.next == len(l.records) {
		return model.Draft{}, false, nil
	}
	r := &l.records[l.next]
	l.next++
	return model.Draft{Line: int64(l.next), Partition: model.AllPartitions, Key: r.Key, Value: r.Value, HasKey: true, HasValue: true, Headers: r.Headers}, true, nil
}

// TestEveryCompressionIsRead: a batch of each codec is read back as it was.
func TestEveryCompressionIsRead(t *testing.T) {
	topic(t, "codecs", 1, 1, nil)
	c := dial(t)
	for _, codec := range model.Compressions() {
		for _, acks := range model.AllAcks() {
			sendMany(t, t.Context(), c, &model.SendMany{
				Record: model.Produce{Topic: "codecs", Value: []byte(strings.Repeat(codec.String(), 100)), Delivery: model.Delivery{Compression: codec, Acks: acks}},
				Count:  100,
			}, nil)
		}
	}
	found := map[string]int{}
	waitFor(t, "all records are there, those without acks too", func() bool {
		clear(found)
		for _, r := range written(t, "codecs") {
			found[string(r.Value)]++
		}
		n := 0
		for _, of := range found {
			n += of
		}
		return n == 1500
	})
	for _, codec := range model.Compressions() {
		if n := found[strings.Repeat(codec.String(), 100)]; n != 300 {
			t.Errorf("%v: %d records", codec, n)
		}
	}
}
