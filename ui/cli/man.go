package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) manual() *cobra.Command {
	c := &cobra.Command{
		Use:               "man",
		Short:             "Print the manual page",
		GroupID:           groupOther,
		Example:           examples("kscope man | man -l -", "kscope man > /usr/local/share/man/man1/kscope.1"),
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	c.RunE = a.running(func(context.Context, []string) error {
		_, err := io.WriteString(a.std.Out, manualPage(c.Root(), a.deps.Version))
		return err
	})
	return c
}

// A page is a manual page in the making, in roff with the man macros.
type page struct{ strings.Builder }

// manualPage returns the manual page of the whole command line. It has no date:
// the same program prints the same page.
func manualPage(root *cobra.Command, version string) string {
	p := &page{}
	p.macro("TH", "KSCOPE", "1", "", "kscope "+version, "User Commands")
	p.macro("SH", "NAME")
	p.line(root.Name() + " - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	p.macro("SH", "SYNOPSIS")
	p.macro("nf")
	p.line(root.Name() + " [options]")
	for _, c := range commands(root) {
		p.line(synopsis(c) + " [options]")
	}
	p.macro("fi")
	p.macro("SH", "DESCRIPTION")
	p.prose(root.Long)
	p.macro("SH", "OPTIONS")
	p.flags(root.LocalFlags())
	p.macro("SH", "COMMANDS")
	for _, c := range commands(root) {
		p.command(c)
	}
	p.macro("SH", "ENVIRONMENT")
	p.tagged(brokersVariable, "stands in for --brokers.")
	p.tagged("NO_COLOR", "set to anything, keeps colours away.")
	p.macro("SH", "EXAMPLES")
	p.examples(root.Example)
	return p.String()
}

// commands returns what kscope can be told to do, without cobra's own. Commands
// below one that does something itself come after it.
func commands(root *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			all = append(all, c)
			if c.Runnable() {
				all = append(all, commands(c)...)
			}
		}
	}
	return all
}

// synopsis says how a command is called, without its flags.
func synopsis(c *cobra.Command) string {
	s := strings.TrimSuffix(c.UseLine(), " [flags]")
	if !c.Runnable() {
		s += " COMMAND"
	}
	return s
}

func (p *page) command(c *cobra.Command) {
	p.macro("SS", synopsis(c))
	if c.Long == "" || !c.Runnable() {
		p.prose(c.Short + ".")
	} else {
		p.prose(c.Long)
	}
	for _, sub := range c.Commands() {
		if !c.Runnable() {
			p.tagged(synopsis(sub), sub.Short)
		}
	}
	p.flags(c.NonInheritedFlags())
	p.examples(c.Example)
}

func (p *page) flags(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		word, usage := pflag.UnquoteUsage(f)
		if f.Value.Type() != "bool" && f.DefValue != "" {
			usage += " (default " + f.DefValue + ")"
		}
		p.tagged(strings.TrimSpace(name+" "+word), usage)
	})
}

func (p *page) examples(lines string) {
	if lines == "" {
		return
	}
	p.macro("PP")
	p.macro("nf")
	for line := range strings.SplitSeq(lines, "\n") {
		p.line(line)
	}
	p.macro("fi")
}

func (p *page) tagged(tag, says string) {
	p.macro("TP")
	p.WriteString(`\fB` + roff(tag) + `\fP` + "\n")
	p.line(says)
}

// prose writes paragraphs, which empty lines part.
func (p *page) prose(text string) {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		p.macro("PP")
		for line := range strings.SplitSeq(paragraph, "\n") {
			p.line(line)
		}
	}
}

// line writes a line of text. One that begins as a macro does is kept from being
// one.
func (p *page) line(text string) {
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		p.WriteString(`\&`)
	}
	p.WriteString(roff(text) + "\n")
}

func (p *page) macro(name string, args ...string) {
	p.WriteString("." + name)
	for _, arg := range args {
		fmt.Fprintf(p, ` "%s"`, strings.ReplaceAll(roff(arg), `"`, `\(dq`))
	}
	p.WriteString("\n")
}

// roffEscapes keep backslashes and hyphens what they are: the hyphen of a flag
// must be one that can be searched for and copied.
var roffEscapes = strings.NewReplacer(`\`, `\e`, "-", `\-`)

// roff returns text as roff writes it.
func roff(text string) string { return roffEscapes.Replace(text) }
