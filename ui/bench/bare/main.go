// Command bare asks a cluster for all its topics with the client library alone
// and prints how many there are: what a listing costs at the very least.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bare HOST:PORT")
		os.Exit(2)
	}
	if err := list(os.Args[1]); err != nil {
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
