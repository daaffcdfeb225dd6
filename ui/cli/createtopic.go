package cli

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

// configs is --config.
type configs struct{ list *[]model.ConfigChange }

func (c configs) Type() string   { return "KEY=VALUE" }
func (c configs) String() string { return "" }

func (c configs) Set(s string) error {
	change, ok := configOf(s)
	if !ok {
		return errors.New("it must be key=value")
	}
	*c.list = append(*c.list, change)
	return nil
}

// configOf reads key=value. The value may hold more equals signs, and may be empty.
func configOf(s string) (model.ConfigChange, bool) {
	name, value, ok := strings.Cut(s, "=")
	return model.ConfigChange{Name: name, Value: value}, ok && name != ""
}

func (a *app) createTopic() *cobra.Command {
	var ch change
	var partitions, replicas number
	var set []model.ConfigChange
	c := &cobra.Command{
		Use:   "create TOPIC",
		Short: "Create a topic",
		Long: `Create a topic, and print what it came to once every broker knows of it.

What is not said the brokers decide: num.partitions, default.replication.factor.
The brokers are asked first whether they would take it, and with --dry-run only
that; then it is also printed where replicas are likely to go.`,
		Example: examples(
			"kscope topics create -b kafka-1:9092 orders.v2 --partitions 12 --replication-factor 3",
			"kscope topics create -b kafka-1:9092 accounts --config cleanup.policy=compact --config min.insync.replicas=2 --dry-run"),
		Args:              oneTopic,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := c.Flags()
	flags.Var(partitions.flag("N", 1, math.MaxInt32), "partitions", "how many partitions it gets")
	flags.Var(replicas.flag("N", 1, math.MaxInt16), "replication-factor", "how many replicas each partition has")
	flags.Var(configs{&set}, "config", "config of the topic, key=value; may be repeated")
	ch.add(c, false)
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		topic := model.NewTopic{Name: args[0], Partitions: model.BrokerDefault, Replicas: model.BrokerDefault, Configs: model.ConfigChangesOf(set...)}
		if partitions.given {
			topic.Partitions = int(partitions.n)
		}
		if replicas.given {
			topic.Replicas = int(replicas.n)
		}
		if p := topic.Problem(); p != nil {
			return &failure{misuse, p}
		}
		source, letGo, err := a.open(ctx, DemoOptions{})
		if err != nil {
			return err
		}
		defer letGo()
		p, err := proposeTopic(ctx, source, topic)
		if err != nil {
			return explain(ctx, source, err)
		}
		return ch.carryOut(ctx, a, source, p)
	})
	return c
}

// proposeTopic asks what creating a topic would give.
func proposeTopic(ctx context.Context, source ui.Source, topic model.NewTopic) (proposal, error) {
	var plan model.TopicPlan
	err := source.Ask(ctx, model.PlanTopic{Topic: topic}, func(e model.Event) {
		if e, ok := e.(model.TopicPlanned); ok {
			plan = e.Plan
		}
	})
	there := &answer{source: source}
	there.ask(ctx, model.ListTopics{}) // what it does not tell, the brokers refuse
	p := proposal{
		command: model.CreateTopic{Topic: topic}, refusal: plan.Refusal(),
		did: func(e model.Event) (string, bool) {
			made, ok := e.(model.TopicCreated)
			if !ok {
				return "", false
			}
			return "created " + topic.Name + ": " + sizeOf(len(made.Topic.Partitions), made.Topic.Tally.RF), true
		},
	}
	if clash := model.NameClash(topic.Name, there.Topics); clash != nil {
		p.refusal = clash
	}
	p.preview = topic.Name + " would be created: " + sizeOf(plan.Partitions, plan.Replicas) + "\n"
	for _, c := range topic.Configs.List() {
		p.preview += c.String() + "\n"
	}
	p.preview += placementTable(plan.Placement)
	return p, err
}
