//go:build realkafka

package kafka

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/kafka/realkafka"
)

// grant gives Alice rights on resources named in full, and waits until every broker
// knows of them: which one asks next is anybody's guess.
func (k *real) grant(t *testing.T, rights *kadm.ACLBuilder) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	given, err := k.admin.CreateACLs(ctx, rights.ResourcePatternType(kadm.ACLPatternLiteral).Allow("User:"+realkafka.Alice).AllowHosts())
	if err != nil {
		t.Fatal(err)
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(k.Seeds(realkafka.Plaintext)...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for _, acl := range given {
		if acl.Err != nil {
			t.Fatal(acl.Err, acl.ErrMessage)
		}
		for _, broker := range cl.SeedBrokers() {
			for begin := time.Now(); !knows(ctx, broker, acl); time.Sleep(20 * time.Millisecond) {
				if time.Since(begin) > forever {
					t.Fatalf("a broker does not know of %+v after %v", acl, forever)
				}
			}
		}
	}
}

// knows reports whether a broker says that there is such a right.
func knows(ctx context.Context, broker *kgo.Broker, acl kadm.CreateACLsResult) bool {
	req := kmsg.NewPtrDescribeACLsRequest()
	req.ResourceType, req.ResourceName, req.ResourcePatternType = acl.Type, &acl.Name, acl.Pattern
	req.Principal, req.Host, req.Operation, req.PermissionType = &acl.Principal, &acl.Host, acl.Operation, acl.Permission
	resp, err := req.RequestWith(ctx, requester{broker})
	return err == nil && resp.ErrorCode == 0 && len(resp.Resources) > 0
}

// A requester sends requests to one broker.
type requester struct{ *kgo.Broker }

// Request implements kmsg.Requestor.
func (r requester) Request(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
	return r.RetriableRequest(ctx, req)
}
