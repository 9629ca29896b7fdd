package where

import (
	"fmt"
	"testing"
)

// BenchmarkDecide measures one row and one shape: a thousand shapes and a
// thousand writes a second are a million of these.
func BenchmarkDecide(b *testing.B) {
	r := item(map[string]string{
		"id": "5", "title": "open", "small": "4", "price": "12.50", "ts": "2024-03-01 12:34:56.789", "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
		"tags": "{a,b,c}", "ok": "t", "f": "1.25", "iv": "P1D",
	})
	for _, clause := range []string{
		"id = 5", "title = 'open' AND small > 3", "title LIKE 'op%'", "title ILIKE 'OP%n'", "id IN (1,2,3,4,5)", "u = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
		"price > 9.99", "f > 1.0", "ts > '2024-01-01 00:00:00'", "ts + iv > '2024-01-01 00:00:00'", "id + small * 2 > 10", "ok AND (id = 4 OR title IS NOT NULL)",
		"'b' = ANY (tags)", "tags @> '{a,b}'", "lower(title) = 'open'",
	} {
		f, err := Compile(clause, nil, items, options)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(clause, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Decide(r)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		if _, err := Compile(fmt.Sprintf("id = %d AND title = $1", i), map[int]string{1: "x"}, items, options); err != nil {
			b.Fatal(err)
		}
	}
}
