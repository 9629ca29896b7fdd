package datum_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// userTypes adds an enum, a composite and a domain to a fresh catalog.
func userTypes() (c *catalog.Catalog, enum, composite, domain *catalog.Type) {
	c = catalog.New()
	header := func(name string) catalog.Header {
		return catalog.Header{Name: name, Namespace: pg.Public, Owner: catalog.Superuser}
	}
	enum = &catalog.Type{Header: header("mood"), Kind: 'e', Category: 'E', Defined: true, Delim: ',', Len: 4,
		Labels: []catalog.EnumLabel{{Label: "sad"}, {Label: "ok"}, {Label: "happy", Unsafe: true}}, Input: "enum_in"}
	c.Add(enum)
	r := &catalog.Relation{Header: header("pair"), Kind: catalog.CompositeType, Columns: []*catalog.Column{
		{Num: 1, Name: "n", Type: pg.Int4, Typmod: -1}, {Num: 2, Name: "t", Type: pg.Text, Typmod: -1}}}
	c.Add(r)
	composite = &catalog.Type{Header: header("pair"), Kind: 'c', Category: 'C', Defined: true, Delim: ',', Len: -1, RelID: r.OID, Input: "record_in"}
	c.Add(composite)
	domain = &catalog.Type{Header: header("short"), Kind: 'd', Defined: true, Delim: ',', Len: -1, BaseType: pg.Varchar, Typmod: 7, Input: "domain_in"}
	c.Add(domain)
	return c, enum, composite, domain
}

func TestUserTypes(t *testing.T) {
	c, enum, composite, domain := userTypes()
	for _, test := range []struct {
		typ       *catalog.Type
		text      string
		out, code string
	}{
		{enum, "sad", "sad", ""},
		{enum, "SAD", "", "22P02"},
		{enum, "happy", "", "55P04"},
		{composite, `(1,"a b")`, `(1,"a b")`, ""},
		{composite, `( 1 ,)`, `(1,)`, ""},
		{composite, `(1,"a""b\\c")`, `(1,"a""b\\c")`, ""},
		{composite, `(1)`, "", "22P02"},
		{composite, `(1,2,3)`, "", "22P02"},
		{composite, `(x,2)`, "", "22P02"},
		{domain, "abc", "abc", ""},
		{domain, "abcd", "", "22001"},
	} {
		var out string
		err := pgerr.Catch(func() { out = datum.Out(c, test.typ.OID, datum.In(c, test.typ.OID, -1, test.text)) })
		if test.code != "" {
			require.NotNil(t, err, test.text)
			assert.Equal(t, test.code, err.Code, test.text)
			continue
		}
		require.Nil(t, err, test.text)
		assert.Equal(t, test.out, out)
	}
}

func TestInAtPointsAtTheLiteral(t *testing.T) {
	err := pgerr.Catch(func() { datum.InAt(catalog.New(), pg.Int4, -1, "x", 7) })
	require.NotNil(t, err)
	assert.Equal(t, pgerr.Error{Code: "22P02", Message: `invalid input syntax for type integer: "x"`, Position: 7}, *err)
}

// TestTexts needs no server: one literal of each family of types.
func TestTexts(t *testing.T) {
	c := catalog.New()
	for _, test := range []struct {
		typ     pg.OID
		in, out string
	}{
		{pg.Bool, "yes", "t"}, {pg.Int4, " 42 ", "42"}, {pg.Float8, "1e15", "1e+15"}, {pg.Float4, "0.1", "0.1"},
		{pg.Numeric, "1.50e1", "15.0"}, {pg.Bytea, `a\\b`, `\x615c62`}, {pg.Jsonb, `{"b":1,"a":[1.0,null]}`, `{"a": [1.0, null], "b": 1}`},
		{pg.Date, "January 8, 1999", "1999-01-08"}, {pg.Timestamptz, "1999-01-08 04:05:06 PST", "1999-01-08 12:05:06+00"},
		{pg.Interval, "P1Y2M3DT4H", "1 year 2 mons 3 days 04:00:00"}, {pg.Inet, "10.0.0.1/8", "10.0.0.1/8"},
		{pg.Int4Array, "{1,NULL,3}", "{1,NULL,3}"}, {pg.Int4Range, "(1,5]", "[2,6)"}, {pg.Regclass, "pg_class", "pg_class"},
		{pg.Regtype, "int", "integer"}, {pg.Jsonpath, "$.a > 1", `($."a" > 1)`}, {pg.Money, "-1234.5", "-$1,234.50"},
	} {
		assert.Equal(t, test.out, datum.Out(c, test.typ, datum.In(c, test.typ, -1, test.in)))
	}
}

// FuzzIn: no text crashes an input function, and what one accepts reads back
// the same.
func FuzzIn(f *testing.F) {
	types, literals := cases(f)
	c := catalog.New()
	for i := range types {
		var oid pg.OID
		if pgerr.Catch(func() { oid, _ = datum.ParseType(c, types[i]) }) == nil {
			f.Add(uint32(oid), int32(-1), literals[i])
		}
	}
	f.Fuzz(func(t *testing.T, typ uint32, typmod int32, text string) {
		oid := pg.OID(typ)
		if c.Type(oid) == nil {
			return
		}
		typmod = max(typmod, -1)
		var value query.Datum
		if pgerr.Catch(func() { value = datum.In(c, oid, typmod, text) }) != nil {
			return
		}
		out := datum.Out(c, oid, value)
		pgerr.Catch(func() { datum.Compare(c, oid, value, value) })
		var again string
		if err := pgerr.Catch(func() { again = datum.Out(c, oid, datum.In(c, oid, -1, out)) }); err == nil && again != out {
			t.Errorf("%d %q is %q, then %q", oid, text, out, again)
		}
	})
}
