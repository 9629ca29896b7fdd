package shadow

import (
	"cmp"
	"context"
	"time"

	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// Explain runs scripts as psql would, each in a connection of its own: statement
// by statement, going on after errors. It gives the server's answer to each
// statement of each script, nil where it is taken, and the schema at the end.
func Explain(ctx context.Context, scripts [][]*parser.Statement, o Options) (answers [][]*pgerr.Error, schema *metadata.Schema, err error) {
	o = o.withDefaults()
	s, err := open(ctx, o)
	if err != nil {
		return nil, nil, cmp.Or(ctx.Err(), err)
	}
	defer s.close(ctx)
	b := newBackend(ctx, s, o)
	b.plain = true
	defer b.close()
	for _, script := range scripts {
		b.Connect(time.Time{})
		list := make([]*pgerr.Error, len(script))
		for i, st := range script {
			list[i] = b.Run(st)
		}
		answers = append(answers, list)
		b.Disconnect()
	}
	schema = b.Schema()
	return answers, schema, cmp.Or(ctx.Err(), b.err)
}
