package main

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// preparedHeap is how much memory prepareHeap asks for: what compiling a
// thousand migrations takes.
const preparedHeap = 128 << 20

// prepareHeap has the heap's next memory come in huge pages, where the kernel
// leaves that to the program (transparent_hugepage/enabled says "madvise"). A
// large compile touches tens of thousands of small pages, each for the first
// time; that was a third of its time. Only address space is taken, and nothing
// depends on it: what cannot be had stays as it is.
func prepareHeap() {
	room := make([]byte, preparedHeap)
	start := (uintptr(unsafe.Pointer(&room[0])) + hugePage - 1) &^ (hugePage - 1)
	offset := start - uintptr(unsafe.Pointer(&room[0]))
	_ = unix.Madvise(room[offset:len(room)-hugePage], unix.MADV_HUGEPAGE)
	runtime.KeepAlive(room)
	room = nil
	runtime.GC() // gives the room to the heap; there is hardly anything else yet
}

const hugePage = 2 << 20
