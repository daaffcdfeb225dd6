package kafka

import (
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

func TestDeleteTopic(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(3), kfake.SeedTopics(2, "orders", "audit"))
	c := dial(t, cluster)
	var snapshot model.Snapshot
	for _, e := range ask(t, c, model.ListTopics{}) {
		snapshot = snapshot.Apply(e)
	}
	orders, _ := snapshot.Topic("orders")
	meant := model.DeleteTopic{Name: "orders", ID: orders.ID}
	if p := doing(t, c, model.DeleteTopic{Name: "orders", ID: [16]byte{1}}); p.Kind != model.Gone || !strings.Contains(p.Says, "deleted and created anew") {
		t.Errorf("another topic: %v", p)
	}
	for _, e := range does(t, c, meant) {
		snapshot = snapshot.Apply(e)
	}
	if gone, _ := snapshot.Topic("orders"); gone.Problem == nil || gone.Problem.Kind != model.Gone {
		t.Errorf("it is %+v", gone)
	}
	listed := the[model.TopicsListed](t, ask(t, c, model.ListTopics{})).Topics
	if len(listed) != 1 || listed[0].Name != "audit" {
		t.Errorf("there are %+v", listed)
	}
	if p := doing(t, c, meant); p.Kind != model.Gone {
		t.Errorf("again: %v", p)
	}
}

func TestDeleteTopicIsRefused(t *testing.T) {
	cluster := fake(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	c := connect(t, model.Connection{Seeds: cluster.ListenAddrs(), Timeout: 2 * time.Second}) // the topic is looked for that long
	for _, test := range []struct {
		err  *kerr.Error
		want string
	}{
		{kerr.TopicDeletionDisabled, "The brokers do not delete topics: delete.topic.enable is false"},
		{kerr.TopicAuthorizationFailed, "The right is missing: Delete on Topic orders"},
		{kerr.RequestTimedOut, "Topic orders may have been deleted: the request was sent, and no answer came"},
	} {
		cluster.ControlKey(int16(kmsg.DeleteTopics), func(req kmsg.Request) (kmsg.Response, error, bool) {
			resp := req.ResponseKind().(*kmsg.DeleteTopicsResponse)
			st := kmsg.NewDeleteTopicsResponseTopic()
			st.TopicID, st.ErrorCode = req.(*kmsg.DeleteTopicsRequest).Topics[0].TopicID, test.err.Code
			resp.Topics = append(resp.Topics, st)
			return resp, nil, true
		})
		if p := doing(t, c, model.DeleteTopic{Name: "orders"}); p.Says != test.want {
			t.Errorf("%s: %v, want %s", test.err.Message, p, test.want)
		}
	}
}
