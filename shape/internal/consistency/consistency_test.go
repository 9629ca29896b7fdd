//go:build unix

package consistency

import (
	"testing"
	"time"
)

// TestConsistency follows shapes through batches of transactions.
func TestConsistency(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// TestFaults breaks something while transactions run: a few things of those that
// are noticed at once.
func TestFaults(t *testing.T) {
	t.Parallel()
	x := newRun(t)
	x.serveBinary()
	x.write(2, 30)()
	x.follow(30)
	left := 4
	for _, i := range x.r.Perm(len(faults)) {
		if f := faults[i]; !f.slow && left > 0 {
			left--
			x.suffer(f, 3, 15)
		}
	}
	x.finish()
}

// suffer has something go wrong while transactions run.
func (x *run) suffer(f fault, sessions, transactions int) {
	began := time.Now()
	wait := x.write(sessions, transactions)
	f.do(x)
	wait()
	x.settle(f.grace)
	x.t.Logf("%s: all is well after %s", f.name, time.Since(began).Round(time.Millisecond))
}

// TestLong does all of that, in one long run, when it is asked for by
// -transactions: it ends after so many.
func TestLong(t *testing.T) {
	if *transactionsFlag == 0 {
		t.Skip("it is for -transactions, 10000 for instance")
	}
	x := newRun(t)
	x.serveBinary()
	x.write(2, 30)()
	x.follow(80)
	began := time.Now()
	for round := 0; x.counts.total() < int64(*transactionsFlag); round++ {
		grace := time.Duration(0)
		wait := x.write(4, 50)
		if chance(x.r, 40) {
			x.alter(pick(x.r, ddls))
			grace = ddlGrace
		}
		if chance(x.r, 50) {
			f := pick(x.r, faults)
			t.Logf("round %d: %s", round, f.name)
			f.do(x)
			grace = max(grace, f.grace)
		}
		wait()
		x.settle(grace)
		x.retire(func(*follower) bool { return chance(x.r, 3) })
		x.replenish()
		if round%10 == 0 {
			t.Logf("round %d, after %s: %s", round, time.Since(began).Round(time.Second), &x.counts)
		}
	}
	x.finish()
}
