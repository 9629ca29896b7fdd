package generator

import (
	"fmt"
	"sort"
	"strings"

	"github.com/electric-cli/electric/pg"
)

// goNames holds the names that the rules below do not make well.
var goNames = map[string]string{
	"any": "Any", "anycompatible": "AnyCompatible", "anycompatiblearray": "AnyCompatibleArray",
	"anycompatiblemultirange": "AnyCompatibleMultirange", "anycompatiblenonarray": "AnyCompatibleNonArray",
	"anycompatiblerange": "AnyCompatibleRange", "anyarray": "AnyArray", "anyelement": "AnyElement", "anyenum": "AnyEnum",
	"anymultirange": "AnyMultirange", "anynonarray": "AnyNonArray", "anyrange": "AnyRange",
	"int4range": "Int4Range", "int8range": "Int8Range", "numrange": "NumRange", "daterange": "DateRange", "tsrange": "TsRange",
	"tstzrange": "TstzRange", "int4multirange": "Int4Multirange", "int8multirange": "Int8Multirange",
	"nummultirange": "NumMultirange", "datemultirange": "DateMultirange", "tsmultirange": "TsMultirange",
	"tstzmultirange": "TstzMultirange", "int2vector": "Int2Vector", "oidvector": "OidVector",
	"btree": "BTree", "spgist": "SPGist", "plpgsql": "PLpgSQL", "sql": "SQL", "ucs_basic": "UCSBasic",
}

// goName camel-cases a catalog name.
func goName(name string) string {
	if n := goNames[name]; n != "" {
		return n
	}
	var b strings.Builder
	for _, w := range strings.Split(name, "_") {
		if w != "" {
			b.WriteString(strings.ToUpper(w[:1]) + w[1:])
		}
	}
	return b.String()
}

// writeOIDs writes constants for the objects that Go code names.
func (g *generator) writeOIDs(set *pg.Set) error {
	var b strings.Builder
	constants(&b, "Types.", typeConstants(set))
	constants(&b, "Schemas.", namedConstants(set, "pg_namespace", ""))
	var ams, languages, collations []constant
	for _, r := range set.Ams {
		ams = append(ams, constant{goName(r.Name), r.OID})
	}
	for _, r := range set.Languages {
		languages = append(languages, constant{"Lang" + goName(r.Name), r.OID})
	}
	for _, r := range set.Collations {
		switch r.Name {
		case "default", "C", "POSIX", "ucs_basic":
			collations = append(collations, constant{goName(r.Name) + "Collation", r.OID})
		}
	}
	constants(&b, "Access methods.", ams)
	constants(&b, "Languages.", languages)
	constants(&b, "Collations.", collations)
	constants(&b, "Roles.", namedConstants(set, "pg_authid", "Role"))
	constants(&b, "Tablespaces.", namedConstants(set, "pg_tablespace", "Tablespace"))
	constants(&b, "Relations of pg_catalog, which are also the classes of object addresses.", relationConstants(set))
	return g.write("oids.go", &b)
}

type constant struct {
	name string
	oid  pg.OID
}

func constants(b *strings.Builder, title string, list []constant) {
	sort.Slice(list, func(i, j int) bool { return list[i].oid < list[j].oid })
	fmt.Fprintf(b, "// %s\nconst (\n", title)
	for _, c := range list {
		fmt.Fprintf(b, "%s OID = %d\n", c.name, c.oid)
	}
	b.WriteString(")\n\n")
}

// typeConstants names all types but row types and their arrays.
func typeConstants(set *pg.Set) []constant {
	byOID := map[pg.OID]*pg.TypeRow{}
	for i := range set.Types {
		byOID[set.Types[i].OID] = &set.Types[i]
	}
	var list []constant
	for _, t := range set.Types {
		base, suffix := &t, ""
		if e := byOID[t.Elem]; e != nil && e.Array == t.OID {
			base, suffix = e, "Array"
		}
		if base.Kind != 'c' && base.Namespace == 11 {
			list = append(list, constant{goName(base.Name) + suffix, t.OID})
		}
	}
	return list
}

func namedConstants(set *pg.Set, catalog, prefix string) []constant {
	var list []constant
	for _, r := range set.Named {
		if r.Catalog == catalog && !strings.Contains(r.Name, "toast") {
			list = append(list, constant{prefix + goName(strings.TrimPrefix(r.Name, prefix)), r.OID})
		}
	}
	return list
}

func relationConstants(set *pg.Set) []constant {
	var list []constant
	for _, r := range set.Relations {
		if r.Kind == 'r' && r.Namespace == 11 {
			list = append(list, constant{goName(strings.TrimPrefix(r.Name, "pg_")) + "Class", r.OID})
		}
	}
	return list
}
