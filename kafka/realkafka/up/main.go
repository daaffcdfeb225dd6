// Up brings up a real Kafka cluster on loopback and keeps it until ^C: to look at
// the program by hand, and to break the cluster under it.
//
//	go run ./kafka/realkafka/up -nodes 3 -secure -topics
//
// It prints the addresses of every listener and the paths of the TLS files, and then
// takes these commands, one a line, from standard input:
//
//	kill N     end node N at once, as a power cut does
//	stop N     stop node N in good order
//	start N    start it again
//
// It needs java 17 or later and, the first time, mvn.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"kscope/kafka/realkafka"
)

func main() {
	options := realkafka.Options{}
	flag.StringVar(&options.Version, "version", realkafka.DefaultVersion, "the `version` of Kafka")
	flag.IntVar(&options.Nodes, "nodes", 3, "how many nodes, 1 to 9")
	flag.BoolVar(&options.Secure, "secure", false, "TLS and SASL listeners, users and ACLs as well")
	flag.StringVar(&options.Heap, "heap", "384m", "java's `heap` for each node")
	topics := flag.Bool("topics", false, "create unevenly placed topics with records in them")
	large := flag.Int("large", 0, "create the topic large, with so many `records` of 100 bytes")
	registry := flag.Bool("registry", false, "a schema registry as well")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	up := func() error { return run(ctx, options, filling{*topics, *large}, os.Stdin, os.Stdout) }
	var err error
	if *registry {
		err = runRegistry(ctx, os.Stdout, up)
	} else {
		err = up()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runRegistry brings a registry up, for as long as rest takes.
func runRegistry(ctx context.Context, out io.Writer, rest func() error) error {
	registry, err := realkafka.UpRegistry(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "schema registry %s\n", registry.URL())
	return errors.Join(rest(), registry.Close())
}

// A filling is what topics are created.
type filling struct {
	uneven bool
	large  int // records of the topic large
}

func run(ctx context.Context, options realkafka.Options, with filling, in io.Reader, out io.Writer) (err error) {
	fmt.Fprintf(out, "bringing up %d nodes of Kafka %s\n", options.Nodes, options.Version)
	start := time.Now()
	cluster, err := realkafka.Up(ctx, options)
	if err != nil {
		return err
	}
	defer func() {
		if failed := cluster.Close(); err == nil {
			err = failed
		}
	}()
	if with.large > 0 {
		if err := cluster.CreateLargeTopic(ctx, "large", 100, with.large); err != nil {
			return err
		}
		fmt.Fprintf(out, "the topic large has %d records\n", with.large)
	}
	if with.uneven {
		if err := cluster.CreateUnevenTopics(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "up after %.1f s\n\n", time.Since(start).Seconds())
	describe(out, cluster, options.Secure)
	obey(ctx, cluster, in, out)
	return nil
}

// Obey carries out commands until ctx is done. When the input ends first it waits.
func obey(ctx context.Context, cluster *realkafka.Cluster, in io.Reader, out io.Writer) {
	lines := make(chan string)
	go func() {
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case line := <-lines:
			if line = strings.TrimSpace(line); line != "" {
				fmt.Fprintln(out, answer(ctx, cluster, line))
			}
		case <-ctx.Done():
			return
		}
	}
}

// Answer carries out one command and says in a line what came of it.
func answer(ctx context.Context, cluster *realkafka.Cluster, line string) string {
	var verb string
	var n int
	if _, err := fmt.Sscanf(line, "%s %d", &verb, &n); err != nil || n < 1 || n > cluster.Nodes() {
		return fmt.Sprintf("want kill N, stop N or start N, with N from 1 to %d", cluster.Nodes())
	}
	var err error
	switch verb {
	case "kill":
		cluster.Kill(n)
	case "stop":
		err = stop(ctx, cluster, n)
	case "start":
		err = cluster.Start(ctx, n)
	default:
		return "no such command: " + verb
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s %d: done, running are now %v", verb, n, cluster.Running())
}

func stop(ctx context.Context, cluster *realkafka.Cluster, n int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return cluster.Stop(ctx, n)
}

func describe(out io.Writer, cluster *realkafka.Cluster, secure bool) {
	names := []realkafka.Listener{realkafka.Plaintext, realkafka.Unreachable, realkafka.Controller}
	if secure {
		names = append(names, realkafka.TLS, realkafka.SSL, realkafka.SASLSSL, realkafka.SASLPlaintext)
	}
	for _, name := range names {
		fmt.Fprintf(out, "%-15s %s\n", name, strings.Join(cluster.Seeds(name), ","))
	}
	if secure {
		files := cluster.TLS
		fmt.Fprintf(out, "\nCA              %s\nuntrusted CA    %s\nclient cert     %s\nclient key      %s\n",
			files.CA, files.UntrustedCA, files.ClientCert, files.ClientKey)
		fmt.Fprintf(out, "users           %s/%s (super user), %s/%s (no rights)\n",
			realkafka.Admin, realkafka.AdminPassword, realkafka.Alice, realkafka.AlicePassword)
	}
	for n := 1; n <= cluster.Nodes(); n++ {
		fmt.Fprintf(out, "log of node %d   %s\n", n, cluster.LogFile(n))
	}
	fmt.Fprintln(out, "\nkill N, stop N, start N, or ^C to end")
}
