//go:build realkafka

package kafka

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"

	"kscope/kafka/realkafka"
	"kscope/model"
)

// lab has test consumers come in by TLS and SASL, and leaves nothing of them.
func (k *real) lab(t *testing.T) {
	c, other := connect(t, k.door(realkafka.SASLSSL, "SCRAM-SHA-512")), connect(t, k.plain())
	group := model.LabPrefix + "real"
	add := model.LabAdd{Group: group, Topic: "orders", Assignor: model.LabCooperative}
	does(t, c, add)
	add.Static = true
	does(t, c, add)
	c.labIs(t, "shared out", func(v model.LabView) bool { return v.Members[0].Owned > 0 && v.Members[1].Owned > 0 })
	if p := doing(t, other, add); p.Kind != model.Invalid {
		t.Errorf("another lab in the group: %v", p)
	}
	if p := doing(t, other, model.LabAdd{Group: realkafka.UnevenGroup, Topic: "orders", Assignor: model.LabRange}); p.Kind != model.Invalid {
		t.Errorf("a lab in somebody's group: %v", p)
	}
	add = model.LabAdd{Group: model.LabPrefix + "848", Topic: "orders", Assignor: model.LabConsumer}
	if strings.HasPrefix(k.shown, "4") {
		does(t, c, add)
		c.labIs(t, "assigned", func(v model.LabView) bool { return v.Members[2].Owned > 0 })
	} else if p := doing(t, c, add); p.Kind != model.Unsupported {
		t.Errorf("brokers of %s assign: %v", k.shown, p)
	}
	c.Close()
	for _, g := range the[model.GroupsListed](t, ask(t, other, model.ListGroups{})).Groups {
		if strings.HasPrefix(g.ID, model.LabPrefix) {
			t.Errorf("%+v is left", g)
		}
	}
}

// labRights has Alice try without rights, and get them one after the other.
func (k *real) labRights(t *testing.T) {
	c := connect(t, k.alice())
	add := model.LabAdd{Group: "alices", Topic: "orders", Assignor: model.LabSticky}
	if p := doing(t, c, add); p.Kind != model.Denied || p.Right.String() != "Describe on Group alices" {
		t.Errorf("%v", p)
	}
	k.grant(t, kadm.NewACLs().Groups("alices").Operations(kadm.OpDescribe))
	for { // until every broker knows
		err := c.Do(t.Context(), add, func(model.Event) {})
		if err == nil {
			break
		}
		if p := problemOf(err); p.Kind != model.Denied {
			t.Fatal(p)
		}
	}
	lacks := func(right string) func(model.LabView) bool {
		return func(v model.LabView) bool {
			p := v.Members[0].Problem
			return p != nil && p.Kind == model.Denied && p.Right.String() == right
		}
	}
	c.labIs(t, "kept out of the group", lacks("Read on Group alices"))
	k.grant(t, kadm.NewACLs().Groups("alices").Operations(kadm.OpRead))
	c.labIs(t, "kept from reading", lacks("Read on Topic orders"))
	if p := doing(t, c, model.LabEnd{Group: "alices", Delete: true}); p.Kind != model.Denied || p.Right.String() != "Delete on Group alices" {
		t.Errorf("%v", p)
	}
}
