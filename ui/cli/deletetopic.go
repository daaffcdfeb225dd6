package cli

import (
	"context"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

func (a *app) deleteTopic() *cobra.Command {
	var ch change
	c := &cobra.Command{
		Use:   "delete TOPIC",
		Short: "Delete a topic with all its records",
		Long: `Delete a topic with all its records, and return once no broker knows of it.

It cannot be taken back: it takes --yes, or at a terminal the topic's name. A topic
of that name that is created meanwhile is let be.`,
		Example: examples(
			"kscope topics delete -b kafka-1:9092 orders.v1 --dry-run",
			"kscope topics delete -b kafka-1:9092 orders.v1 --yes"),
		Args: oneTopic,
	}
	ch.add(c, true)
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		source, letGo, err := a.open(ctx, DemoOptions{})
		if err != nil {
			return err
		}
		defer letGo()
		p, err := proposeDeletion(ctx, source, args[0])
		if err != nil {
			return err
		}
		return ch.carryOut(ctx, a, source, p)
	})
	return c
}

// proposeDeletion asks what would be lost with a topic.
func proposeDeletion(ctx context.Context, source ui.Source, name string) (proposal, error) {
	topic, err := describedTopic(ctx, source, name)
	if err != nil {
		return proposal{}, err
	}
	at := &answer{source: source}
	at.ask(ctx, model.ListTopics{}) // offsets are kept of topics that are listed
	at.ask(ctx, model.ListOffsets{Topics: model.NamesOf(name)})
	records := "as many records as it holds: its offsets are not known"
	if t, ok := at.Topic(name); ok && t.Offsets.Span() >= 0 {
		records = plural(t.Offsets.Span(), "record") + ", by their offsets"
	}
	return proposal{
		command: model.DeleteTopic{Name: name, ID: topic.ID}, word: name,
		preview: name + " would be lost: " + sizeOf(len(topic.Partitions), topic.Tally.RF) + "; " + records + "\n",
		did: func(e model.Event) (string, bool) {
			_, ok := e.(model.TopicDeleted)
			return "deleted " + name, ok
		},
	}, nil
}
