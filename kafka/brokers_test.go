package kafka

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"kscope/model"
)

func TestListBrokers(t *testing.T) {
	c := dial(t, fake(t, kfake.NumBrokers(3), kfake.ClusterID("lab")))
	events := ask(t, c, model.ListBrokers{})
	listed := the[model.BrokersListed](t, events)
	if listed.ClusterID != "lab" || len(listed.Brokers) != 3 || listed.Brokers[0].Host != "127.0.0.1" {
		t.Errorf("listed = %+v", listed)
	}
	for _, p := range the[model.BrokersProbed](t, events).Probes {
		if p.Problem != nil || p.Latency <= 0 {
			t.Errorf("probe = %+v, want an answer", p)
		}
	}
}
