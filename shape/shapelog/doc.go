// Package shapelog keeps shapes' logs in files, so that a shape's size costs
// disk and not memory.
//
// A [Log] has two files: the rows of the first snapshot, and the changes since.
// Both hold messages as clients get them, each ended by a comma and a line feed,
// so that an answer is a piece of a file between brackets. In memory are only
// the places where chunks end, and of every 32 kB of changes the first offset.
//
// Each file has one writer at a time; readers never wait for it. What is written
// becomes visible by [Log.Commit], a transaction at a time, and those who wait
// are woken by [Log.Wake]: between the two, the other shapes of the same
// transaction become visible.
//
// Logs live as long as the process: a [Store] empties what others left behind.
// It imports wire alone.
package shapelog
