package consistency

import "testing"

// TestConsistency follows shapes through batches of transactions.
func TestConsistency(t *testing.T) {
	x := newRun(t)
	x.serveWithin()
	x.write(2, 30)()
	x.follow(60)
	for range 5 {
		x.write(4, 25)()
		x.settle(0)
	}
	x.finish()
}
