package shapelog

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
)

// compact writes the rows there are to a new file. Of the old one every record is
// read, in order, and kept when it is the one that the index has.
func (r *Rows) compact() error {
	if len(r.tail) > 0 || r.file == nil {
		if err := r.write(); err != nil {
			return err
		}
	}
	old := bufio.NewReaderSize(io.NewSectionReader(r.file, 0, r.size), rowsBuffer)
	now := &Rows{store: r.store, index: r.index, others: maps.Clone(r.others)}
	var record []byte
	for offset := int64(0); offset < r.size; offset += int64(len(record)) {
		var err error
		if record, err = nextRecord(old, record); err == nil {
			err = r.keep(now, record, offset)
		}
		if err != nil {
			return errors.Join(err, now.closeFile())
		}
	}
	err := r.closeFile()
	r.file, r.tail, r.size, r.live, r.others = now.file, now.tail, now.size, now.live, now.others
	return err
}

// nextRecord reads a record into the memory of the one before.
func nextRecord(from io.Reader, record []byte) ([]byte, error) {
	record = append(record[:0], make([]byte, headSize)...)
	_, err := io.ReadFull(from, record)
	if err == nil {
		n := int(binary.LittleEndian.Uint32(record)) + int(binary.LittleEndian.Uint32(record[4:]))
		record = append(record, make([]byte, n)...)
		_, err = io.ReadFull(from, record[headSize:])
	}
	if err != nil {
		return nil, fmt.Errorf("read a shape's rows: %w", err)
	}
	return record, nil
}

// keep copies a record of the old file that is not garbage.
func (r *Rows) keep(now *Rows, record []byte, offset int64) error {
	end := headSize + int(binary.LittleEndian.Uint32(record))
	key, row := record[headSize:end], record[end:]
	hash := r.hash(key)
	if e, ok := r.index[hash]; ok && e.at.offset() == offset {
		at, err := now.append(key, row)
		// From here on the old file is of no use: an error ends the shape.
		now.index[hash] = rowEntry{e.sum, at.in(e.at.mark())}
		return err
	}
	if e, ok := r.others[string(key)]; ok && e.at.offset() == offset {
		at, err := now.append(key, row)
		now.others[string(key)] = rowEntry{e.sum, at.in(e.at.mark())}
		return err
	}
	return nil
}

// closeFile removes the file.
func (r *Rows) closeFile() error {
	if r.file == nil {
		return nil
	}
	err := errors.Join(r.file.Close(), os.Remove(r.file.Name()))
	r.file = nil
	return err
}
