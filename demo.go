package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kscope/kafka"
	"kscope/kafka/demo"
	"kscope/kafka/registry"
	"kscope/model"
	"kscope/ui"
	"kscope/ui/cli"
)

// A demoSource is a client of the demo cluster that can also stop its brokers.
type demoSource struct {
	*kafka.Client
	cluster  *demo.Cluster
	readOnly bool
}

// Do implements ui.Source.
func (s demoSource) Do(ctx context.Context, c model.Command, emit func(model.Event)) error {
	switch c := c.(type) {
	case model.StopBroker:
		if !s.readOnly {
			return s.cluster.StopBroker(c.ID)
		}
	case model.StartBroker:
		if !s.readOnly {
			return s.cluster.StartBroker(c.ID)
		}
	default: // as on any cluster
	}
	return s.Client.Do(ctx, c, emit)
}

// startDemo starts a cluster in this process. It opens no ports.
func startDemo(ctx context.Context, o cli.DemoOptions) (ui.Source, func(), error) {
	cluster, err := demo.Start(ctx, demo.Options{})
	if err != nil {
		return nil, nil, err
	}
	client, err := kafka.Dial(model.Connection{Name: o.Name, Seeds: cluster.Seeds(), ReadOnly: o.ReadOnly}, kgo.Dialer(cluster.Dial))
	if err != nil {
		cluster.Close()
		return nil, nil, err
	}
	if err := client.UseRegistry(registry.Within(demo.Registry(), time.Minute)); err != nil {
		client.Close()
		cluster.Close()
		return nil, nil, err
	}
	if o.Settled {
		settle(ctx, cluster)
	}
	end := func() {
		client.Close()
		cluster.Close()
	}
	return demoSource{client, cluster, o.ReadOnly}, end, nil
}

// settling is how long to wait for the demo's groups, which takes them about 3 s.
const settling = 8 * time.Second

// settle waits until the groups have their members. A cluster of which some are late
// is as good: it is what there is to see.
func settle(ctx context.Context, cluster *demo.Cluster) {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	_ = cluster.Settle(ctx)
}

// serveDemo serves a demo cluster with its schema registry, or a large synthetic one that
// has none, on loopback ports until ctx is done. It writes where: a line for each broker,
// then the registry's URL.
func serveDemo(ctx context.Context, listen string, topics, partitions int, out io.Writer) error {
	var cluster *demo.Cluster
	var err error
	if topics > 0 {
		cluster, err = demo.Huge(ctx, topics, partitions, listen)
	} else {
		cluster, err = demo.Start(ctx, demo.Options{Listen: listen})
	}
	if err != nil {
		return err
	}
	defer cluster.Close()
	seeds := cluster.Seeds()
	for _, seed := range seeds {
		fmt.Fprintln(out, seed)
	}
	if topics == 0 {
		at, end, err := serveRegistry(seeds[len(seeds)-1])
		if err != nil {
			return err
		}
		defer end()
		fmt.Fprintln(out, "http://"+at)
	}
	<-ctx.Done()
	return nil
}

// serveRegistry serves the demo's schema registry on the port after a broker's, or if
// that is taken on any. It returns where, and what ends it.
func serveRegistry(broker string) (at string, end func(), err error) {
	host, port, err := net.SplitHostPort(broker)
	if err != nil {
		return "", nil, err
	}
	n, _ := strconv.Atoi(port)
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(n+1)))
	if err != nil {
		listener, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return "", nil, fmt.Errorf("the demo's schema registry cannot listen: %w", err)
	}
	server := &http.Server{Handler: demo.Registry(), ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // it ends when it is closed
	}()
	return listener.Addr().String(), func() {
		_ = server.Close()
		<-done
	}, nil
}
