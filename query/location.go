package query

// Location gives where e starts in the text, -1 when it has no place, as
// exprLocation does: for operators and casts the leftmost of their own place
// and their arguments'.
func Location(e Expr) int {
	switch e := e.(type) {
	case nil:
		return -1
	case *Var:
		return e.Location
	case *Const:
		return e.Location
	case *Param:
		return e.Location
	case *Aggref:
		return e.Location
	case *GroupingFunc:
		return e.Location
	case *WindowFunc:
		return e.Location
	case *SubscriptingRef:
		return Location(e.Expr)
	case *FuncExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *NamedArgExpr:
		return leftmost(e.Location, Location(e.Arg))
	case *OpExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *DistinctExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *NullIfExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *ScalarArrayOpExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *BoolExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *SubLink:
		return leftmost(Location(e.Testexpr), e.Location)
	case *FieldSelect:
		return Location(e.Arg)
	case *FieldStore:
		return Location(e.Arg)
	case *RelabelType:
		return leftmost(e.Location, Location(e.Arg))
	case *CoerceViaIO:
		return leftmost(e.Location, Location(e.Arg))
	case *ArrayCoerceExpr:
		return leftmost(e.Location, Location(e.Arg))
	case *ConvertRowtypeExpr:
		return leftmost(e.Location, Location(e.Arg))
	case *CollateExpr:
		return Location(e.Arg)
	case *CaseExpr:
		return e.Location
	case *ArrayExpr:
		return e.Location
	case *RowExpr:
		return e.Location
	case *RowCompareExpr:
		return ListLocation(e.Largs)
	case *CoalesceExpr:
		return e.Location
	case *MinMaxExpr:
		return e.Location
	case *SQLValueFunction:
		return e.Location
	case *XmlExpr:
		return leftmost(e.Location, ListLocation(e.Args))
	case *NullTest:
		return leftmost(e.Location, Location(e.Arg))
	case *BooleanTest:
		return leftmost(e.Location, Location(e.Arg))
	case *CoerceToDomain:
		return leftmost(e.Location, Location(e.Arg))
	case *CoerceToDomainValue:
		return e.Location
	case *SetToDefault:
		return e.Location
	}
	return -1
}

// ListLocation gives the place of the first expression that has one.
func ListLocation(list []Expr) int {
	for _, e := range list {
		if loc := Location(e); loc >= 0 {
			return loc
		}
	}
	return -1
}

// leftmost gives the smaller of two places; -1 is no place.
func leftmost(a, b int) int {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}
