// Package producing holds what kscope sends against real Kafka, and what it says of
// partitioners against the clients that have them: Java's, librdkafka (kcat), Sarama.
//
//	go test -tags realkafka -count=1 ./kafka/producing
//	go test -tags realkafka -run '^$' -bench . ./kafka/producing
//
// There is nothing in it but tests.
package producing
