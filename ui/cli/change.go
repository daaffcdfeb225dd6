package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"kscope/model"
	"kscope/ui"
)

// A change is what commands have in common that change topics: they look what it would
// do, have somebody agree where it cannot be taken back, make it, and read it back.
type change struct {
	dryRun, agreed bool
}

// add adds the flags; asks says whether somebody may have to agree.
func (ch *change) add(c *cobra.Command, asks bool) {
	c.Flags().BoolVar(&ch.dryRun, "dry-run", false, "change nothing, and print what would become of it")
	if asks {
		c.Flags().BoolVar(&ch.agreed, "yes", false, "do it without asking")
	}
}

// A proposal is a change that is to be made.
type proposal struct {
	command model.Command
	preview string         // lines
	refusal *model.Problem // why it cannot be made as things are; nil if it can
	word    string         // what somebody types who agrees; empty: it can be taken back
	did     func(model.Event) (says string, ok bool)
}

// carryOut makes a change, or with --dry-run says what it would be.
func (ch *change) carryOut(ctx context.Context, a *app, source ui.Source, p proposal) error {
	switch {
	case p.refusal != nil:
		return p.refusal
	case ch.dryRun:
		_, err := a.std.Out.Write([]byte(p.preview))
		return err
	}
	if err := ch.confirm(a, p); err != nil {
		return err
	}
	says := ""
	err := source.Do(ctx, p.command, func(e model.Event) {
		if line, ok := p.did(e); ok {
			says = line
		}
	})
	switch {
	case err != nil:
		return explain(ctx, source, err)
	case says == "":
		return errors.New("it was done, but not read back: look at the topic")
	}
	_, err = a.std.Out.Write([]byte(says + "\n"))
	return err
}

// confirm has somebody agree: by --yes, or at a terminal by typing the word.
func (ch *change) confirm(a *app, p proposal) error {
	switch {
	case ch.agreed || p.word == "":
		return nil
	case !a.std.InTerminal || !a.std.ErrTerminal:
		return wrong("this cannot be taken back: look at it with --dry-run, and say --yes")
	}
	if _, err := a.std.Err.Write([]byte(p.preview + "type " + p.word + " to " + p.command.String() + ": ")); err != nil {
		return err
	}
	typed, _ := bufio.NewReader(a.std.In).ReadString('\n') // an end is no agreement
	if strings.TrimSpace(typed) != p.word {
		a.say("nothing was changed")
		return exit(failed)
	}
	return nil
}

// placementTable says where replicas are likely to go.
func placementTable(p model.Placement) string {
	if p.Problem != nil {
		return "where its replicas would go is not known: " + p.Problem.Error() + "\n"
	}
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	writeTable(out, []column[model.Placed]{
		{"BROKER", right, func(p *model.Placed) string { return id(p.Broker) }},
		{"RACK", left, func(p *model.Placed) string { return p.Rack }},
		{"LEADERS", right, func(p *model.Placed) string { return spanOf(p.Leaders) }},
		{"REPLICAS", right, func(p *model.Placed) string { return spanOf(p.Replicas) }},
	}, p.Brokers, true)
	_ = out.Flush() // a buffer takes all
	return b.String()
}

func spanOf(s model.Span) string {
	if s.Exact() {
		return id(s.Least)
	}
	return id(s.Least) + "-" + id(s.Most)
}

// sizeOf is how large a topic is, in words.
func sizeOf(partitions, replicas int) string {
	return plural(int64(partitions), "partition") + ", replication factor " + id(replicas)
}
