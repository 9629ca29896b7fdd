package interp

import (
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// returnStatement is RETURN.
func (fr *frame) returnStatement(s *plpgsql.Return) flow {
	if s.Value == nil || fr.fn.Signature.ReturnsSet || fr.fn.Signature.Trigger {
		return flow{kind: flowReturn}
	}
	v, typ := fr.eval(s.Value)
	if fr.fn.Signature.ReturnsVoid {
		fr.returned = ""
		return flow{kind: flowReturn}
	}
	to := fr.result
	if row, ok := v.(*query.Row); ok && fr.isComposite(to) {
		fr.checkReturned(row, to)
		fr.returned = fr.shape(&variable{typ: to}, row)
		return flow{kind: flowReturn}
	}
	if v != nil && fr.isComposite(to) && !fr.isComposite(typ) && !eval.IsUnknown(v) {
		pgerr.Raise("42804", pgerr.NoPosition, "cannot return non-composite value from function returning composite type")
	}
	fr.returned = fr.cast(v, typ, to, -1)
	return flow{kind: flowReturn}
}

// checkReturned refuses an anonymous row whose fields are not of the result's
// types (convert_tuples_by_position).
func (fr *frame) checkReturned(row *query.Row, to pg.OID) {
	if row.Type != pg.Record || to == pg.Record {
		return
	}
	types := fr.in.host.Executor().NullRow(to).Types
	mismatch := pgerr.New("42804", pgerr.NoPosition, "returned record type does not match expected record type")
	if len(types) != len(row.Types) {
		mismatch.WithDetail("Number of returned columns (%d) does not match expected column count (%d).", len(row.Types), len(types)).Raise()
	}
	for i, typ := range row.Types {
		if typ == pg.Unknown {
			typ = pg.Text
		}
		if typ != types[i] {
			mismatch.WithDetail("Returned type %s does not match expected type %s in column %d.", fr.typeName(typ), fr.typeName(types[i]), i+1).Raise()
		}
	}
}

// resultTypes gives the types of the columns that a set-returning function
// yields; one for a scalar.
func (fr *frame) resultTypes() []pg.OID {
	if fr.proc == nil {
		return nil
	}
	if types := eval.OutTypes(fr.proc); len(types) > 0 {
		for i := range types {
			types[i] = fr.actual(types[i])
		}
		return types
	}
	if fr.isComposite(fr.result) && fr.result != pg.Record {
		return fr.in.host.Executor().NullRow(fr.result).Types
	}
	if fr.result == pg.Record {
		return nil
	}
	return []pg.OID{fr.result}
}

// returnNext is RETURN NEXT.
func (fr *frame) returnNext(s *plpgsql.ReturnNext) {
	if s.Value == nil {
		_, _, values := fr.outputs()
		fr.out.Rows = append(fr.out.Rows, values)
		return
	}
	v, typ := fr.eval(s.Value)
	types := fr.resultTypes()
	if v == nil && fr.isComposite(fr.result) && fr.isComposite(typ) && types != nil {
		fr.out.Rows = append(fr.out.Rows, make([]query.Datum, len(types)))
		return
	}
	if row, ok := v.(*query.Row); ok && (len(types) != 1 || fr.isComposite(fr.result)) {
		fr.addRow(row.Values, row.Types, types)
		return
	}
	fr.addRow([]query.Datum{v}, []pg.OID{typ}, types)
}

// addRow adds a row to the result, in the types that the function declares.
func (fr *frame) addRow(values []query.Datum, from, to []pg.OID) {
	fr.in.step()
	if to == nil {
		fr.out.Rows = append(fr.out.Rows, values)
		return
	}
	if len(values) != len(to) {
		pgerr.New("42804", pgerr.NoPosition, "structure of query does not match function result type").
			WithDetail("Number of returned columns (%d) does not match expected column count (%d).", len(values), len(to)).Raise()
	}
	row := make([]query.Datum, len(to))
	for i := range to {
		row[i] = fr.cast(values[i], from[i], to[i], -1)
	}
	fr.out.Rows = append(fr.out.Rows, row)
}

// returnQuery is RETURN QUERY [EXECUTE].
func (fr *frame) returnQuery(s *plpgsql.ReturnQuery) {
	var q *query.Query
	var r eval.Result
	if s.Dynamic {
		text, known := fr.dynamic(s.Query)
		if !known {
			fr.out.Open = "the text to EXECUTE"
			return
		}
		u := fr.using(s.Using)
		fr.inText(func() {
			if n, err := parser.Parse(text); err == nil {
				if sel, ok := n.(*ast.SelectStmt); ok && sel.IntoClause != nil {
					pgerr.Raise("42601", pgerr.NoPosition, "SELECT INTO query does not return tuples")
				}
			}
			if q, r = fr.runText(text, u); q == nil {
				pgerr.Raise("42601", pgerr.NoPosition, "query does not return data")
			}
		})
	} else {
		var p *prepared
		p, r = fr.query(s.Query)
		q = p.query
	}
	fr.counted(r)
	if r.Open != "" {
		fr.out.Open = r.Open
	}
	shape := rowOf(q, nil)
	types := fr.resultTypes()
	fr.checkShape(shape.Types, types)
	for _, values := range r.Rows.Rows {
		fr.addRow(values, shape.Types, types)
	}
}

// checkShape refuses a query whose columns are not those of the result
// (convert_tuples_by_position).
func (fr *frame) checkShape(from, to []pg.OID) {
	if to == nil {
		return
	}
	mismatch := pgerr.New("42804", pgerr.NoPosition, "structure of query does not match function result type")
	if len(from) != len(to) {
		mismatch.WithDetail("Number of returned columns (%d) does not match expected column count (%d).", len(from), len(to)).Raise()
	}
	for i := range to {
		if from[i] != to[i] && from[i] != pg.Unknown {
			mismatch.WithDetail("Returned type %s does not match expected type %s in column %d.", fr.typeName(from[i]), fr.typeName(to[i]), i+1).Raise()
		}
	}
}
