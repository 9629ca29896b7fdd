//go:build unix

package consistency

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
)

// A writer is a session that makes random transactions.
type writer struct {
	r      *rand.Rand
	url    string
	tables []*table
	conn   *pgconn.PgConn
	counts *counts
}

// counts are how many transactions ended how.
type counts struct{ committed, rolledBack, refused, broken atomic.Int64 }

func (c *counts) total() int64 { return c.committed.Load() + c.rolledBack.Load() + c.refused.Load() }

func (c *counts) String() string {
	return fmt.Sprintf("%d committed, %d rolled back, %d refused, %d broken", c.committed.Load(), c.rolledBack.Load(), c.refused.Load(), c.broken.Load())
}

const sessionSettings = "SET lock_timeout = '2s'; SET statement_timeout = '20s'; SET deadlock_timeout = '50ms'"

// transaction runs one. That it is refused, or that the server goes away, is part
// of the game: what counts is what Postgres has in the end.
func (w *writer) transaction(ctx context.Context) {
	if w.conn == nil || w.conn.IsClosed() {
		conn, err := pgconn.Connect(ctx, w.url)
		if err == nil {
			_, err = conn.Exec(ctx, sessionSettings).ReadAll()
		}
		if err != nil {
			w.counts.broken.Add(1)
			return
		}
		w.conn = conn
	}
	end, count := "COMMIT", &w.counts.committed
	if chance(w.r, 12) {
		end, count = "ROLLBACK", &w.counts.rolledBack
	}
	for _, sql := range w.statements(end) {
		if _, err := w.conn.Exec(ctx, sql).ReadAll(); err != nil {
			if w.conn.IsClosed() {
				w.counts.broken.Add(1)
				return
			}
			count = &w.counts.refused
			_, _ = w.conn.Exec(ctx, "ROLLBACK").ReadAll()
			break
		}
	}
	count.Add(1)
}

func (w *writer) close() {
	if w.conn != nil {
		_ = w.conn.Close(context.Background())
	}
}

// statements make up a transaction.
func (w *writer) statements(end string) []string {
	r := w.r
	list := []string{"BEGIN"}
	for range 1 + r.IntN(5) {
		t := pick(r, w.tables)
		switch {
		case chance(r, 10):
			list = append(list, "SAVEPOINT s", w.statement(t), w.statement(pick(r, w.tables)), "ROLLBACK TO s", w.statement(t))
		case chance(r, 5):
			list = append(list, "SAVEPOINT s", w.statement(t), "RELEASE s")
		default:
			list = append(list, w.statement(t))
		}
	}
	if chance(r, 20) {
		list = append(list, w.transfer())
	}
	return append(list, end)
}

// statement changes rows of a table.
func (w *writer) statement(t *table) string {
	r := w.r
	switch n := r.IntN(100); {
	case n < 40:
		return w.insert(t, 1+r.IntN(3))
	case n < 75:
		return w.update(t)
	case n < 82 && len(t.key) > 0:
		return w.updateKey(t)
	case n < 98:
		return fmt.Sprintf("DELETE FROM %s WHERE %s", t, w.some(t, 1+r.IntN(3)))
	default:
		return w.many(t)
	}
}

func (w *writer) insert(t *table, n int) string {
	columns := t.writable()
	var list, rows []string
	for _, c := range columns {
		list = append(list, c.name)
	}
	for range n {
		var values []string
		for _, c := range columns {
			values = append(values, value(w.r, c))
		}
		rows = append(rows, "("+strings.Join(values, ", ")+")")
	}
	sql := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", t, names(list), strings.Join(rows, ", "))
	if len(columns) == 0 {
		return fmt.Sprintf("INSERT INTO %s DEFAULT VALUES", t)
	}
	if len(t.key) == 0 {
		return sql
	}
	if set := w.set(t, true); n == 1 && set != "" && chance(w.r, 40) {
		return sql + fmt.Sprintf(" ON CONFLICT (%s) DO UPDATE SET %s", names(t.key), set)
	}
	return sql + " ON CONFLICT DO NOTHING"
}

// set gives some columns new values; "" where there are none besides the key.
func (w *writer) set(t *table, excluded bool) string {
	var list []string
	for _, c := range t.writable() {
		if t.isKey(c.name) || chance(w.r, 50) {
			continue
		}
		if excluded && chance(w.r, 50) {
			list = append(list, fmt.Sprintf("%s = excluded.%s", ident(c.name), ident(c.name)))
		} else {
			list = append(list, fmt.Sprintf("%s = %s", ident(c.name), value(w.r, c)))
		}
	}
	return strings.Join(list, ", ")
}

func (w *writer) update(t *table) string {
	set := w.set(t, false)
	if set == "" {
		return w.insert(t, 1)
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s", t, set, w.some(t, 1+w.r.IntN(4)))
}

// updateKey moves a row to another key, often to one that is taken.
func (w *writer) updateKey(t *table) string {
	c := t.column(pick(w.r, t.key))
	return fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", t, ident(c.name), value(w.r, c), w.some(t, 1))
}

// some is a condition that holds for n rows.
func (w *writer) some(t *table, n int) string {
	return fmt.Sprintf("ctid = ANY (ARRAY(SELECT ctid FROM %s AS x ORDER BY md5(x::text || '%d') LIMIT %d))", t, w.r.IntN(1000), n)
}

// many changes many rows, or all of them.
func (w *writer) many(t *table) string {
	if t.name == "items" && chance(w.r, 50) {
		return "INSERT INTO items (id) SELECT generate_series(1000, 4000) ON CONFLICT DO NOTHING"
	}
	if t.name == "items" {
		return "DELETE FROM items WHERE id >= 1000"
	}
	if set := w.set(t, false); set != "" && chance(w.r, 60) {
		return fmt.Sprintf("UPDATE %s SET %s", t, set)
	}
	return fmt.Sprintf("DELETE FROM %s", t)
}

// The ledger's accounts have the same sum whenever a transaction has ended: a
// client that shows another one has seen half of one.
const (
	accounts   = 10
	ledgerSum  = 1000
	makeLedger = `CREATE TABLE ledger (id int PRIMARY KEY, amount int NOT NULL);
		INSERT INTO ledger SELECT i, 100 FROM generate_series(1, 10) AS i`
)

func (w *writer) transfer() string {
	n, from, to := 1+w.r.IntN(20), 1+w.r.IntN(accounts), 1+w.r.IntN(accounts)
	return fmt.Sprintf("UPDATE ledger SET amount = amount - %d WHERE id = %d; UPDATE ledger SET amount = amount + %d WHERE id = %d", n, from, n, to)
}
