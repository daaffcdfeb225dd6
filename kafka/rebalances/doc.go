// Package rebalances holds what kscope says about rebalances against what happened,
// on real Apache Kafka. It has tests and benchmarks only:
//
//	go test -tags realkafka -count=1 ./kafka/rebalances
//	go test -tags realkafka -run '^$' -bench . ./kafka/rebalances
//
// Real consumers are made to join, leave, die, hang, change their minds. Nothing that
// kscope says is held against kscope: there are two other witnesses.
//
//   - The consumers: each says by its own callbacks what it was given and what was
//     taken from it, and franz-go's also of which generation. They are Kafka's
//     VerifiableConsumer and VerifiableShareConsumer, a Kafka Streams program
//     (testdata/Streams.java), and franz-go, in this process or in one of its own that
//     can be killed or stopped.
//   - The group coordinators: their logs have a line for every generation and every
//     group epoch, with the reason.
//
// Each group is watched twice at the same time: by somebody who may read
// __consumer_offsets, and by somebody who may not and therefore polls.
//
// Timeouts are short, so that the whole takes a few minutes; everything else about the
// brokers is as Kafka has it.
package rebalances
