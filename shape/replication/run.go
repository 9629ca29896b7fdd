package replication

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pglogrepl"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"golang.org/x/sync/errgroup"
)

// A position is an LSN that only grows.
type position struct{ lsn atomic.Uint64 }

func (p *position) advance(to uint64) {
	for {
		at := p.lsn.Load()
		if to <= at || p.lsn.CompareAndSwap(at, to) {
			return
		}
	}
}

// What is read ahead of the handler: messages of up to batchBytes, a few batches.
const (
	batchBytes = 64 << 10
	batches    = 8
)

// statusInterval is how often the server is told how far we are, unless its
// wal_sender_timeout asks for more; silence is how long it may say nothing, though
// it was asked to, before the connection counts as lost.
const (
	statusInterval = 5 * time.Second
	silence        = 20 * time.Second
)

// Run tells h of changes until the context ends or the connection does, which is
// always an error. Who handles slowly slows the server down, and nothing else:
// the connection is kept alive meanwhile.
func (s *Stream) Run(ctx context.Context, h Handler) error {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan []func(Handler), batches)
	group.Go(func() error {
		defer close(queue)
		return s.receive(ctx, queue)
	})
	group.Go(func() error {
		for batch := range queue {
			for _, event := range batch {
				event(h)
			}
		}
		return nil
	})
	return group.Wait()
}

// Ask has the server say how far it has come, by [Handler].Position. Anybody may.
func (s *Stream) Ask() error { return s.status(true) }

// Applied tells the server, at the next occasion, that changes up to an LSN need
// not be sent again.
func (s *Stream) Applied(lsn uint64) { s.applied.advance(lsn) }

func (s *Stream) receive(ctx context.Context, queue chan<- []func(Handler)) error {
	r := &receiver{Stream: s, queue: queue, heard: time.Now()}
	interval := statusInterval
	if s.timeout > 0 {
		interval = min(interval, s.timeout/3)
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	r.ticks = ticker.C
	defer context.AfterFunc(ctx, func() { _ = s.conn.Conn().SetReadDeadline(time.Unix(1, 0)) })()
	for {
		if ctx.Err() == nil {
			_ = s.conn.Conn().SetReadDeadline(time.Now().Add(interval))
		}
		message, err := s.conn.ReceiveMessage(context.Background())
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			r.heard = time.Now()
			err = r.message(ctx, message)
		case isTimeout(err):
			if time.Since(r.heard) > silence {
				return errors.New("the server has said nothing for a while: the connection is lost")
			}
			err = r.status(true)
		}
		if err != nil {
			return err
		}
		select {
		case <-r.ticks:
			if err := r.status(false); err != nil {
				return err
			}
		default:
		}
	}
}

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}

// A receiver is the reading side of a stream.
type receiver struct {
	*Stream
	queue chan<- []func(Handler)
	ticks <-chan time.Time
	heard time.Time

	batch []func(Handler)
	size  int
}

func (r *receiver) message(ctx context.Context, m pgproto3.BackendMessage) error {
	switch m := m.(type) {
	case *pgproto3.CopyData:
		return r.copyData(ctx, m.Data)
	case *pgproto3.ErrorResponse:
		return fmt.Errorf("replication ended: %w", pgconn.ErrorResponseToPgError(m))
	case *pgproto3.CopyDone:
		return errors.New("replication ended: the server shuts down")
	}
	return nil
}

func (r *receiver) copyData(ctx context.Context, data []byte) error {
	switch data[0] {
	case pglogrepl.XLogDataByteID:
		x, err := pglogrepl.ParseXLogData(data[1:])
		if err != nil {
			return fmt.Errorf("read the stream of changes: %w", err)
		}
		return r.change(ctx, x.WALData)
	case pglogrepl.PrimaryKeepaliveMessageByteID:
		k, err := pglogrepl.ParsePrimaryKeepaliveMessage(data[1:])
		if err != nil {
			return fmt.Errorf("read the stream of changes: %w", err)
		}
		end := uint64(k.ServerWALEnd)
		r.batch = append(r.batch, func(h Handler) { h.Position(end) })
		if err := r.send(ctx); err != nil {
			return err
		}
		if k.ReplyRequested {
			return r.status(false)
		}
	}
	return nil
}

// change takes a message of pgoutput. A transaction's last one is sent on at
// once, the others in batches.
func (r *receiver) change(ctx context.Context, data []byte) error {
	kind := pglogrepl.MessageType(data[0])
	own := append([]byte(nil), data...) // the connection reuses its buffer
	event, err := decode(own)
	if err != nil {
		return err
	}
	if event != nil {
		r.batch = append(r.batch, event)
		r.size += len(own)
	}
	if kind == pglogrepl.MessageTypeCommit || r.size >= batchBytes {
		return r.send(ctx)
	}
	return nil
}

// send hands the batch on; while that has to wait, the server hears of us.
func (r *receiver) send(ctx context.Context) error {
	for {
		select {
		case r.queue <- r.batch:
			r.batch, r.size = nil, 0
			return nil
		case <-r.ticks:
			if err := r.status(false); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// status tells the server how far we are. It may be called while another goroutine
// waits for messages.
func (s *Stream) status(ask bool) error {
	s.telling.Lock()
	defer s.telling.Unlock()
	if s.closed {
		return errors.New("tell the server how far we are: the stream is closed")
	}
	err := pglogrepl.SendStandbyStatusUpdate(context.Background(), s.conn, pglogrepl.StandbyStatusUpdate{
		WALWritePosition: pglogrepl.LSN(s.applied.lsn.Load()), ReplyRequested: ask,
	})
	if err != nil {
		return fmt.Errorf("tell the server how far we are: %w", err)
	}
	return nil
}
