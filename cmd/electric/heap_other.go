//go:build !linux

package main

// prepareHeap has nothing to do here: see heap_linux.go.
func prepareHeap() {}
