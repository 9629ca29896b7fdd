package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// curl fetches a table as a client does, chunk after chunk, and gives the bytes
// of all answers. The first request tells the handle; the others are one process
// with one connection, which asks for chunks up to the given number, more than
// there are: the last ones say that there is nothing more, and count as time all
// the same.
//
// out takes the answers; nil drops them.
func (s *server) curl(ctx context.Context, table string, chunks int, out io.Writer) (bytes int64, err error) {
	url := "http://" + s.address + "/v1/shape?table=" + table
	first, err := s.runCurl(ctx, out, url+"&offset=-1")
	if err != nil {
		return 0, err
	}
	handle := first[0]["electric-handle"]
	rest, err := s.runCurl(ctx, out, fmt.Sprintf("%s&handle=%s&offset=0_[0-%d]", url, handle, chunks))
	if err != nil {
		return 0, err
	}
	for _, a := range append(first, rest...) {
		n, err := strconv.ParseInt(a["content-length"], 10, 64)
		if err != nil || a[""] != "HTTP/1.1 200 OK" {
			return 0, fmt.Errorf("curl: an unexpected answer: %v", a)
		}
		bytes += n
	}
	if _, ok := rest[len(rest)-1]["electric-up-to-date"]; !ok {
		return 0, fmt.Errorf("curl: not up to date after %d chunks", chunks)
	}
	return bytes, nil
}

// runCurl gives the headers of all answers; "" is the first line. curl fails when
// it gets less than the whole of one.
func (s *server) runCurl(ctx context.Context, out io.Writer, url string) (answers []map[string]string, err error) {
	headers := filepath.Join(s.dir, "headers")
	args := []string{"-sS", "-D", headers, url}
	if out == nil {
		args = append(args, "-o", os.DevNull)
	}
	cmd := exec.CommandContext(ctx, "curl", args...)
	cmd.Stdout = out
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("curl: %w: %s", err, said.String())
	}
	f, err := os.Open(headers)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, isHeader := strings.Cut(lines.Text(), ": ")
		switch {
		case strings.HasPrefix(name, "HTTP/"):
			answers = append(answers, map[string]string{"": name})
		case isHeader:
			answers[len(answers)-1][strings.ToLower(name)] = value
		}
	}
	if len(answers) == 0 {
		return nil, fmt.Errorf("curl: no answer: %s", said.String())
	}
	return answers, nil
}
