package cli

import (
	"context"
	"math"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

func (a *app) addPartitions() *cobra.Command {
	var ch change
	var count number
	c := &cobra.Command{
		Use:   "add-partitions TOPIC --count N",
		Short: "Give a topic more partitions",
		Long: `Give a topic more partitions, and print how many it has once every broker knows.

No partition can be taken away again, and most keys lead elsewhere than before, so
that the order of their records is lost: it takes --yes, or at a terminal the
topic's name. The brokers are asked first whether they would take it.`,
		Example: examples(
			"kscope topics add-partitions -b kafka-1:9092 orders --count 24 --dry-run",
			"kscope topics add-partitions -b kafka-1:9092 orders --count 24 --yes"),
		Args: oneTopic,
	}
	c.Flags().Var(count.flag("N", 1, math.MaxInt32), "count", "how many partitions it has after it")
	ch.add(c, true)
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		if !count.given {
			return wrong("say by --count how many partitions %s is to have", args[0])
		}
		source, letGo, err := a.open(ctx, DemoOptions{})
		if err != nil {
			return err
		}
		defer letGo()
		p, err := proposePartitions(ctx, source, args[0], int(count.n))
		if err != nil {
			return explain(ctx, source, err)
		}
		return ch.carryOut(ctx, a, source, p)
	})
	return c
}

// proposePartitions asks what more partitions would do to a topic.
func proposePartitions(ctx context.Context, source ui.Source, topic string, count int) (proposal, error) {
	var plan model.PartitionsPlan
	err := source.Ask(ctx, model.PlanPartitions{Topic: topic, Count: count}, func(e model.Event) {
		if e, ok := e.(model.PartitionsPlanned); ok {
			plan = e.Plan
		}
	})
	return proposal{
		command: model.AddPartitions{Topic: topic, From: plan.Now, Count: count}, refusal: plan.Refusal(), word: topic,
		preview: topic + " has " + plural(int64(plan.Now), "partition") + ", and would have " + id(count) +
			"; most keys would lead elsewhere\nthe new ones:\n" + placementTable(plan.Placement),
		did: func(e model.Event) (string, bool) {
			grown, ok := e.(model.PartitionsAdded)
			if !ok {
				return "", false
			}
			return topic + " has " + plural(int64(len(grown.Topic.Partitions)), "partition") + " now", true
		},
	}, err
}
