package datum

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// regNumber reads what all reg types allow: "-" for none, an OID in digits.
func regNumber(text string) (pg.OID, bool) {
	if text == "-" {
		return 0, true
	}
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	return pg.OID(unsigned(text, "oid")), true
}

// SplitName takes a qualified name apart as SQL would read it: parts fold to
// lower case unless quoted (stringToQualifiedNameList).
func SplitName(text string) []string {
	var parts []string
	s := trimSpace(text)
	for {
		part, rest, ok := identifier(s)
		if !ok {
			pgerr.Raise("42602", pgerr.NoPosition, "invalid name syntax")
		}
		parts = append(parts, part)
		s = strings.TrimLeft(rest, " \t\n\v\f\r")
		if s == "" {
			return parts
		}
		if s[0] != '.' {
			pgerr.Raise("42602", pgerr.NoPosition, "invalid name syntax")
		}
		s = strings.TrimLeft(s[1:], " \t\n\v\f\r")
	}
}

// identifier reads one identifier off the front of s.
func identifier(s string) (part, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		for i := 1; i < len(s); i++ {
			if s[i] != '"' {
				continue
			}
			if i+1 < len(s) && s[i+1] == '"' {
				i++
				continue
			}
			return Truncate(strings.ReplaceAll(s[1:i], `""`, `"`)), s[i+1:], true
		}
		return "", s, false
	}
	end := 0
	for end < len(s) && s[end] != '.' && !isSpace(s[end]) {
		end++
	}
	return Truncate(lower(s[:end])), s[end:], end > 0
}

// lower folds ASCII letters only, as downcase_truncate_identifier does in UTF-8.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// schemaAndName splits a name of one or two parts; a third in front must be
// the database's.
func schemaAndName(parts []string) (schema, name string) {
	switch len(parts) {
	case 1:
		return "", parts[0]
	case 2:
		return parts[0], parts[1]
	case 3:
		return parts[1], parts[2]
	}
	pgerr.Raise("42601", pgerr.NoPosition, "improper qualified name (too many dotted names): %s", strings.Join(parts, "."))
	return "", ""
}

// needSchema refuses a schema that is not there, as LookupExplicitNamespace does.
func needSchema(c *catalog.Catalog, schema string) {
	if schema != "" && c.SchemaOID(schema) == 0 {
		pgerr.Raise("3F000", pgerr.NoPosition, `schema "%s" does not exist`, schema)
	}
}

func dotted(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}

func regclassIn(in *input) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	parts := SplitName(in.text)
	if len(parts) > 3 {
		pgerr.Raise("42601", pgerr.NoPosition, "improper relation name (too many dotted names): %s", strings.Join(parts, "."))
	}
	schema, name := schemaAndName(parts)
	needSchema(in.c, schema)
	if r := in.c.RelationNamed(schema, name); r != nil {
		return r.OID
	}
	pgerr.Raise("42P01", pgerr.NoPosition, `relation "%s" does not exist`, dotted(schema, name))
	return nil
}

func regtypeIn(in *input) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	oid, _ := ParseType(in.c, in.text)
	return oid
}

func regprocIn(in *input) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	schema, name := schemaAndName(SplitName(in.text))
	needSchema(in.c, schema)
	procs := in.c.ProcsNamed(schema, name)
	switch len(procs) {
	case 0:
		pgerr.Raise("42883", pgerr.NoPosition, `function "%s" does not exist`, in.text)
	case 1:
		return procs[0].OID
	}
	pgerr.Raise("42725", pgerr.NoPosition, `more than one function named "%s"`, in.text)
	return nil
}

func regprocedureIn(in *input) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	schema, name, args := in.signature()
	needSchema(in.c, schema)
	for _, p := range in.c.ProcsNamed(schema, name) {
		if slices.Equal(p.ArgTypes, args) {
			return p.OID
		}
	}
	pgerr.Raise("42883", pgerr.NoPosition, `function "%s" does not exist`, in.text)
	return nil
}

func regoperIn(in *input) query.Datum {
	if in.text == "0" {
		return pg.OID(0)
	}
	schema, name := operatorName(in.text)
	needSchema(in.c, schema)
	operators := in.c.OperatorsNamed(schema, name)
	switch len(operators) {
	case 0:
		pgerr.Raise("42883", pgerr.NoPosition, "operator does not exist: %s", in.text)
	case 1:
		return operators[0].OID
	}
	pgerr.Raise("42725", pgerr.NoPosition, "more than one operator named %s", in.text)
	return nil
}

