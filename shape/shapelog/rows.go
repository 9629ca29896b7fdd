package shapelog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"strconv"
)

// Rows keeps rows in a file, under their keys. In memory are 24 bytes of each:
// hashes of its key and of the row itself, and where it is. It is for one
// goroutine at a time.
//
// Two rows are taken for the same when they have the same key and the hashes of
// what is in them agree, all 64 bits: who writes the rows cannot know the hashes'
// seed. Keys are compared as they are.
type Rows struct {
	store *Store
	file  *os.File
	size  int64  // of the file with what is in the buffer
	tail  []byte // the end of the file, which is not written yet

	index   map[uint64]rowEntry // by the key's hash
	others  map[string]rowEntry // of keys whose hash another key has
	removed map[uint64]place    // what was removed since Forget, by the key's hash
	live    int64               // bytes of the file that index and others lead to
	round   place               // the mark of entries that were put since Mark
	seed    maphash.Seed
	hash    func([]byte) uint64 // of a key
}

// A rowEntry is what is known of a row without reading it.
type rowEntry struct {
	sum uint64 // of the row
	at  place
}

// A place is where a record begins in the file, how long it is, and the round in
// which its row was put last. A record is the lengths of key and row, four bytes
// each, and these.
type place uint64

const (
	markBit    = 1
	lengthBits = 23
	maxLength  = 1<<lengthBits - 1 // of records that are as long, or longer, the file knows it
	offsetAt   = 1 + lengthBits
	maxOffset  = 1<<(64-offsetAt) - 1
	headSize   = 8
)

func (p place) offset() int64    { return int64(p >> offsetAt) }  //nolint:gosec // 40 bits
func (p place) length() int      { return int(p>>1) & maxLength } //nolint:gosec // 23 bits
func (p place) mark() place      { return p & markBit }           // of the round
func (p place) in(r place) place { return p&^markBit | r }

// rowsBuffer is how much is written at once, garbageSize how much garbage a file
// may have however little else is in it. Both are in bytes.
const (
	rowsBuffer  = 256 << 10
	garbageSize = 1 << 20
)

// NewRows makes an empty file of rows. Close removes it.
func (s *Store) NewRows() *Rows {
	r := &Rows{store: s, index: map[uint64]rowEntry{}, others: map[string]rowEntry{}, removed: map[uint64]place{}, seed: maphash.MakeSeed()}
	r.hash = func(key []byte) uint64 { return maphash.Bytes(r.seed, key) }
	return r
}

// Len is how many rows there are.
func (r *Rows) Len() int { return len(r.index) + len(r.others) }

// Close removes the file, and forgets the rows. There can be none after it.
func (r *Rows) Close() error {
	r.index, r.others, r.removed, r.tail = nil, nil, nil, nil
	return r.closeFile()
}

// find gives the entry of a key. other says that it is in others.
func (r *Rows) find(hash uint64, key []byte) (e rowEntry, row []byte, ok, other bool, err error) {
	if e, ok = r.index[hash]; ok {
		var its []byte
		if its, row, err = r.read(e.at); err != nil || string(its) == string(key) {
			return e, row, err == nil, false, err
		}
	}
	if len(r.others) > 0 {
		if e, ok = r.others[string(key)]; ok {
			_, row, err = r.read(e.at)
			return e, row, err == nil, true, err
		}
	}
	return rowEntry{}, nil, false, false, nil
}

// Get gives the row of a key; nil when there is none.
func (r *Rows) Get(key []byte) (row []byte, err error) {
	_, row, _, _, err = r.find(r.hash(key), key)
	return row, err
}

// Put keeps a row under its key. old is the row that it had, nil for none; same
// says that it is the one it had, which is not given then.
func (r *Rows) Put(key, row []byte) (old []byte, same bool, err error) {
	hash, sum := r.hash(key), maphash.Bytes(r.seed, row)
	if e, ok := r.index[hash]; ok && e.sum == sum {
		if e.at.mark() != r.round {
			r.index[hash] = rowEntry{sum, e.at.in(r.round)}
		}
		return nil, true, nil
	}
	e, old, ok, other, err := r.find(hash, key)
	if err != nil {
		return nil, false, err
	}
	if ok && e.sum == sum {
		r.others[string(key)] = rowEntry{sum, e.at.in(r.round)}
		return nil, true, nil
	}
	if ok {
		r.live -= recordSize(key, old)
	}
	at, err := r.append(key, row)
	if err != nil {
		return nil, false, err
	}
	if _, taken := r.index[hash]; other || taken && !ok {
		r.others[string(key)] = rowEntry{sum, at}
	} else {
		r.index[hash] = rowEntry{sum, at}
	}
	return old, false, nil
}

