package ui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"kscope/model"
)

// What is measured here is the loop: a message goes to Update, then View makes
// the screen anew, as Bubble Tea does after every message. What the loop has
// started meanwhile (answers, arrangements) runs on other goroutines, as in the
// program, and its messages are measured on their own.

// sizesMeasured are the clusters: how many topics, of how many partitions each,
// on how many brokers. The figures must not differ.
var sizesMeasured = []struct{ topics, partitions, brokers int }{
	{10, 20, 3},
	{1_000, 20, 3},
	{10_000, 20, 3},
	{10_000, 3, 100},
}

// BenchmarkLoop measures Update and View at 200x50 for what a user does and for
// what comes in meanwhile: median and 99th percentile of each, next to those of
// work that never changes.
func BenchmarkLoop(b *testing.B) {
	for _, size := range sizesMeasured {
		c := newSynthetic(size.topics, size.partitions, size.brokers)
		b.Run(fmt.Sprintf("topics=%d/brokers=%d", size.topics, size.brokers), func(b *testing.B) {
			for _, deed := range deeds {
				b.Run(deed.name, func(b *testing.B) { measure(b, c, 200, 50, deed.prepare, deed.steps...) })
			}
		})
	}
}

// BenchmarkLoopLargeScreen is the same at 300x80, for a few of the deeds.
func BenchmarkLoopLargeScreen(b *testing.B) {
	c := newSynthetic(10_000, 3, 100)
	for _, deed := range deeds[:4] {
		b.Run(deed.name, func(b *testing.B) { measure(b, c, 300, 80, deed.prepare, deed.steps...) })
	}
}

// deeds are what is measured: steps, over and over, after keys that prepare them.
var deeds = []struct {
	name    string
	prepare []string
	steps   []string
}{
	{"cursor", []string{"2"}, []string{"j", "j", "j", "j", "j", "k", "k", "k"}},
	{"page", []string{"2"}, []string{"pgdown", "pgdown", "pgdown", "pgup", "pgup", "G", "g"}},
	{"heat", []string{"C", "z"}, []string{"j", "l", "pgdown", "l", "l", "k", "h", "pgup"}},
	{"zooms", []string{"1", "j", "4"}, []string{"v"}},
	{"matrix", []string{"2", "enter", "z"}, []string{"j", "j", "l", "k", "k", "h"}},
	{"filter", []string{"2", "/"}, []string{"e", "v", "backspace", "backspace"}},
	{"tick", nil, []string{stepTick}},
	{"topic", nil, []string{stepTopic}},
	{"offsets", nil, []string{stepOffsets}},
	{"listing", nil, []string{stepListing}},
	{"records", []string{"6"}, []string{stepRecords}},
}

// Steps that are no keys: what comes in.
const (
	stepTick    = "a second passes"
	stepTopic   = "the selected topic is described"
	stepOffsets = "offsets of 250 topics arrive"
	stepListing = "all topics are listed"
	stepRecords = "250 records arrive"
	stepFlood   = "what a million records a second are in a thirtieth of one"
	stepStorm   = "a group rebalances once more"
	stepGroups  = "all groups are listed"
	stepMembers = "the groups on screen are described"
	stepLags    = "the lags of the groups on screen arrive"
)

