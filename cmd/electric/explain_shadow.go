package main

import (
	"context"
	"slices"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/shadow"
)

// undecided counts what only a server can tell.
func (x *explainer) undecided(err *pgerr.Error) bool {
	if err == nil || !compile.Undecided(err) {
		return false
	}
	x.doubts++
	return true
}

// settleExplained takes a scratch Postgres's word for every statement. What those
// change that only it understands is seen in the schema alone.
func (a *app) settleExplained(ctx context.Context, c config.Config, o shadowOptions, x *explainer) error {
	so, err := a.shadowServer(c, o, x.doubts)
	if err != nil {
		return err
	}
	answers, schema, err := shadow.Explain(ctx, x.scripts, so)
	if err = a.shadowFailure(err); err != nil {
		return err
	}
	x.schema, x.refused = schema, false
	statements, verdicts := slices.Concat(x.scripts...), slices.Concat(answers...)
	before := len(statements) - len(x.list) // those of the setup, and of earlier files
	for i := range x.list {
		e, verdict := &x.list[i], verdicts[before+i]
		if e.answer(statements[before+i], verdict); verdict != nil {
			e.Changes, x.refused = []string{}, true
		}
	}
	return nil
}