func regoperatorIn(in *input) query.Datum {
	if in.text == "0" {
		return pg.OID(0)
	}
	head, list := in.argumentList()
	schema, name := operatorName(head)
	needSchema(in.c, schema)
	args := in.types(list, true)
	switch {
	case len(args) == 1:
		pgerr.New("42P02", pgerr.NoPosition, "missing argument").WithHint("Use NONE to denote the missing argument of a unary operator.").Raise()
	case len(args) > 2:
		pgerr.New("54023", pgerr.NoPosition, "too many arguments").WithHint("Provide two argument types for operator.").Raise()
	}
	for _, o := range in.c.OperatorsNamed(schema, name) {
		if len(args) == 2 && o.Left == args[0] && o.Right == args[1] {
			return o.OID
		}
	}
	pgerr.Raise("42883", pgerr.NoPosition, "operator does not exist: %s", in.text)
	return nil
}

// operatorName splits schema.op: an operator's name itself has no dot.
func operatorName(text string) (schema, name string) {
	text = trimSpace(text)
	if i := strings.LastIndexByte(text, '.'); i >= 0 {
		parts := SplitName(text[:i])
		return parts[len(parts)-1], text[i+1:]
	}
	return "", text
}

// argumentList splits name(list).
func (in *input) argumentList() (head, list string) {
	quoted := false
	for i := 0; i < len(in.text); i++ {
		switch in.text[i] {
		case '"':
			quoted = !quoted
		case '(':
			if quoted {
				continue
			}
			rest := trimSpace(in.text[i+1:])
			if !strings.HasSuffix(rest, ")") {
				pgerr.Raise("22P02", pgerr.NoPosition, "expected a right parenthesis")
			}
			return in.text[:i], strings.TrimSuffix(rest, ")")
		}
	}
	pgerr.Raise("22P02", pgerr.NoPosition, "expected a left parenthesis")
	return "", ""
}

// signature reads name(type, …) (parseNameAndArgTypes).
func (in *input) signature() (schema, name string, args []pg.OID) {
	head, list := in.argumentList()
	schema, name = schemaAndName(SplitName(head))
	return schema, name, in.types(list, false)
}

// types reads a list of type names; NONE is 0 where it is allowed.
func (in *input) types(list string, allowNone bool) []pg.OID {
	if trimSpace(list) == "" {
		return nil
	}
	var out []pg.OID
	depth, start, quoted := 0, 0, false
	add := func(s string) {
		if allowNone && strings.EqualFold(trimSpace(s), "none") {
			out = append(out, 0)
			return
		}
		oid, _ := ParseType(in.c, s)
		out = append(out, oid)
	}
	for i := 0; i < len(list); i++ {
		switch b := list[i]; {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '(' || b == '[':
			depth++
		case b == ')' || b == ']':
			depth--
		case b == ',' && depth == 0:
			add(list[start:i])
			start = i + 1
		}
	}
	add(list[start:])
	return out
}

func regcollationIn(in *input) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	schema, name := schemaAndName(SplitName(in.text))
	needSchema(in.c, schema)
	if o := in.c.CollationNamed(schema, name); o != nil {
		return o.OID
	}
	pgerr.Raise("42704", pgerr.NoPosition, `collation "%s" for encoding "UTF8" does not exist`, dotted(schema, name))
	return nil
}

func regnamespaceIn(in *input) query.Datum {
	return in.single(func(name string) pg.OID { return in.c.SchemaOID(name) }, "3F000", `schema "%s" does not exist`)
}

func regroleIn(in *input) query.Datum {
	return in.single(func(name string) pg.OID {
		if r := in.c.RoleNamed(name); r != nil {
			return r.OID
		}
		return 0
	}, "42704", `role "%s" does not exist`)
}

// single looks up a name that has no schema.
func (in *input) single(find func(string) pg.OID, code, message string) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	parts := SplitName(in.text)
	if len(parts) != 1 {
		pgerr.Raise("42602", pgerr.NoPosition, "invalid name syntax")
	}
	oid := find(parts[0])
	if oid == 0 {
		pgerr.Raise(code, pgerr.NoPosition, message, parts[0])
	}
	return oid
}

func regconfigIn(in *input) query.Datum {
	return in.generic(catalog.ClassTSConfig, "text search configuration")
}

