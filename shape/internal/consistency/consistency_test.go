package consistency

import (
	"testing"
	"time"
)

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

// TestAlterations alters tables while transactions run.
func TestAlterations(t *testing.T) {
	x := newRun(t)
	x.serveWithin()
	x.write(2, 30)()
	x.follow(60)
	for _, i := range x.r.Perm(len(ddls)) {
		wait := x.write(3, 10)
		x.alter(ddls[i])
		wait()
		x.settle(ddlGrace)
		x.replenish()
	}
	x.finish()
}

// TestFaults breaks everything that can be broken while transactions run.
func TestFaults(t *testing.T) {
	x := newRun(t)
	x.serveBinary()
	x.write(2, 30)()
	x.follow(40)
	for _, i := range x.r.Perm(len(faults)) {
		f := faults[i]
		began := time.Now()
		wait := x.write(3, 20)
		f.do(x)
		wait()
		x.settle(f.grace)
		t.Logf("%s: all is well after %s", f.name, time.Since(began).Round(time.Millisecond))
	}
	x.finish()
}
