// Package realkafka brings up a real Apache Kafka cluster on loopback, for tests
// and for looking at the program by hand.
//
//	cluster, err := realkafka.Up(ctx, realkafka.Options{Secure: true})
//	if err != nil { ... }
//	defer cluster.Close()
//	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.Seeds(realkafka.Plaintext)...))
//
// The brokers are Kafka's own classes in child processes, one a node, in KRaft
// combined mode (each is broker and controller). The jars come from Maven Central
// by way of mvn, once for each Kafka version, into the user's cache folder; after
// that only java is needed. When java, mvn or a jar is missing, Up says which one
// in one sentence and nothing is left behind.
//
// Each cluster takes ports of its own, keeps its data in a folder of its own, and
// takes both away in Close. On Linux the brokers also die with the process that
// started them, however it ends; only the folder stays behind then.
//
// Known to come up: 4.3.1, 3.9.1 and 3.5.2. Nothing older can: creating SCRAM users
// while formatting, before the first start, came with 3.5 (KIP-900).
//
// Only tests and the command in the folder "up" import this package.
package realkafka