func regdictionaryIn(in *input) query.Datum {
	return in.generic(catalog.ClassTSDict, "text search dictionary")
}

func (in *input) generic(class catalog.Class, kind string) query.Datum {
	if oid, ok := regNumber(in.text); ok {
		return oid
	}
	schema, name := schemaAndName(SplitName(in.text))
	needSchema(in.c, schema)
	if o := in.c.GenericNamed(class, schema, name); o != nil {
		return o.OID
	}
	pgerr.Raise("42704", pgerr.NoPosition, `%s "%s" does not exist`, kind, dotted(schema, name))
	return nil
}

// oidOut writes an OID as its reg type's output function does: the name,
// qualified where the search path does not find it.
func oidOut(c *catalog.Catalog, typ, oid pg.OID) string {
	if oid == 0 && typ != pg.Oid {
		if typ == pg.Regoper || typ == pg.Regoperator {
			return "0"
		}
		return "-"
	}
	if name := regName(c, typ, oid); name != "" {
		return name
	}
	return strconv.FormatUint(uint64(oid), 10)
}

func regName(c *catalog.Catalog, typ, oid pg.OID) string {
	switch typ {
	case pg.Regclass:
		if r := c.Relation(oid); r != nil {
			return visibleName(c, r, r.Namespace, r.Name)
		}
	case pg.Regtype:
		if c.Type(oid) != nil {
			return TypeName(c, oid)
		}
	case pg.Regproc:
		if p := c.Proc(oid); p != nil {
			if c.Visible(p) && len(c.ProcsNamed("", p.Name)) == 1 {
				return QuoteIdent(p.Name)
			}
			return QuoteQualified(c.SchemaName(p.Namespace), p.Name)
		}
	case pg.Regprocedure:
		return Procedure(c, oid)
	case pg.Regoper:
		if o := c.Operator(oid); o != nil {
			if c.Visible(o) && len(c.OperatorsNamed("", o.Name)) == 1 {
				return o.Name
			}
			return QuoteIdent(c.SchemaName(o.Namespace)) + "." + o.Name
		}
	case pg.Regoperator:
		return Operator(c, oid)
	case pg.Regcollation:
		if o := c.Collation(oid); o != nil {
			return visibleName(c, o, o.Namespace, o.Name)
		}
	case pg.Regnamespace:
		if s := c.Schema(oid); s != nil {
			return QuoteIdent(s.Name)
		}
	case pg.Regrole:
		if r := c.Role(oid); r != nil {
			return QuoteIdent(r.Name)
		}
	case pg.Regconfig, pg.Regdictionary:
		return genericName(c, typ, oid)
	}
	return ""
}

func genericName(c *catalog.Catalog, typ, oid pg.OID) string {
	class := catalog.ClassTSConfig
	if typ == pg.Regdictionary {
		class = catalog.ClassTSDict
	}
	if g, ok := c.Object(catalog.Address{Class: class, OID: oid}).(*catalog.Generic); ok {
		return visibleName(c, g, g.Namespace, g.Name)
	}
	return ""
}

// visibleName writes a name, with its schema where the path does not find it.
func visibleName(c *catalog.Catalog, o catalog.Object, namespace pg.OID, name string) string {
	if c.Visible(o) {
		return QuoteIdent(name)
	}
	return QuoteQualified(c.SchemaName(namespace), name)
}

// Procedure writes a function with its argument types (format_procedure); ""
// for an unknown one.
func Procedure(c *catalog.Catalog, oid pg.OID) string {
	p := c.Proc(oid)
	if p == nil {
		return ""
	}
	args := make([]string, len(p.ArgTypes))
	for i, t := range p.ArgTypes {
		args[i] = TypeName(c, t)
	}
	return visibleName(c, p, p.Namespace, p.Name) + "(" + strings.Join(args, ",") + ")"
}

// Operator writes an operator with its operand types (format_operator); "" for
// an unknown one.
func Operator(c *catalog.Catalog, oid pg.OID) string {
	o := c.Operator(oid)
	if o == nil {
		return ""
	}
	name := o.Name
	if !c.Visible(o) {
		name = QuoteIdent(c.SchemaName(o.Namespace)) + "." + name
	}
	operand := func(t pg.OID) string {
		if t == 0 {
			return "NONE"
		}
		return TypeName(c, t)
	}
	return name + "(" + operand(o.Left) + "," + operand(o.Right) + ")"
}
