package cli

import (
	"bufio"
	"bytes"
	"context"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/model/clean"
	"kscope/ui"
)

func (a *app) setConfigs() *cobra.Command {
	var ch change
	var resets []string
	c := &cobra.Command{
		Use:   "set TOPIC [KEY=VALUE...]",
		Short: "Change configs of a topic",
		Long: `Change configs of a topic, and print what they are as read back.

--reset takes a config back to its default. The broker is asked first whether it
would take the change. One that may have records deleted that are kept now, such
as less retention, takes --yes, or at a terminal the topic's name. What is
sensitive is neither shown nor changed.`,
		Example: examples(
			"kscope topics set -b kafka-1:9092 orders max.message.bytes=2097152",
			"kscope topics set -b kafka-1:9092 orders --reset retention.bytes --dry-run"),
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 || args[0] == "" {
				return wrong("%s takes the name of a topic, then KEY=VALUE", c.CommandPath())
			}
			return nil
		},
	}
	c.Flags().Var(texts{&resets, "KEY"}, "reset", "take this config back to its default; may be repeated")
	ch.add(c, true)
	c.RunE = a.running(func(ctx context.Context, args []string) error {
		changes, err := changesOf(args[1:], resets)
		if err != nil {
			return err
		}
		source, letGo, err := a.open(ctx, DemoOptions{})
		if err != nil {
			return err
		}
		defer letGo()
		p, err := proposeConfigs(ctx, source, args[0], changes)
		if err != nil {
			return explain(ctx, source, err)
		}
		return ch.carryOut(ctx, a, source, p)
	})
	return c
}

// changesOf reads what is to be changed.
func changesOf(set, resets []string) (model.ConfigChanges, error) {
	var changes []model.ConfigChange
	seen := map[string]bool{}
	for _, word := range set {
		c, ok := configOf(word)
		if !ok {
			return model.ConfigChanges{}, wrong("%q must be key=value", word)
		}
		changes = append(changes, c)
	}
	for _, name := range resets {
		changes = append(changes, model.ConfigChange{Name: name, Reset: true})
	}
	for _, c := range changes {
		if seen[c.Name] {
			return model.ConfigChanges{}, wrong("%s is to be changed twice", c.Name)
		}
		seen[c.Name] = true
	}
	if len(changes) == 0 {
		return model.ConfigChanges{}, wrong("nothing is to be changed: say KEY=VALUE, or --reset KEY")
	}
	return model.ConfigChangesOf(changes...), nil
}

// proposeConfigs asks what changing configs would do.
func proposeConfigs(ctx context.Context, source ui.Source, topic string, changes model.ConfigChanges) (proposal, error) {
	var plan model.ConfigsPlan
	q := model.PlanConfigs{Of: model.TopicsConfigs(topic), Changes: changes}
	err := source.Ask(ctx, q, func(e model.Event) {
		if e, ok := e.(model.ConfigsPlanned); ok {
			plan = e.Plan
		}
	})
	p := proposal{
		command: &model.AlterConfigs{Plan: plan}, refusal: plan.Refusal(), preview: configsTable(plan.Lines),
		did: func(e model.Event) (string, bool) {
			altered, ok := e.(model.ConfigsAltered)
			if !ok {
				return "", false
			}
			return configsNow(altered.Configs, changes), true
		},
	}
	if plan.Forgetful {
		p.word = topic
		p.preview += "records may be deleted that are kept now\n"
	}
	return p, err
}

// configsTable says what configs are and would be.
func configsTable(lines []model.ConfigLine) string {
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	writeTable(out, []column[model.ConfigLine]{
		{"CONFIG", left, func(l *model.ConfigLine) string { return l.Change.Name }},
		{"IS", left, func(l *model.ConfigLine) string {
			if l.Unset {
				return dash
			}
			return l.From
		}},
		{"WOULD BE", left, func(l *model.ConfigLine) string {
			if l.Untold {
				return "its default"
			}
			return l.To
		}},
	}, lines, true)
	_ = out.Flush() // a buffer takes all
	return b.String()
}

// configsNow says what those configs are that were changed.
func configsNow(now *model.Configs, changes model.ConfigChanges) string {
	says := ""
	for _, c := range changes.List() {
		line := c.Name + " is not set"
		if e := now.Find(c.Name); e != nil && !e.Unset {
			line = c.Name + "=" + clean.Text(e.Value)
		}
		if says != "" {
			says += "\n"
		}
		says += line
	}
	return says
}
