package model

import "time"

// Cluster is what the brokers say of themselves as a whole.
type Cluster struct {
	Name       string // what the user calls it
	ID         string // cluster id; empty if not known
	Controller int32  // a node's id, of no broker where controllers are nodes of their own; NoBroker if not known
	Version    string // the oldest broker's, as guessed from ApiVersions: "4.1"; empty if not known
	Demo       bool   // an in-process cluster: replication, racks and log sizes are simulated
	ReadOnly   bool
	AutoCreate Tristate // auto.create.topics.enable, where it may be read
}

// Tristate is a fact that may not be known.
type Tristate int8

// The three states of a fact.
const (
	Unasked Tristate = iota
	Yes
	No
)

// Diagnose asks, step by step, why a cluster cannot be used.
//
// Steps: resolve, connect, TLS, SASL, API versions, advertised listeners, topics.
type Diagnose struct{}

func (Diagnose) query() {}

// Every implements Query.
func (Diagnose) Every() time.Duration { return 5 * time.Second }

// Steady marks a query that is repeated at its own pace: see ListBrokers.
func (Diagnose) Steady() {}

// A Diagnosis is the steps of one attempt to use a cluster.
type Diagnosis struct {
	Started time.Time
	Tries   int
	Steps   []Step
	Problem *Problem // the first step's that failed; nil while none has
	Done    bool     // every step that can be taken has been
}

// A Step is one thing that must work before the next can.
type Step struct {
	Name   string // resolve, connect, TLS, SASL, API versions, advertised listeners, topics
	Of     string // which host or broker, for a step with several; empty for the step as a whole
	State  StepState
	Took   time.Duration
	Detail string // what was found: addresses, certificate, version
}

// StepState is how a step went.
type StepState int

// The states of a step.
const (
	StepWaiting StepState = iota // not reached
	StepUnderWay
	StepPassed
	StepFailed
	StepSkipped // does not apply: no TLS, no SASL
)

// Diagnosed replaces the diagnosis: one event for each step that ends.
type Diagnosed struct{ Diagnosis Diagnosis }

func (e Diagnosed) apply(s *Snapshot) {
	tries := s.Diagnosis.Tries
	if !e.Diagnosis.Started.Equal(s.Diagnosis.Started) {
		tries++
	}
	s.Diagnosis = e.Diagnosis
	s.Diagnosis.Tries = tries
}
