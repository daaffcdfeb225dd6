package kafka

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"kscope/model"
)

// webServing returns the address of a web server.
func webServing(t *testing.T) string {
	t.Helper()
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	served := make(chan error, 1)
	go func() { served <- server.Serve(web) }()
	t.Cleanup(func() { server.Close(); <-served })
	return web.Addr().String()
}

// Web servers wait for more of a request: that is found out long before the request
// is given up.
func TestAWebServerIsKnownBeforeTheTimeout(t *testing.T) {
	t.Parallel()
	conn := model.Connection{Seeds: []string{webServing(t)}, Timeout: time.Minute}
	for _, q := range []model.Query{model.ListBrokers{}, model.ListTopics{}, model.ListGroups{}} {
		err := connect(t, conn).Ask(t.Context(), q, func(model.Event) {})
		var p *model.Problem
		if !errors.As(err, &p) || p.Kind != model.Unreachable || !strings.Contains(p.Says, "web server") {
			t.Errorf("%T: %v", q, err)
		}
	}
	check(t, "a web server", diagnose(t, conn), "ppssfww", model.Unreachable, "web server")
}

// One web server among the seeds is no failure.
func TestAWebServerBesideABroker(t *testing.T) {
	t.Parallel()
	cluster := fake(t, kfake.NumBrokers(1))
	c := connect(t, model.Connection{Seeds: []string{webServing(t), cluster.ListenAddrs()[0]}, Timeout: time.Minute})
	if e := the[model.BrokersListed](t, ask(t, c, model.ListBrokers{})); len(e.Brokers) != 1 {
		t.Errorf("listed = %+v", e)
	}
}

// A broker that is slow is waited for. Whether it is the request or the connection
// that runs out of time first makes no difference here.
func TestASlowBrokerIsNoWebServer(t *testing.T) {
	t.Parallel()
	_, gates, seeds := gated(t, 1)
	gates[0].hangs(true)
	err := connect(t, model.Connection{Seeds: seeds, Timeout: 2 * suspicion}).Ask(t.Context(), model.ListBrokers{}, func(model.Event) {})
	var p *model.Problem
	if !errors.As(err, &p) || p.Kind != model.Timeout && p.Kind != model.Unreachable || strings.Contains(p.Says, "web server") {
		t.Errorf("%v", err)
	}
}
