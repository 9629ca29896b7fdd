package compile

import (
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
)

// A hasher hashes what clients have, beside the session: descriptions are
// finished data, so another processor can turn them into texts and sums while
// the next migration runs.
type hasher struct {
	builder *hash.Builder // the goroutine's own until finish
	jobs    chan []hashJob
	pending []hashJob // not sent yet
	done    chan struct{}
}

// A hashJob is what one section changed.
type hashJob struct {
	types   *metadata.Schema // nil: they are as before
	removed []*metadata.Table
	tables  []*metadata.Table
	after   *hashes // where the sums go
}

// hashes are the two hashes of a schema.
type hashes struct{ schema, sync string }

func newHasher() *hasher {
	h := &hasher{builder: hash.NewBuilder(hash.Scope{}), jobs: make(chan []hashJob, 64), done: make(chan struct{})}
	go h.work()
	return h
}

func (h *hasher) work() {
	defer close(h.done)
	for jobs := range h.jobs {
		for _, job := range jobs {
			h.hash(job)
		}
	}
}

func (h *hasher) hash(job hashJob) {
	if job.types != nil {
		h.builder.SetTypes(job.types)
	}
	for _, t := range job.removed {
		h.builder.RemoveTable(t.Schema, t.Name)
	}
	for _, t := range job.tables {
		h.builder.SetTable(t)
	}
	*job.after = hashes{h.builder.Schema(), h.builder.Sync()}
}

// together is how many jobs are sent at once: waking the other goroutine for
// each would cost as much as the hashing.
const together = 32

// add takes on a job.
func (h *hasher) add(job hashJob) {
	h.pending = append(h.pending, job)
	if len(h.pending) == together {
		h.send()
	}
}

func (h *hasher) send() {
	h.jobs <- h.pending
	h.pending = nil
}

// finish waits for all sums. Nothing can be hashed after it.
func (h *hasher) finish() *hash.Builder {
	h.send()
	close(h.jobs)
	<-h.done
	return h.builder
}
