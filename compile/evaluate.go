package compile

import (
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// evaluate computes an expression without columns, for DDL that needs its
// value. What cannot be known beforehand is refused.
func (s *Session) evaluate(e query.Expr) query.Datum {
	v := eval.New(s.catalog, nil, nil).Expr(e)
	if why, unknown := eval.WhyUnknown(v); unknown {
		pgerr.Raise(eval.Undecidable, pgerr.NoPosition, "the value of %s is not known here: %s", s.deparse(e, nil), why)
	}
	return v
}
