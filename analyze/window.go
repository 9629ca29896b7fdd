package analyze

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// Bits of WindowDef.FrameOptions, as in parsenodes.h.
const (
	frameNonDefault  = 0x00001
	frameRange       = 0x00002
	frameRows        = 0x00004
	frameGroups      = 0x00008
	frameStartOffset = 0x00800 | 0x02000
	frameEndOffset   = 0x01000 | 0x04000
	frameDefaults    = frameRange | 0x00020 | 0x00400
)

// windowFuncCall ties a window function to its window
// (transformWindowFuncCall).
func (s *state) windowFuncCall(w *query.WindowFunc, def *ast.WindowDef) {
	if s.hasWindowFuncs {
		for _, arg := range w.Args {
			if loc, found := locateWindow(arg); found {
				raise("42P20", loc, "window function calls cannot be nested")
			}
		}
	}
	s.kind.refuse("42P20", kindRules[s.kind].window, "window functions", w.Location)
	if def.Name != "" {
		i := slices.IndexFunc(s.windowDefs, func(d *ast.WindowDef) bool { return d.Name == def.Name })
		if i < 0 {
			raise("42704", def.Location, `window "%s" does not exist`, def.Name)
		}
		w.Winref = i + 1
	} else {
		w.Winref = s.windowRef(def)
	}
	s.hasWindowFuncs = true
}

// windowRef finds a window of the same definition, or adds this one.
func (s *state) windowRef(def *ast.WindowDef) int {
	for i, d := range s.windowDefs {
		if d.Name == "" && d.Refname == def.Refname && d.FrameOptions == def.FrameOptions &&
			sameNodes(d.PartitionClause, def.PartitionClause) && sameNodes(d.OrderClause, def.OrderClause) &&
			sameNode(d.StartOffset, def.StartOffset) && sameNode(d.EndOffset, def.EndOffset) {
			return i + 1
		}
	}
	s.windowDefs = append(s.windowDefs[:len(s.windowDefs):len(s.windowDefs)], def)
	return len(s.windowDefs)
}

// sameNode compares raw trees as equal() does, without their places.
func sameNode(a, b ast.Node) bool { return query.Equal(a, b) }

func sameNodes(a, b []ast.Node) bool { return slices.EqualFunc(a, b, sameNode) }

// windowDefinitions analyses the windows of a query
// (transformWindowDefinitions).
func (s *state) windowDefinitions(defs []*ast.WindowDef, targets *[]*query.TargetEntry) []*query.WindowClause {
	var out []*query.WindowClause
	find := func(name string) *query.WindowClause {
		for _, w := range out {
			if w.Name != "" && w.Name == name {
				return w
			}
		}
		return nil
	}
	for i, def := range defs {
		if def.Name != "" && find(def.Name) != nil {
			raise("42P20", def.Location, `window "%s" is already defined`, def.Name)
		}
		var ref *query.WindowClause
		if def.Refname != "" {
			if ref = find(def.Refname); ref == nil {
				raise("42704", def.Location, `window "%s" does not exist`, def.Refname)
			}
		}
		w := &query.WindowClause{Name: def.Name, RefName: def.Refname, FrameOptions: def.FrameOptions, Winref: i + 1}
		w.Order = s.sortClause(def.OrderClause, targets, KindWindowOrder, true)
		w.Partition, _ = s.groupClause(def.PartitionClause, targets, w.Order, KindWindowPartition, true)
		if ref != nil {
			s.copyWindow(w, ref, def)
		}
		s.frame(w, def, *targets)
		out = append(out, w)
	}
	return out
}

