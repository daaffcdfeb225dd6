package model

// A Problem is an error that a user can act on: one sentence with the cause, and
// one with what to change.
type Problem struct {
	Kind  ProblemKind
	Says  string // the cause, a sentence without a full stop
	Fix   string // what to change; may be empty
	Right Right  // for Denied: the right that is missing
	Cause error  // what the client or the broker reported; may be nil
}

// ProblemKind tells problems apart that a screen shows in different ways.
type ProblemKind int

// The kinds of problem.
const (
	Failed      ProblemKind = iota // anything else
	Unreachable                    // nobody answers at the address
	Insecure                       // TLS: unknown CA, name, expiry, TLS on one side only
	Refused                        // wrong credentials, mechanism not offered
	Denied                         // an ACL is missing, see Right
	Gone                           // the topic, partition or group no longer exists
	Unsupported                    // the brokers are too old for the request
	Timeout                        // no answer in time
	Unknown                        // the change may or may not have been made
	ReadOnly                       // kscope was started with --read-only
	Invalid                        // what was asked for makes no sense: an input to correct
)

// Error implements error: the cause, then what to change.
func (p *Problem) Error() string {
	if p.Fix == "" {
		return p.Says
	}
	return p.Says + ": " + p.Fix
}

// Unwrap gives the reported error.
func (p *Problem) Unwrap() error { return p.Cause }

// A Right is what an ACL grants: an operation on a resource.
type Right struct {
	Operation string // as Kafka spells it: Describe, Read, Write, DescribeConfigs, …
	Resource  string // Cluster, Topic orders, Group billing
}

// String says the right as one would ask an administrator for it.
func (r Right) String() string { return r.Operation + " on " + r.Resource }
