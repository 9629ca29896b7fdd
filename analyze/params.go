package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// unknownParam is a parameter whose type its use decides
// (variable_paramref_hook).
func (s *state) unknownParam(n *ast.ParamRef) query.Expr {
	if n.Number < 1 || n.Number > 65535 {
		raise("42P02", n.Location, "there is no parameter $%d", n.Number)
	}
	for len(s.unknownTypes) < n.Number {
		typ := pg.OID(0)
		if i := len(s.unknownTypes); i < len(s.Params) {
			typ = s.Params[i].Type
		}
		s.unknownTypes = append(s.unknownTypes, typ)
	}
	typ := s.unknownTypes[n.Number-1]
	if typ == 0 {
		typ = pg.Unknown
		s.unknownTypes[n.Number-1] = typ
	}
	return &query.Param{Kind: query.ParamExtern, ID: n.Number, Type: typ, Typmod: -1, Collation: s.typeCollation(typ), Location: n.Location}
}

// coerceParam settles the type of such a parameter; nil when it has one
// (variable_coerce_param_hook).
func (s *state) coerceParam(p *query.Param, target pg.OID, typmod int32, location int) query.Expr {
	if p.Kind != query.ParamExtern || p.Type != pg.Unknown {
		return nil
	}
	switch known := s.unknownTypes[p.ID-1]; known {
	case pg.Unknown:
		s.unknownTypes[p.ID-1] = target
	case target:
	default:
		pgerr.New("42P08", p.Location, "inconsistent types deduced for parameter $%d", p.ID).
			WithDetail("%s versus %s", s.typeName(known), s.typeName(target)).Raise()
	}
	p.Type, p.Typmod, p.Collation = target, -1, s.typeCollation(target)
	if location >= 0 && (p.Location < 0 || location < p.Location) {
		p.Location = location
	}
	return p
}

// ParamTypes gives the types found for $1, $2, … with UnknownParams, and
// refuses those that no use decided (check_variable_parameters).
func (a *Analyzer) ParamTypes() []pg.OID {
	for i, typ := range a.unknownTypes {
		if typ == pg.Unknown || typ == 0 {
			raise("42P18", noPosition, "could not determine data type of parameter $%d", i+1)
		}
	}
	return a.unknownTypes
}
