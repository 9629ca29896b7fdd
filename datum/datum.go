package datum

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// An input is one call of an input function.
type input struct {
	c      *catalog.Catalog
	typ    *catalog.Type
	typmod int32
	text   string
}

// A function reads one type's text. It raises what PostgreSQL's would.
type function func(in *input) query.Datum

// In reads a literal of a type. It raises 22P02 and its like without a
// position; see InAt.
func In(c *catalog.Catalog, typ pg.OID, typmod int32, text string) query.Datum {
	t := c.Type(typ)
	if t == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "type with OID %d does not exist", typ)
	}
	if !t.Defined {
		pgerr.Raise("42809", pgerr.NoPosition, "type %s is only a shell", t.Name)
	}
	return inputOf(t)(&input{c, t, typmod, text})
}

// InAt reads a literal that stands at a position of the statement: errors point there.
func InAt(c *catalog.Catalog, typ pg.OID, typmod int32, text string, position int) query.Datum {
	var value query.Datum
	if err := pgerr.Catch(func() { value = In(c, typ, typmod, text) }); err != nil {
		if err.Position == pgerr.NoPosition {
			err.Position = position
		}
		err.Raise()
	}
	return value
}

// inputOf finds what reads a type: by kind for the types that users make, by
// the input function's name for the others.
func inputOf(t *catalog.Type) function {
	name := t.Input
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		name = name[dot+1:]
	}
	if f, ok := functions[strings.Trim(name, `"`)]; ok {
		return f
	}
	switch t.Kind {
	case 'e':
		return enumIn
	case 'd':
		return domainIn
	case 'c':
		return recordIn
	case 'r':
		return rangeIn
	case 'm':
		return multirangeIn
	case 'p':
		return pseudoIn
	}
	if isArray(t) {
		return arrayIn
	}
	return asGiven
}

// isArray says whether a type is a true array type.
func isArray(t *catalog.Type) bool {
	return t.Elem != 0 && t.Len == -1 && (t.Subscript == "" || strings.HasSuffix(t.Subscript, "array_subscript_handler"))
}

// functions holds the input functions by name. Types whose function is not
// here keep their text as it is given. It is filled by init because arrays,
// domains and ranges call In again.
var functions map[string]function

func init() {
	functions = map[string]function{
		"boolin": boolIn, "int2in": int2In, "int4in": int4In, "int8in": int8In, "oidin": oidIn,
		"float4in": float4In, "float8in": float8In, "numeric_in": numericIn, "cash_in": moneyIn,
		"textin": asGiven, "unknownin": asGiven, "cstring_in": asGiven, "citextin": asGiven,
		"varcharin": varcharIn, "bpcharin": bpcharIn, "namein": nameIn, "charin": charIn,
		"byteain": byteaIn, "uuid_in": uuidIn, "bit_in": bitIn, "varbit_in": varbitIn,
		"json_in": jsonIn, "jsonb_in": jsonbIn, "jsonpath_in": jsonpathIn, "xml_in": xmlIn,
		"date_in": dateIn, "time_in": timeIn, "timetz_in": timetzIn, "timestamp_in": timestampIn,
		"timestamptz_in": timestamptzIn, "interval_in": intervalIn,
		"inet_in": inetIn, "cidr_in": cidrIn, "macaddr_in": macaddrIn, "macaddr8_in": macaddr8In,
		"point_in": pointIn, "lseg_in": lsegIn, "box_in": boxIn, "line_in": lineIn,
		"path_in": pathIn, "poly_in": polygonIn, "circle_in": circleIn,
		"tsvectorin": tsvectorIn, "tsqueryin": tsqueryIn,
		"hstore_in": hstoreIn, "vector_in": vectorIn,
		"pg_lsn_in": lsnIn, "tidin": tidIn, "xidin": xidIn, "cidin": xidIn, "xid8in": xid8In,
		"array_in": arrayIn, "int2vectorin": int2vectorIn, "oidvectorin": oidvectorIn,
		"enum_in": enumIn, "domain_in": domainIn, "record_in": recordIn,
		"range_in": rangeIn, "multirange_in": multirangeIn,
		"regprocin": regprocIn, "regprocedurein": regprocedureIn, "regoperin": regoperIn,
		"regoperatorin": regoperatorIn, "regclassin": regclassIn, "regtypein": regtypeIn,
		"regcollationin": regcollationIn, "regnamespacein": regnamespaceIn, "regrolein": regroleIn,
		"regconfigin": regconfigIn, "regdictionaryin": regdictionaryIn,
		"void_in": func(*input) query.Datum { return "" },
	}
}

// asGiven keeps the text: text itself, and types whose syntax is not modelled.
func asGiven(in *input) query.Datum { return in.text }

// pseudoIn refuses pseudo-types, as pseudotypes.c does.
func pseudoIn(in *input) query.Datum {
	pgerr.Raise("0A000", pgerr.NoPosition, "cannot accept a value of type %s", in.typ.Name)
	return nil
}

// invalid refuses a text that is not of the type's syntax.
func invalid(typeName, text string) {
	pgerr.Raise("22P02", pgerr.NoPosition, `invalid input syntax for type %s: "%s"`, typeName, text)
}

// isSpace is C's isspace.
func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// trimSpace cuts white space off both ends, as input functions skip it.
func trimSpace(s string) string { return strings.Trim(s, " \t\n\v\f\r") }
