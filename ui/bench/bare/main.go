// Command bare does with the client library alone what a listing, or a tail, costs at
// the very least: it asks a cluster for all its topics and prints how many there are,
// or reads so many records of a topic from its beginning, and does nothing with them.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func main() {
	var err error
	switch len(os.Args) {
	case 2:
		err = list(os.Args[1])
	case 4:
		err = read(os.Args[1], os.Args[2], os.Args[3])
	default:
		fmt.Fprintln(os.Stderr, "usage: bare HOST:PORT [TOPIC RECORDS]")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func list(seed string) error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(seed))
	if err != nil {
		return err
	}
	defer cl.Close()
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = nil // all of them
	resp, err := cl.SeedBrokers()[0].Request(context.Background(), req)
	if err != nil {
		return err
	}
	partitions := 0
	topics := resp.(*kmsg.MetadataResponse).Topics
	for i := range topics {
		partitions += len(topics[i].Partitions)
	}
	fmt.Println(len(topics), "topics", partitions, "partitions")
	return nil
}

// read reads records until there were as many as are wanted.
func read(seed, topic, records string) error {
	wanted, err := strconv.Atoi(records)
	if err != nil {
		return err
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(seed), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return err
	}
	defer cl.Close()
	n := 0
	for n < wanted {
		fetches := cl.PollFetches(context.Background())
		if err := fetches.Err(); err != nil {
			return err
		}
		n += fetches.NumRecords()
	}
	fmt.Println(n, "records")
	return nil
}
