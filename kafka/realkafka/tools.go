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
	cmd.SysProcAttr = childAttributes()
	cmd.WaitDelay = 5 * time.Second
	return cmd
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
