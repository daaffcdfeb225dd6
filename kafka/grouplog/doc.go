// Package grouplog reads what group coordinators write down: the records of
// __consumer_offsets. Of one group it makes observations, as if somebody had
// watched it all the time.
//
// The records' forms are those of Kafka 4.3's group coordinator and of all before.
// They are Kafka's own affair and may change: a record of a kind or version that is
// not known is skipped and counted, never guessed at.
package grouplog
