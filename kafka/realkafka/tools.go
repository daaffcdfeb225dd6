package realkafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// Command prepares one of Kafka's own command-line classes, such as
// org.apache.kafka.tools.TopicCommand, for the caller to start. It is killed when ctx
// is done. Where a tool stands differs between versions: 3.5 has many of them in
// kafka.admin.
func (c *Cluster) Command(ctx context.Context, class string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.java, c.arguments("-Xmx256m", class, args...)...)
	Tie(cmd)
	return cmd
}

// Program prepares a program in one file of Java source, which may use Kafka's clients,
// for the caller to start. Java compiles it first, which takes a second or two.
func (c *Cluster) Program(ctx context.Context, source string, args ...string) *exec.Cmd {
	all := append(append(c.flags("-Xmx256m", c.jars), source), args...)
	cmd := exec.CommandContext(ctx, c.java, all...)
	Tie(cmd)
	return cmd
}

// Kcat returns the path of kcat, a client that is made with librdkafka, and installs
// Debian's package where it is missing and apt-get can.
func Kcat(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("kcat"); err == nil {
		return path, nil
	}
	for _, args := range [][]string{{"update", "-q"}, {"install", "-q", "-y", "--no-install-recommends", "kcat"}} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		Tie(cmd)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("realkafka: kcat is not on the PATH, and apt-get %s: %w: install kcat\n%s", args[0], err, lastLines(out, 5))
		}
	}
	return exec.LookPath("kcat")
}

// StreamsProgram prepares a program in one file of Java source, which may use Kafka
// Streams, for the caller to start. Java compiles it first, which takes two seconds.
func (c *Cluster) StreamsProgram(ctx context.Context, source string, args ...string) (*exec.Cmd, error) {
	jars, err := StreamsJars(ctx, c.options.Version)
	if err != nil {
		return nil, err
	}
	all := append(append(c.flags("-Xmx256m", c.jars, jars), source), args...)
	cmd := exec.CommandContext(ctx, c.java, all...)
	Tie(cmd)
	return cmd, nil
}

// Tie makes a command, which has not started, die with this process where the system
// can do that, and soon after its context is done even if it leaves children behind.
func Tie(cmd *exec.Cmd) {
	cmd.SysProcAttr = childAttributes()
	cmd.WaitDelay = 5 * time.Second
}

// Tool runs one of Kafka's own command-line classes to its end and returns what it
// printed to standard output. An error carries the end of all that it printed.
func (c *Cluster) Tool(ctx context.Context, class string, args ...string) ([]byte, error) {
	cmd := c.Command(ctx, class, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		said := lastLines(slices.Concat(out.Bytes(), errs.Bytes()), 15)
		return out.Bytes(), fmt.Errorf("realkafka: %s %v: %w\n%s", class, args, err, said)
	}
	return out.Bytes(), nil
}
