package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A row is a bar and what was measured.
type row struct {
	bar    string
	figure string
	ratio  float64 // how many times better than the bar
	raw    string  // the numbers that the figure is made of
}

// atMost is the ratio of a figure that must not be above a bar; atLeast of one
// that must not be below.
func atMost[N time.Duration | int64](figure, bar N) float64 {
	return float64(bar) / max(float64(figure), 1)
}

func atLeast(figure, bar float64) float64 { return figure / bar }

// write writes the table and reports whether every bar is met.
func write(w io.Writer, table []row) (met bool) {
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprintf(t, "| bar\t| figure\t| ratio\t| met\t|\n|---\t|---\t|---\t|---\t|\n")
	met = true
	for _, r := range table {
		word := "yes"
		if r.ratio < 1 {
			word, met = "NO", false
		}
		fmt.Fprintf(t, "| %s\t| %s\t| %.2f\t| %s\t|\n", r.bar, r.figure, r.ratio, word)
	}
	_ = t.Flush()
	return met
}

// quantile gives a value of a list: 0.5 the median, 1 the largest.
func quantile[N time.Duration | float64](list []N, q float64) N {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }

// texts writes each of a list and joins them.
func texts[T any](list []T, text func(T) string) string {
	var parts []string
	for _, v := range list {
		parts = append(parts, text(v))
	}
	return strings.Join(parts, " ")
}