// Remove takes a row out, and gives it; nil when there is none.
func (r *Rows) Remove(key []byte) (row []byte, err error) {
	hash := r.hash(key)
	e, row, ok, other, err := r.find(hash, key)
	if err != nil || !ok {
		return nil, err
	}
	if other {
		delete(r.others, string(key))
	} else {
		delete(r.index, hash)
	}
	r.drop(hash, e.at, key, row)
	return row, nil
}

func (r *Rows) drop(hash uint64, at place, key, row []byte) {
	r.live -= recordSize(key, row)
	r.removed[hash] = at
}

// Removed gives a row that was removed since Forget; nil when it was not. Of keys
// with the same hash, it knows the last one.
func (r *Rows) Removed(key []byte) (row []byte, err error) {
	at, ok := r.removed[r.hash(key)]
	if !ok {
		return nil, nil
	}
	its, row, err := r.read(at)
	if err != nil || string(its) != string(key) {
		return nil, err
	}
	return row, nil
}

// Forget forgets what was removed. Where most of the file is of no use any more,
// a new one is written.
func (r *Rows) Forget() error {
	clear(r.removed)
	if r.size-r.live <= max(r.live, garbageSize) {
		return nil
	}
	return r.compact()
}

// Mark begins a round: Sweep removes the rows that are not put from here on.
func (r *Rows) Mark() { r.round ^= markBit }

// Sweep removes the rows that were not put since Mark, and gives each to f.
func (r *Rows) Sweep(f func(row []byte) error) error {
	swept := func(hash uint64, at place) error {
		key, row, err := r.read(at)
		if err != nil {
			return err
		}
		r.drop(hash, at, key, row)
		return f(row)
	}
	for hash, e := range r.index {
		if e.at.mark() == r.round {
			continue
		}
		delete(r.index, hash)
		if err := swept(hash, e.at); err != nil {
			return err
		}
	}
	for key, e := range r.others {
		if e.at.mark() == r.round {
			continue
		}
		delete(r.others, key)
		if err := swept(r.hash([]byte(key)), e.at); err != nil {
			return err
		}
	}
	return nil
}

func recordSize(key, row []byte) int64 { return int64(headSize + len(key) + len(row)) }

// append writes a record.
func (r *Rows) append(key, row []byte) (place, error) {
	n := recordSize(key, row)
	if r.size > maxOffset {
		return 0, errors.New("keep a shape's rows: there is more than 1 TB of them")
	}
	at := place(r.size)<<offsetAt | place(min(n, maxLength))<<1 | r.round
	r.tail = binary.LittleEndian.AppendUint32(r.tail, uint32(len(key))) //nolint:gosec // Postgres has no longer ones
	r.tail = binary.LittleEndian.AppendUint32(r.tail, uint32(len(row))) //nolint:gosec // nor here
	r.tail = append(append(r.tail, key...), row...)
	r.size += n
	r.live += n
	if len(r.tail) >= rowsBuffer {
		return at, r.write()
	}
	return at, nil
}

// write writes what is in the buffer.
func (r *Rows) write() (err error) {
	if r.file == nil {
		path := filepath.Join(r.store.dir, strconv.FormatInt(r.store.next.Add(1), 10)+".rows")
		if r.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
			r.file = nil
			return fmt.Errorf("keep a shape's rows: %w", err)
		}
	}
	if _, err := r.file.WriteAt(r.tail, r.size-int64(len(r.tail))); err != nil {
		return fmt.Errorf("keep a shape's rows: %w", err)
	}
	if r.tail = r.tail[:0]; cap(r.tail) > 4*rowsBuffer {
		r.tail = nil
	}
	return nil
}

// read reads a record. What it gives is the caller's.
func (r *Rows) read(at place) (key, row []byte, err error) {
	n := at.length()
	if n == maxLength {
		head := make([]byte, headSize)
		if err := r.readAt(head, at.offset()); err != nil {
			return nil, nil, err
		}
		n = headSize + int(binary.LittleEndian.Uint32(head)) + int(binary.LittleEndian.Uint32(head[4:]))
	}
	record := make([]byte, n)
	if err := r.readAt(record, at.offset()); err != nil {
		return nil, nil, err
	}
	end := headSize + int(binary.LittleEndian.Uint32(record))
	return record[headSize:end:end], record[end:], nil
}

func (r *Rows) readAt(dst []byte, offset int64) error {
	if written := r.size - int64(len(r.tail)); offset >= written {
		copy(dst, r.tail[offset-written:])
		return nil
	}
	if _, err := r.file.ReadAt(dst, offset); err != nil {
		return fmt.Errorf("read a shape's rows: %w", err)
	}
	return nil
}
