//go:build realkafka

package producing

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// someKeys are thousands of keys of all lengths and bytes: empty, plain, in other
// scripts, binary. None holds what separates keys from values, or lines, for kcat.
func someKeys() [][]byte {
	random := rand.New(rand.NewPCG(5, 6))
	keys := [][]byte{{}, []byte("ключ"), []byte("鍵"), []byte("é"), []byte("🔑"), {0}, {0xff, 0xfe}, []byte("1"), []byte("-")}
	for i := range 1500 {
		keys = append(keys, fmt.Appendf(nil, "user-%d", i))
	}
	for len(keys) < 4000 {
		key := make([]byte, random.IntN(50))
		for i := range key {
			if key[i] = byte(random.Uint32()); key[i] == '\n' || key[i] == separator {
				key[i] = 'x'
			}
		}
		keys = append(keys, key)
	}
	return keys
}

const separator = 0x1e

// inBase64 is a line a key, and one without a key, for the programs of ours.
func inBase64(keys [][]byte) []byte {
	var b bytes.Buffer
	for _, key := range keys {
		b.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	}
	b.WriteString("-\n")
	return b.Bytes()
}

// forKcat is a line a record, and one without a key.
func forKcat(keys [][]byte) []byte {
	var b bytes.Buffer
	for _, key := range keys {
		b.Write(append(append(key[:len(key):len(key)], separator, 'v'), '\n'))
	}
	b.WriteString("v\n")
	return b.Bytes()
}

// TestPartitionersAreThoseOfTheClients has each client send thousands of keys to a real
// topic, and looks whether they lie where the model says.
func TestPartitionersAreThoseOfTheClients(t *testing.T) {
	address, keys := scene.Seeds(realkafka.Plaintext)[0], someKeys()
	kcat, err := realkafka.Kcat(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sarama, err := saramaSender()
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(filepath.Dir(sarama))
	byKcat := func(name string) func(topic string) {
		return func(topic string) {
			cmd := exec.CommandContext(t.Context(), kcat, "-P", "-b", address, "-t", topic, "-K", string(rune(separator)), "-X", "partitioner="+name)
			feed(t, cmd, forKcat(keys))
		}
	}
	for i, c := range []struct {
		by         model.Partitioner
		partitions int32
		send       func(topic string)
		predicted  int // records that the key leads
	}{
		{model.Murmur2, 12, func(topic string) {
			feed(t, scene.Program(t.Context(), "testdata/Send.java", address, topic), inBase64(keys))
		}, len(keys)},
		{model.ConsistentRandom, 12, byKcat("consistent_random"), -1},
		{model.Murmur2Random, 7, byKcat("murmur2_random"), -1},
		{model.FNV1aRandom, 7, byKcat("fnv1a_random"), -1},
		{model.SaramaHash, 12, func(topic string) { feed(t, exec.CommandContext(t.Context(), sarama, address, topic), inBase64(keys)) }, len(keys)},
	} {
		t.Run(c.by.String(), func(t *testing.T) {
			name := fmt.Sprintf("sent-%d", i)
			topic(t, name, c.partitions, 1, nil)
			c.send(name)
			records := written(t, name)
			predicted, null, empty := 0, 0, 0
			for _, r := range records {
				switch {
				case r.Key == nil:
					null++
				case len(r.Key) == 0:
					empty++
				}
				want, why, ok := model.Predict(c.by, r.Key, int(c.partitions))
				if !ok {
					continue
				}
				if predicted++; r.Partition != want {
					t.Errorf("%q lies on %d, and the model says %d: %s", r.Key, r.Partition, want, why)
				}
			}
			if len(records) != len(keys)+1 || null == 0 || null+empty < 3 || predicted+null+empty < len(records) {
				t.Errorf("%d records, %d predicted, %d without a key, %d with an empty one", len(records), predicted, null, empty)
			}
			if c.predicted >= 0 && predicted != c.predicted {
				t.Errorf("%d are predicted, want %d", predicted, c.predicted)
			}
			t.Logf("%d records, %d predicted, %d without a key, %d with an empty one", len(records), predicted, null, empty)
			audited(t, name, c.by)
		})
	}
}

// audited looks whether the audit of a topic comes to the partitioner that filled it.
func audited(t *testing.T, name string, by model.Partitioner) {
	t.Helper()
	var audit *model.Audit
	err := dial(t).Ask(t.Context(), model.AuditPartitioner{Topic: name, Last: 100_000}, func(e model.Event) { audit = e.(model.PartitionerAudited).Audit })
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := audit.Verdict(); !ok || got.Hash() != by.Hash() || audit.Grown != nil {
		t.Errorf("the audit says: %s (%+v, grown %+v)", audit.Says(), audit.Fits, audit.Grown)
	}
}

// TestKscopeSendsWhereItSays has kscope send the same keys by each rule, one by one and
// in bulk.
func TestKscopeSendsWhereItSays(t *testing.T) {
	c := dial(t)
	for _, by := range model.Partitioners() {
		name := "own-" + by.String()
		topic(t, name, 12, 1, nil)
		sendMany(t, t.Context(), c, &model.SendMany{
			Record:   model.Produce{Topic: name, Partition: model.AllPartitions, Partitioner: by},
			Material: model.Template{Key: "user-{{n}}"}, Count: 3000,
		}, nil)
		for i := range 20 {
			cmd := &model.Produce{Topic: name, Partition: model.AllPartitions, Partitioner: by, Key: fmt.Appendf(nil, "single-%d", i)}
			var sent model.Sent
			if err := c.Do(t.Context(), cmd, func(e model.Event) { sent = e.(model.Produced).Sent }); err != nil {
				t.Fatal(err)
			}
			if sent.Predicted != model.AllPartitions && sent.Predicted != sent.Partition {
				t.Errorf("%v: %+v", by, sent)
			}
		}
		on := map[int32]int{}
		for _, r := range written(t, name) {
			on[r.Partition]++
			if want, _, ok := model.Predict(by, r.Key, 12); ok && r.Partition != want {
				t.Errorf("%v: %q lies on %d, and the model says %d", by, r.Key, r.Partition, want)
			}
		}
		if n := len(on); by != model.Sticky && n != 12 {
			t.Errorf("%v: %d of 12 partitions are used", by, n)
		}
		if by == model.RoundRobin && (on[0] < 240 || on[0] > 260) {
			t.Errorf("round-robin gave partition 0 %d of 3020", on[0])
		}
	}
}
