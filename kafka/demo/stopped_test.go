package demo

import (
	"testing"
	"time"
)

// A transaction that cannot go on, since its partitions have no leader, holds up
// nothing.
func TestCloseWhileNoBrokerTakesRecords(t *testing.T) {
	c, err := Start(t.Context(), Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond) // transactions are under way
	for id := range int32(len(racks)) {
		if err := c.StopBroker(id + 1); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(700 * time.Millisecond) // and one has begun that finds no leader
	closed := make(chan struct{})
	go func() {
		c.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("it does not close")
	}
}
