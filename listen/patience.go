package listen

import (
	"io"
	"net/http"
	"os"
	"time"
)

// writeTimeout is how long a client may take no more of an answer before it is
// given up, and writePiece how much of a file is one turn.
const (
	writeTimeout = 30 * time.Second
	writePiece   = 256 << 10
)

// patient gives up on clients that stop reading, however long their answers are
// and last: each piece has its own time.
func patient(h http.Handler, limit time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &patientWriter{ResponseWriter: w, control: http.NewResponseController(w), limit: limit, stream: r.ProtoMajor > 1}
		p.begin()
		p.end()
		defer p.begin() // for what is still in buffers
		h.ServeHTTP(p, r)
	})
}

// A patientWriter is a ResponseWriter with a time for each piece that is written.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	limit   time.Duration
	stream  bool // of HTTP/2: it is reset when a time is over, be there something to write or not
	until   time.Time
}

// begin begins the time of a piece, unless there is still nearly all of it left.
func (p *patientWriter) begin() {
	if until := time.Now().Add(p.limit); until.Sub(p.until) > p.limit/32 {
		p.until = until
		_ = p.control.SetWriteDeadline(until) // where there is none, nobody waits
	}
}

func (p *patientWriter) end() {
	if p.stream {
		p.until = time.Time{}
		_ = p.control.SetWriteDeadline(time.Time{})
	}
}

func (p *patientWriter) WriteHeader(status int) {
	p.begin()
	defer p.end()
	p.ResponseWriter.WriteHeader(status)
}

func (p *patientWriter) Write(data []byte) (int, error) {
	p.begin()
	defer p.end()
	return p.ResponseWriter.Write(data)
}

// ReadFrom sends pieces of a file as the kernel does that best: from a
// LimitedReader of the file itself.
func (p *patientWriter) ReadFrom(from io.Reader) (n int64, err error) {
	left := &io.LimitedReader{R: from, N: 1<<63 - 1}
	if limited, ok := from.(*io.LimitedReader); ok {
		left = limited
	}
	_, file := left.R.(*os.File)
	to, fast := p.ResponseWriter.(io.ReaderFrom)
	if !file || !fast {
		return io.Copy(struct{ io.Writer }{p}, from)
	}
	for left.N > 0 {
		p.begin()
		piece := &io.LimitedReader{R: left.R, N: min(left.N, writePiece)}
		sent, err := to.ReadFrom(piece)
		n += sent
		left.N -= sent
		if err != nil || sent == 0 {
			return n, err
		}
	}
	return n, nil
}

// FlushError sends what is in buffers.
func (p *patientWriter) FlushError() error {
	p.begin()
	defer p.end()
	return p.control.Flush()
}

// Unwrap is for [http.ResponseController].
func (p *patientWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }
