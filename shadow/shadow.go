// Package shadow settles what cannot be known without a server, by running the
// migrations on a scratch Postgres: the --shadow of electric migrate compile.
//
// The files run by the very rules by which package compile runs them on its own
// catalog: this package only gives it another compile.Backend, a connection. So
// the bundle is byte for byte the same where both know the answer, and what the
// server refuses is told at the same places, in the server's words.
//
// The Postgres is a private one (package localpg) in a temporary directory, or a
// scratch database on a server that is named. Nothing of either is left behind;
// what a killed process leaves, the next one removes or tells of. No database
// that was there before is touched.
//
// It imports compile, database, localpg and supervise, and what they are made of.
package shadow

import (
	"cmp"
	"context"
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// Options say where the migrations run. The zero value is a private Postgres.
type Options struct {
	// URL is a server to make the scratch database on, as database.Connect takes
	// it: the user needs the right to create databases.
	URL string
	// Named says that URL counts even when it is "": libpq's variables name the
	// server then.
	Named bool
	// Timeout is how long a statement may take: 0 for a minute.
	Timeout time.Duration
	// Progress is told what takes its time, a line each; nil for nobody.
	Progress func(message string)
	// Note is told what people should know whatever comes of it; nil for nobody.
	Note func(message string)

	on     func(context.Context) (*scratch, error) // a scratch database of a test's; nil to make one
	parent string                                  // where the private Postgres's directory is made; "" for os.TempDir
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	return o
}

// Undecided reports whether one of ds says that only a server can tell.
func Undecided(ds []diag.Diagnostic) bool {
	for _, d := range ds {
		if d.Undecided {
			return true
		}
	}
	return false
}

// Migrations is compile.Migrations by the word of a scratch Postgres. The error
// is the world's: no server, a lost connection, an interruption.
func Migrations(ctx context.Context, list []source.Migration, co compile.Options, o Options) (*bundle.Bundle, []diag.Diagnostic, error) {
	o = o.withDefaults()
	s, err := open(ctx, o)
	if err != nil {
		return nil, nil, cmp.Or(ctx.Err(), err)
	}
	defer s.close(ctx)
	b := newBackend(ctx, s, o)
	defer b.close()
	made, ds := compile.MigrationsOn(b, list, co)
	if b.err != nil {
		return nil, nil, cmp.Or(ctx.Err(), b.err)
	}
	return made, append(ds, s.trespasses(ctx)...), nil
}
