package kafka

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// planConfigs answers model.PlanConfigs, in one event.
//
//	API   what describeConfigs sends; IncrementalAlterConfigs (44, Kafka 2.3) with
//	      validateOnly, unless kscope is read-only: of a topic to the controller, of a
//	      broker to itself
//	ACL   AlterConfigs and DescribeConfigs on the topic, or on Cluster
//	Error Gone: the topic; Denied: its configs cannot be read. What the brokers refuse is
//	      in the plan
func (c *Client) planConfigs(ctx context.Context, q model.PlanConfigs, emit func(model.Event)) error {
	now, err := c.readableConfigs(ctx, q.Of)
	if err != nil {
		return err
	}
	plan := model.NewConfigsPlan(time.Now(), q, now)
	if plan.Refusal() == nil && !c.conn.ReadOnly {
		if plan.Problem, err = c.alter(ctx, q, true); err != nil {
			return err
		}
		plan.Checked = true
	}
	emit(model.ConfigsPlanned{Plan: plan})
	return nil
}

func (c *Client) readableConfigs(ctx context.Context, of model.Resource) (*model.Configs, error) {
	now, err := c.configsOf(ctx, of)
	if err == nil && now.Problem != nil {
		err = now.Problem
	}
	return now, err
}

// alter changes configs, or asks whether they could be changed. An error is about the
// request as a whole.
func (c *Client) alter(ctx context.Context, q model.PlanConfigs, validate bool) (*model.Problem, error) {
	put := c.controlled
	if validate {
		put = c.validated
	}
	resp, err := put(ctx, func() kmsg.Request { return alteration(q, validate) }, func(r kmsg.Response) int16 {
		for _, one := range r.(*kmsg.IncrementalAlterConfigsResponse).Resources {
			return one.ErrorCode
		}
		return 0
	})
	if err != nil {
		return nil, err
	}
	all := resp.(*kmsg.IncrementalAlterConfigsResponse).Resources
	if len(all) == 0 {
		return nil, kerr.UnknownServerError
	}
	problem := brokersSay(all[0].ErrorCode, all[0].ErrorMessage, q.Of.Right("AlterConfigs"))
	if problem != nil && problem.Kind == model.Gone {
		problem = gone(q.Of.Name)
	}
	return problem, nil
}

func alteration(q model.PlanConfigs, validate bool) kmsg.Request {
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.ValidateOnly = validate
	r := kmsg.NewIncrementalAlterConfigsRequestResource()
	r.ResourceType, r.ResourceName = topicResource, q.Of.Name
	for _, change := range q.Changes.List() {
		config := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
		config.Name, config.Op = change.Name, kmsg.IncrementalAlterConfigOpDelete
		if !change.Reset {
			config.Op, config.Value = kmsg.IncrementalAlterConfigOpSet, kmsg.StringPtr(change.Value)
		}
		r.Configs = append(r.Configs, config)
	}
	req.Resources = append(req.Resources, r)
	return req
}

// alterConfigs carries out model.AlterConfigs, if all is still as the plan found it, and
// reads the configs until they are as they should be.
//
//	API   what planConfigs sends, without validateOnly; what describeConfigs sends
//	ACL   AlterConfigs and DescribeConfigs on the topic
//	Error Gone; Failed: one of them was changed since; Invalid: what the brokers refuse,
//	      in their words; Denied; Unknown
func (c *Client) alterConfigs(ctx context.Context, cmd *model.AlterConfigs, emit func(model.Event)) error {
	q := cmd.Plan.Query
	if q.Of.Kind == model.BrokerResource {
		return &model.Problem{Kind: model.Unsupported, Says: "kscope changes configs of topics, not of brokers", Fix: "use kafka-configs"}
	}
	now, err := c.readableConfigs(ctx, q.Of)
	if err != nil {
		return err
	}
	fresh := model.NewConfigsPlan(time.Now(), q, now)
	if refused := fresh.Refusal(); refused != nil {
		return refused
	}
	if moved := changedSince(&cmd.Plan, &fresh); moved != nil {
		return moved
	}
	problem, err := c.alter(ctx, q, false)
	switch {
	case err != nil && !mayHaveHappened(err):
		return err
	case problem != nil:
		return problem
	}
	after, ok, unread := c.untilAltered(ctx, q)
	if after != nil {
		emit(model.ConfigsAltered{Configs: after})
	}
	switch {
	case ok:
		return nil
	case err != nil:
		return perhaps(err, "Configs of "+q.Of.String()+" may have been changed", "look what they are")
	}
	return c.unseen("Configs of "+q.Of.String()+" were changed", unread)
}

// changedSince says what is otherwise than when the plan was made; nil if nothing is.
func changedSince(plan, fresh *model.ConfigsPlan) *model.Problem {
	for i, l := range plan.Lines {
		if i >= len(fresh.Lines) || l.From != fresh.Lines[i].From || l.Source != fresh.Lines[i].Source {
			return &model.Problem{
				Kind: model.Failed,
				Says: fmt.Sprintf("%s was changed since the preview: it was %q, and is %q", l.Change.Name, l.From, fresh.Lines[i].From),
				Fix:  "look at the preview again, then confirm it",
			}
		}
	}
	return nil
}

// untilAltered reads configs until they are as was asked for: brokers hear of a change a
// while after it was made.
func (c *Client) untilAltered(ctx context.Context, q model.PlanConfigs) (after *model.Configs, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		found, failed := c.readableConfigs(ctx, q.Of)
		if failed == nil {
			after, err = found, nil
			if altered(after, q.Changes) {
				return after, true, nil
			}
		} else if ctx.Err() == nil {
			err = failed
		}
		pause(ctx, wait)
		if ctx.Err() != nil {
			return after, false, err
		}
	}
}

// altered reports whether configs are as changes would have them.
func altered(now *model.Configs, changes model.ConfigChanges) bool {
	return !slices.ContainsFunc(changes.List(), func(change model.ConfigChange) bool {
		e := now.Find(change.Name)
		if change.Reset {
			return e != nil && e.Source == ownSource(now.Of)
		}
		return e == nil || e.Source != ownSource(now.Of) || !sameValue(e, change.Value)
	})
}

// sameValue reports whether a config has a value, as brokers read it: they write numbers
// and lists in their own way.
func sameValue(e *model.Config, value string) bool {
	value = strings.TrimSpace(value)
	switch e.Type {
	case "boolean":
		return strings.EqualFold(e.Value, value)
	case "int", "short", "long", "double":
		a, wrong := strconv.ParseFloat(e.Value, 64)
		b, wrongToo := strconv.ParseFloat(value, 64)
		return wrong == nil && wrongToo == nil && a == b
	case "list":
		return slices.Equal(itemsOf(e.Value), itemsOf(value))
	}
	return e.Value == value
}

func itemsOf(list string) []string {
	items := strings.Split(list, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}
