package api

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// What a change costs for each client that waits for it, without net/http.
func BenchmarkLiveAnswer(b *testing.B) {
	store, err := shapelog.Open(b.TempDir())
	require.NoError(b, err)
	defer store.Close()
	log := store.New(10 << 20)
	require.NoError(b, log.EndSnapshot(wire.SnapshotEndMessage(&wire.Snapshot{})))
	require.NoError(b, log.Append(wire.Offset{Tx: 26800000, Op: 0}, []byte(`{"key":"\"public\".\"notes\"/\"1\"","value":{"id":"1"},"headers":{}},`+"\n")))
	require.NoError(b, log.Flush())
	log.Commit()
	h := New(&shape.Engine{}, Options{Server: "ElectricSQL/1.4.0"})
	s := &shape.Shape{Handle: "0123456789ab-1790000000000000", Log: log}
	r := httptest.NewRequest(http.MethodGet, "/v1/shape", nil)
	b.ReportAllocs()
	for b.Loop() {
		w := discard{}
		allow(w, r, shapeMethods)
		c := &call{Handler: h, w: w, r: r, p: &params{live: true, offset: wire.SnapshotEnd, offsetText: "0_inf", cursor: "1"}, s: s}
		if err := c.answer(); err != nil {
			b.Fatal(err)
		}
	}
}

// A discard is an answer that nobody reads.
type discard http.Header

func (d discard) Header() http.Header         { return http.Header(d) }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
