// Package demo runs a small Kafka cluster inside the process: what `kscope
// --demo` shows, and what tests and benchmarks connect to.
//
// The logs, groups and transactions are kfake's. What kfake does not model is
// kept here, in an image of the cluster such as a controller holds, and
// answered from it: racks, replica lists, in-sync replicas, offline replicas,
// leaders and their epochs, reassignments, preferred elections, the log
// directories of each broker, fenced brokers and the metadata quorum. kfake
// only ever hears of the outcome, as a move of a partition's leader.
//
// It differs from real Kafka in these ways, [Simulated] has them in words:
// followers copy nothing (a record is stored once, whoever leads), so an
// election never loses records; brokers are noticed as lost at once, not when
// a session expires; catching up takes a set time; every group's coordinator
// is chosen anew when a broker goes away; __consumer_offsets exists but is
// empty; topics hold a few megabytes at most.
//
// Nothing listens on a port unless [Options].Listen asks for it: connections
// are in-memory pipes, made by [Cluster.Dial].
package demo
