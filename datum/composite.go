package datum

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// enumIn reads an enum's label.
func enumIn(in *input) query.Datum {
	if len(in.text) <= nameLength {
		for _, label := range in.typ.Labels {
			if label.Label != in.text {
				continue
			}
			if label.Unsafe {
				pgerr.New("55P04", pgerr.NoPosition, `unsafe use of new value "%s" of enum type %s`, label.Label, TypeName(in.c, in.typ.OID)).
					WithHint("New enum values must be committed before they can be used.").Raise()
			}
			return in.text
		}
	}
	pgerr.Raise("22P02", pgerr.NoPosition, `invalid input value for enum %s: "%s"`, TypeName(in.c, in.typ.OID), in.text)
	return nil
}

// domainIn reads a value of the domain's base type. Its checks are the
// caller's: they need an evaluator.
func domainIn(in *input) query.Datum {
	base, typmod := in.typ.BaseType, in.typ.Typmod
	return In(in.c, base, typmod, in.text)
}

// recordIn reads a row of a named composite type: (a,"b c",).
func recordIn(in *input) query.Datum {
	rel := in.c.Relation(in.typ.RelID)
	if in.typ.OID == pg.Record || rel == nil {
		pgerr.Raise("0A000", pgerr.NoPosition, "input of anonymous composite types is not implemented")
	}
	r := &recordReader{whole: in.text, text: trimSpace(in.text)}
	if !strings.HasPrefix(r.text, "(") {
		r.malformed("Missing left parenthesis.")
	}
	r.pos = 1
	row := &query.Row{Type: in.typ.OID}
	for i, col := range rel.Live() {
		if i > 0 {
			if !r.at(',') {
				r.malformed("Too few columns.")
			}
			r.pos++
		}
		var value query.Datum
		if text, null := r.field(); !null {
			value = In(in.c, col.Type, col.Typmod, text)
		}
		row.Names, row.Types = append(row.Names, col.Name), append(row.Types, col.Type)
		row.Values = append(row.Values, value)
	}
	if !r.at(')') {
		r.malformed("Too many columns.")
	}
	if r.pos+1 != len(r.text) {
		r.malformed("Junk after right parenthesis.")
	}
	return row
}

// A recordReader reads a row literal.
type recordReader struct {
	whole, text string
	pos         int
}

func (r *recordReader) malformed(detail string) {
	pgerr.New("22P02", pgerr.NoPosition, `malformed record literal: "%s"`, r.whole).WithDetail("%s", detail).Raise()
}

func (r *recordReader) at(b byte) bool { return r.pos < len(r.text) && r.text[r.pos] == b }

// field reads one field; nothing at all is NULL.
func (r *recordReader) field() (text string, null bool) {
	if r.at(',') || r.at(')') {
		return "", true
	}
	var out []byte
	quoted := false
	for quoted || !r.at(',') && !r.at(')') {
		if r.pos >= len(r.text) {
			r.malformed("Unexpected end of input.")
		}
		b := r.text[r.pos]
		r.pos++
		switch {
		case b == '\\':
			if r.pos >= len(r.text) {
				r.malformed("Unexpected end of input.")
			}
			out = append(out, r.text[r.pos])
			r.pos++
		case b == '"' && quoted && r.at('"'):
			out = append(out, '"')
			r.pos++
		case b == '"':
			quoted = !quoted
		default:
			out = append(out, b)
		}
	}
	return string(out), false
}

// rowOut writes a row (record_out).
func rowOut(c *catalog.Catalog, row *query.Row) string {
	var out strings.Builder
	out.WriteByte('(')
	for i, value := range row.Values {
		if i > 0 {
			out.WriteByte(',')
		}
		if value != nil {
			out.WriteString(quoteField(Out(c, row.Types[i], value)))
		}
	}
	out.WriteByte(')')
	return out.String()
}

func quoteField(s string) string {
	plain := s != ""
	for i := 0; plain && i < len(s); i++ {
		plain = strings.IndexByte(`"\(),`, s[i]) < 0 && !isSpace(s[i])
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `""`).Replace(s) + `"`
}
