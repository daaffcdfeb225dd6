// Command saramasender sends a record for each line of its standard input, by Sarama
// with its default partitioner: a key in base64, or - for none. It is a module of its
// own, so that kscope's does not depend on Sarama.
//
//	saramasender ADDRESS TOPIC < keys
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"

	"github.com/IBM/sarama"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(address, topic string) error {
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	producer, err := sarama.NewSyncProducer([]string{address}, config)
	if err != nil {
		return err
	}
	var batch []*sarama.ProducerMessage
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		m := &sarama.ProducerMessage{Topic: topic, Value: sarama.StringEncoder("v")}
		if lines.Text() != "-" {
			key, err := base64.StdEncoding.AppendDecode([]byte{}, lines.Bytes())
			if err != nil {
				return err
			}
			m.Key = sarama.ByteEncoder(key)
		}
		batch = append(batch, m)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if err := producer.SendMessages(batch); err != nil {
		return err
	}
	return producer.Close()
}
