package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// createEnum interprets CREATE TYPE … AS ENUM, as DefineEnum does.
func (s *Session) createEnum(n *ast.CreateEnumStmt) {
	namespace, name := s.createIn(n.TypeName)
	s.claimFullTypeName(namespace, name)
	t := s.newType(namespace, name, 'e', 'E')
	t.Len, t.ByVal, t.Storage, t.Input, t.Output = 4, true, 'p', "enum_in", "enum_out"
	for _, label := range ast.Strings(n.Vals) {
		checkEnumLabel(label)
		if labelIndex(t, label) >= 0 {
			pgerr.Raise("23505", pgerr.NoPosition, `duplicate key value violates unique constraint "pg_enum_typid_label_index"`)
		}
		t.Labels = append(t.Labels, catalog.EnumLabel{OID: s.catalog.NewOID(), Label: label})
	}
	s.addType(t, nil)
	s.changed("create enum %s", s.catalog.QualifiedName(t))
}

func checkEnumLabel(label string) {
	if len(label) > nameLimit {
		pgerr.New("42602", pgerr.NoPosition, `invalid enum label "%s"`, label).
			WithDetail("Labels must be %d bytes or less.", nameLimit).Raise()
	}
}

func labelIndex(t *catalog.Type, label string) int {
	return slices.IndexFunc(t.Labels, func(l catalog.EnumLabel) bool { return l.Label == label })
}

// alterEnum interprets ALTER TYPE … ADD VALUE and RENAME VALUE, as AlterEnum.
func (s *Session) alterEnum(n *ast.AlterEnumStmt) {
	t := s.typeNamed(n.TypeName)
	if t.Kind != 'e' {
		pgerr.Raise("42809", pgerr.NoPosition, "%s is not an enum", s.formatType(t.OID))
	}
	s.checkOwner(t)
	if n.OldVal != "" {
		s.renameEnumLabel(t, n.OldVal, n.NewVal)
		return
	}
	s.addEnumLabel(t, n)
}

// addEnumLabel mirrors AddEnumLabel. The label cannot be used before the
// transaction has ended.
func (s *Session) addEnumLabel(t *catalog.Type, n *ast.AlterEnumStmt) {
	checkEnumLabel(n.NewVal)
	if labelIndex(t, n.NewVal) >= 0 {
		if !n.SkipIfNewValExists {
			pgerr.Raise("42710", pgerr.NoPosition, `enum label "%s" already exists`, n.NewVal)
		}
		s.notice("42710", `enum label "%s" already exists, skipping`, n.NewVal)
		return
	}
	at := len(t.Labels)
	if n.NewValNeighbor != "" {
		at = labelIndex(t, n.NewValNeighbor)
		if at < 0 {
			pgerr.Raise("22023", pgerr.NoPosition, `"%s" is not an existing enum label`, n.NewValNeighbor)
		}
		if n.NewValIsAfter {
			at++
		}
	}
	s.catalog.Touch(t)
	oid := s.catalog.NewOID()
	t.Labels = slices.Insert(slices.Clone(t.Labels), at, catalog.EnumLabel{OID: oid, Label: n.NewVal, Unsafe: true})
	s.onCommit(func() {
		for i := range t.Labels {
			if t.Labels[i].OID == oid {
				t.Labels[i].Unsafe = false
			}
		}
	})
	s.changed("add value %s to enum %s", n.NewVal, s.catalog.QualifiedName(t))
}

// renameEnumLabel mirrors RenameEnumLabel.
func (s *Session) renameEnumLabel(t *catalog.Type, old, label string) {
	checkEnumLabel(label)
	i := labelIndex(t, old)
	switch {
	case i < 0:
		pgerr.Raise("22023", pgerr.NoPosition, `"%s" is not an existing enum label`, old)
	case labelIndex(t, label) >= 0:
		pgerr.Raise("42710", pgerr.NoPosition, `enum label "%s" already exists`, label)
	}
	s.catalog.Touch(t)
	t.Labels = slices.Clone(t.Labels)
	t.Labels[i].Label = label
	s.changed("rename value %s of enum %s to %s", old, s.catalog.QualifiedName(t), label)
}
