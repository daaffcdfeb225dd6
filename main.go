// Kscope explores Kafka clusters from a terminal: how partitions lie over brokers,
// who reads them, what is written, and a form to write by hand.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/charmbracelet/x/term"

	"kscope/kafka"
	"kscope/kafka/lab/host"
	"kscope/model"
	"kscope/ui"
	"kscope/ui/cli"
)

// version is set by the linker for releases.
var version = ""

func main() { os.Exit(run()) }

func run() int {
	if len(os.Args) == 2 && os.Args[1] == host.Argument {
		return host.Main()
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away is an error of Write
	return cli.Run(ctx, os.Args[1:], streams(), cli.Deps{
		Version:   versionName(),
		Getenv:    os.Getenv,
		Connect:   connect,
		Demo:      startDemo,
		ServeDemo: serveDemo,

		CheckFilter: checkFilter,
		Explore: func(ctx context.Context, source ui.Source, x cli.Explore) int {
			stop() // from here on the terminal's guard takes the signals
			return explore(context.WithoutCancel(ctx), source, x)
		},
	})
}

func streams() cli.Streams {
	return cli.Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(os.Stdin.Fd()),
		OutTerminal: term.IsTerminal(os.Stdout.Fd()),
		ErrTerminal: term.IsTerminal(os.Stderr.Fd()),
	}
}

// connect returns a client of the cluster; it has not been reached yet.
func connect(_ context.Context, c model.Connection) (ui.Source, func(), error) {
	client, err := kafka.Dial(c)
	if err != nil {
		return nil, nil, err
	}
	client.HostLab(host.New(c, host.Self))
	return client, client.Close, nil
}

// versionName is the release, or what the build knows of the source it is made of.
func versionName() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel " + s.Value[:min(len(s.Value), 12)]
		}
	}
	return strings.Trim(info.Main.Version, "()")
}