// copyWindow takes over what the window that def names defines.
func (s *state) copyWindow(w, ref *query.WindowClause, def *ast.WindowDef) {
	if w.Partition != nil {
		raise("42P20", def.Location, `cannot override PARTITION BY clause of window "%s"`, def.Refname)
	}
	w.Partition = ref.Partition
	if w.Order != nil && ref.Order != nil {
		raise("42P20", def.Location, `cannot override ORDER BY clause of window "%s"`, def.Refname)
	}
	ordered := w.Order != nil
	if !ordered {
		w.Order, w.CopiedOrder = ref.Order, true
	}
	if ref.FrameOptions == frameDefaults {
		return
	}
	e := pgerr.New("42P20", def.Location, `cannot copy window "%s" because it has a frame clause`, def.Refname)
	if def.Name == "" && !ordered && def.FrameOptions == frameDefaults {
		e.WithHint("Omit the parentheses in this OVER clause.")
	}
	e.Raise()
}

// frame analyses a window's frame.
func (s *state) frame(w *query.WindowClause, def *ast.WindowDef, targets []*query.TargetEntry) {
	var family, typ pg.OID
	if w.FrameOptions&frameRange != 0 && w.FrameOptions&(frameStartOffset|frameEndOffset) != 0 {
		if len(w.Order) != 1 {
			raise("42P20", def.Location, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
		}
		for _, m := range s.btreeAmops(w.Order[0].SortOp) {
			if (m.Strategy == 1 || m.Strategy == 5) && m.Left == m.Right && family == 0 {
				family, typ = m.Family, m.Left
			}
		}
	}
	if w.FrameOptions&frameGroups != 0 && w.Order == nil {
		raise("42P20", def.Location, "GROUPS mode requires an ORDER BY clause")
	}
	w.StartOffset = s.frameOffset(w.FrameOptions, family, typ, def.StartOffset)
	w.EndOffset = s.frameOffset(w.FrameOptions, family, typ, def.EndOffset)
}

// frameOffset analyses n in n PRECEDING (transformFrameOffset).
func (s *state) frameOffset(options int, family, typ pg.OID, n ast.Node) query.Expr {
	if n == nil {
		return nil
	}
	var e query.Expr
	construct := "GROUPS"
	switch {
	case options&frameRows != 0:
		construct = "ROWS"
		e = s.coerceToSpecific(s.expr(n, KindWindowFrameRows), pg.Int8, -1, construct)
	case options&frameRange != 0:
		construct = "RANGE"
		e = s.expr(n, KindWindowFrameRange)
		e = s.coerceToSpecific(e, s.rangeOffsetType(e, family, typ), -1, construct)
	default:
		e = s.coerceToSpecific(s.expr(n, KindWindowFrameGroups), pg.Int8, -1, construct)
	}
	s.checkVarFree(e, construct)
	return e
}

// rangeOffsetType finds the offset type that the ordering column's family can
// add.
func (s *state) rangeOffsetType(e query.Expr, family, typ pg.OID) pg.OID {
	have := query.ExprType(e)
	preferred := have
	if have == pg.Unknown {
		preferred = typ
	}
	selected := pg.OID(0)
	functions, matches := 0, 0
	if f := s.c.OpFamily(family); f != nil {
		for _, p := range f.Procs {
			if p.Left != typ || p.Num != 3 {
				continue
			}
			functions++
			if !s.canCoerce(have, p.Right, Implicit) {
				continue
			}
			matches++
			if selected != preferred {
				selected = p.Right
			}
		}
	}
	place := query.Location(e)
	switch {
	case functions == 0:
		raise("0A000", place, "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s", s.typeName(typ))
	case matches == 0:
		pgerr.New("0A000", place, "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s and offset type %s", s.typeName(typ), s.typeName(have)).
			WithHint("Cast the offset value to an appropriate type.").Raise()
	case matches != 1 && selected != preferred:
		pgerr.New("0A000", place, "RANGE with offset PRECEDING/FOLLOWING has multiple interpretations for column type %s and offset type %s", s.typeName(typ), s.typeName(have)).
			WithHint("Cast the offset value to the exact intended type.").Raise()
	}
	return selected
}
