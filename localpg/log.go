package localpg

import (
	"io"
	"os"
)

// maxLog is how large a log grows before it becomes the old one.
const maxLog = 4 << 20

// A logFile is the server's log: a file and the one before it, neither larger than maxLog and a line. It goes on when
// the disk is full, because a server whose log nobody reads stands still.
type logFile struct {
	path string
	file *os.File
	size int
	also io.Writer // nil for nobody
}

// openLog begins a new log.
func openLog(path string, also io.Writer) (*logFile, error) {
	l := &logFile{path: path, also: also}
	return l, l.begin()
}

func (l *logFile) begin() error {
	if err := os.Rename(l.path, l.path+".1"); err != nil && !os.IsNotExist(err) {
		return err
	}
	file, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	l.file, l.size = file, 0
	return err
}

// write adds a line.
func (l *logFile) write(line string) {
	if l.also != nil {
		_, _ = io.WriteString(l.also, line+"\n")
	}
	if l.size > maxLog {
		l.close()
		_ = l.begin() // without a file nothing is written
	}
	n, _ := l.file.WriteString(line + "\n")
	l.size += n
}

func (l *logFile) close() { _ = l.file.Close() }