func measure(b *testing.B, c *synthetic, w, h int, prepare []string, steps ...string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l := newLoop(ctx, c, w, h)
	for _, step := range prepare {
		l.pass(l.message(step))
		l.settle()
	}
	var took, other []time.Duration
	for i := range b.N {
		msg := l.message(steps[i%len(steps)])
		took = append(took, lasts(func() { l.pass(msg) }))
		other = append(other, lasts(yardstick))
		time.Sleep(between)
		l.drain()
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op") // the mean says little
	b.ReportMetric(quantile(took, 0.5), "p50-µs")
	b.ReportMetric(quantile(took, 0.99), "p99-µs")
	b.ReportMetric(quantile(other, 0.5), "yardstick-p50-µs")
	b.ReportMetric(quantile(other, 0.99), "yardstick-p99-µs")
}

// between is the time from one message to the next: a key held down comes 30 times
// a second.
const between = 5 * time.Millisecond

func lasts(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// yardstick is work that always takes the same time, and allocates nothing: by how
// much it takes longer now and then is the machine's part of a 99th percentile.
func yardstick() {
	sum := uint32(0)
	for i := range uint32(300_000) {
		sum = sum*31 + i
	}
	yardsticks += sum
}

var yardsticks uint32

func quantile(took []time.Duration, q float64) float64 {
	slices.Sort(took)
	return micros(took[int(float64(len(took)-1)*q)])
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// A loop is the program without a terminal: it does what Bubble Tea does with
// messages and commands.
type loop struct {
	app      *App
	messages chan tea.Msg
	done     <-chan struct{}
	script   *synthetic
	turn     int
}

func newLoop(ctx context.Context, c *synthetic, w, h int) *loop {
	l := &loop{app: New(ctx, c, Options{Name: "synthetic", Theme: "dark"}), messages: make(chan tea.Msg, 1024), done: ctx.Done(), script: c}
	l.run(l.app.Init())
	l.pass(tea.WindowSizeMsg{Width: w, Height: h})
	l.settle()
	return l
}

// pass gives a message to the app and has it draw.
func (l *loop) pass(msg tea.Msg) {
	_, cmd := l.app.Update(msg)
	_ = l.app.View()
	l.run(cmd)
}

// run starts a command; its message comes in later.
func (l *loop) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, one := range batch {
				l.run(one)
			}
			return
		}
		if _, ok := msg.(tickMsg); ok || msg == nil { // a second passes when a step says so
			return
		}
		select {
		case l.messages <- msg:
		case <-l.done:
		}
	}()
}

// drain passes on what has come in.
func (l *loop) drain() {
	for {
		select {
		case msg := <-l.messages:
			l.pass(msg)
		default:
			return
		}
	}
}

// settle passes on what comes in until nothing has for a while.
func (l *loop) settle() {
	for {
		select {
		case msg := <-l.messages:
			l.pass(msg)
		case <-time.After(300 * time.Millisecond):
			return
		}
	}
}

var namedKeys = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "backspace": {Code: tea.KeyBackspace},
	"pgdown": {Code: tea.KeyPgDown}, "pgup": {Code: tea.KeyPgUp}, "space": {Code: tea.KeySpace, Text: " "},
}

// message is what a step sends.
func (l *loop) message(step string) tea.Msg {
	l.turn++
	c, name := l.script, l.app.sel.Topic
	switch step {
	case stepTick:
		return tickMsg(l.app.now.Add(time.Second))
	case stepTopic:
		i, _ := model.FindTopic(l.app.feed.now.Topics, name)
		return l.arrival(model.DescribeTopic{Name: name}, model.TopicDescribed{Topic: c.topics[i]})
	case stepOffsets:
		return l.arrival(model.ListBrokers{}, c.offsets(l.turn, 250))
	case stepListing:
		return l.arrival(model.ListTopics{}, c.listing())
	case stepRecords:
		return l.arrival(l.tail(), c.records(l.tail(), 250))
	case stepFlood:
		return l.arrival(l.tail(), c.records(l.tail(), aWakeUp))
	case stepGroups:
		return l.arrival(model.ListGroups{}, c.groups())
	case stepMembers:
		return l.arrival(model.ListGroups{}, c.describedGroups(c.page(l.turn)))
	case stepLags:
		return l.arrival(model.ListGroups{}, c.lags(c.page(l.turn)))
	case stepStorm:
		return l.arrival(model.WatchGroup{Group: stormy}, model.GroupLogged{At: time.Now(), Group: stormy, Observations: []model.Observation{c.storm.next()}, Log: followed})
	}
	if k, ok := namedKeys[step]; ok {
		return k
	}
	return tea.KeyPressMsg{Code: rune(step[0]), Text: step}
}

// tail is the tail that is open.
func (l *loop) tail() model.Tail { return l.app.explorer.tail.tail(l.app.frame()) }

// arrival is what a flight of the query brings.
func (l *loop) arrival(q model.Query, e model.Event) tea.Msg {
	m := arrivedMsg{query: q, events: []model.Event{e}, at: time.Now()}
	if fl := l.app.feed.flights[q]; fl != nil {
		m.number = fl.number
	}
	return m
}
