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

// A fetched is what curl got of a table.
type fetched struct {
	bytes  int64 // of all answers
	chunks int   // of the snapshot
}

// curl fetches a table as a client does, chunk after chunk, up to date. The first
// request tells the handle; the others are one process with one connection where
// the number of chunks is known, else, with 0, one for each chunk.
//
// out takes the answers; nil drops them.
func (s *server) curl(ctx context.Context, table string, chunks int, out io.Writer) (f fetched, err error) {
	url := "http://" + s.address + "/v1/shape?table=" + table
	answers, err := s.runCurl(ctx, out, url+"&offset=-1")
	if err != nil {
		return f, err
	}
	url += "&handle=" + answers[0]["electric-handle"] + "&offset="
	if err := f.add(answers); err != nil {
		return f, err
	}
	for upToDate := false; !upToDate; {
		offset := fmt.Sprintf("0_%d", f.chunks-1)
		if chunks > 0 {
			offset = fmt.Sprintf("0_[0-%d]", chunks-1)
		}
		if answers, err = s.runCurl(ctx, out, url+offset); err != nil {
			return f, err
		}
		if err := f.add(answers); err != nil {
			return f, err
		}
		if _, upToDate = answers[len(answers)-1]["electric-up-to-date"]; !upToDate && chunks > 0 {
			return f, fmt.Errorf("curl: not up to date after %d chunks", chunks)
		}
	}
	f.chunks-- // the last answer is none
	return f, nil
}

func (f *fetched) add(answers []map[string]string) error {
	for _, a := range answers {
		n, err := strconv.ParseInt(a["content-length"], 10, 64)
		if err != nil || a[""] != "HTTP/1.1 200 OK" {
			return fmt.Errorf("curl: an unexpected answer: %v", a)
		}
		f.bytes += n
		f.chunks++
	}
	return nil
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
