package kafka

import (
	"context"
	"crypto/tls"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// The steps of a diagnosis.
const (
	stepResolve    = "resolve"
	stepConnect    = "connect"
	stepTLS        = "TLS"
	stepSASL       = "SASL"
	stepVersions   = "API versions"
	stepAdvertised = "advertised listeners"
	stepTopics     = "topics"
)

var stepNames = []string{stepResolve, stepConnect, stepTLS, stepSASL, stepVersions, stepAdvertised, stepTopics}

// stepTime is how long each of the things a step waits for may take.
const stepTime = 5 * time.Second

// diagnose answers model.Diagnose: it connects anew, step by step, with an event
// when a step begins and when it ends. It stops at the first step that fails, and
// the diagnosis then has its problem.
//
//	API   ApiVersions (18), SaslHandshake (17), SaslAuthenticate (36), Metadata (3)
//	      without topics, to the first seed that accepts; ApiVersions to each broker
//	      where it says it is; DescribeTopicPartitions (75) for one partition, or
//	      Metadata for all; DescribeCluster (60) if there is no topic
//	ACL   none
//	Error none but ctx's: what is wrong is in the diagnosis
func (c *Client) diagnose(ctx context.Context, emit func(model.Event)) error {
	d := newDiagnosing(c, emit)
	defer d.close()
	for _, s := range []struct {
		name string
		take func(context.Context) finding
	}{
		{stepResolve, d.resolve},
		{stepConnect, d.connect},
		{stepTLS, d.secure},
		{stepSASL, d.authenticate},
		{stepVersions, d.versions},
		{stepAdvertised, d.advertised},
		{stepTopics, d.topics},
	} {
		if !d.step(ctx, s.name, s.take) {
			break
		}
	}
	if ctx.Err() == nil {
		d.end()
	}
	return ctx.Err()
}

// A finding is how a step ended.
type finding struct {
	skipped bool
	detail  string
	parts   []model.Step
	problem *model.Problem
	goOn    bool // though there is a problem, the next step can be taken
}

// failed is the finding of a step that did not work.
func failed(p *model.Problem) finding { return finding{detail: p.Says, problem: p} }

// diagnosing is a diagnosis under way.
type diagnosing struct {
	c    *Client
	emit func(model.Event)

	began   time.Time
	steps   []model.Step            // the steps as a whole
	parts   map[string][]model.Step // of steps with several
	problem *model.Problem

	address string // of the seed that was connected to
	wire    *wire
	config  *tls.Config
	hello   *kmsg.ApiVersionsResponse
	failed  error // of asking for hello, where it is not about TLS
	meta    *kmsg.MetadataResponse
}

func newDiagnosing(c *Client, emit func(model.Event)) *diagnosing {
	d := &diagnosing{c: c, emit: emit, began: time.Now(), parts: map[string][]model.Step{}}
	for _, name := range stepNames {
		d.steps = append(d.steps, model.Step{Name: name})
	}
	return d
}

func (d *diagnosing) close() {
	if d.wire != nil {
		d.wire.close()
	}
}

// step takes one step, and reports whether the next can be taken.
func (d *diagnosing) step(ctx context.Context, name string, take func(context.Context) finding) bool {
	i := slices.Index(stepNames, name)
	d.steps[i].State = model.StepUnderWay
	d.say(false)
	begin := time.Now()
	f := take(ctx)
	if ctx.Err() != nil {
		return false
	}
	s := &d.steps[i]
	s.Took, s.Detail, s.State = time.Since(begin), f.detail, model.StepPassed
	switch {
	case f.problem != nil:
		s.State = model.StepFailed
		if d.problem == nil {
			d.problem = f.problem
		}
	case f.skipped:
		s.State, s.Took = model.StepSkipped, 0
	}
	d.parts[name] = f.parts
	d.say(false)
	return f.problem == nil || f.goOn
}

// end says that no step is left that can be taken.
func (d *diagnosing) end() {
	for i := range d.steps {
		if d.steps[i].State == model.StepWaiting {
			d.steps[i].Detail = "not tried"
		}
	}
	d.say(true)
}

// say emits the diagnosis as it is.
func (d *diagnosing) say(done bool) {
	var steps []model.Step
	for _, s := range d.steps {
		steps = append(append(steps, s), d.parts[s.Name]...)
	}
	d.emit(model.Diagnosed{Diagnosis: model.Diagnosis{Started: d.began, Steps: steps, Problem: d.problem, Done: done}})
}
