// Command bare does with the client library alone what a listing, or a tail, costs at
// the very least: it asks a cluster for all its topics and prints how many there are,
// or reads so many records of a topic from its beginning, and does nothing with them.
// On a terminal it shows how fast.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

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
	tell := func(int, time.Duration) {}
	if info, err := os.Stdout.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		tell = teller()
	}
	n, begin := 0, time.Now()
	for n < wanted {
		fetches := cl.PollFetches(context.Background())
		if err := fetches.Err(); err != nil {
			return err
		}
		n += fetches.NumRecords()
		tell(n, time.Since(begin))
	}
	fmt.Println(n, "records")
	return nil
}

// teller prints twice a second how many records a second were read since it last did.
func teller() func(n int, since time.Duration) {
	before, last := 0, time.Duration(0)
	return func(n int, since time.Duration) {
		if took := since - last; took >= 500*time.Millisecond {
			fmt.Printf("%5.1f s  %11d records  %5.2f M/s\n", since.Seconds(), n, float64(n-before)/took.Seconds()/1e6)
			before, last = n, since
		}
	}
}
