package lab

import (
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"kscope/model"
)

// Where the broker takes no session as short as ours, a longer one is tried.
func TestLongerSession(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.GroupMinSessionTimeout(45*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	b := openOn(t, cluster.ListenAddrs(), "1")
	defer b.Close()
	b.add(model.LabAdd{Assignor: model.LabRange})
	b.shares("lab-1:4")
	b.runs("lab-1")
	if got := b.inside("lab-1").session(); got != time.Minute {
		t.Errorf("its session is %v", got)
	}
}
