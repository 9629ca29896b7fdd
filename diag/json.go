package diag

import (
	"encoding/json"
	"io"
)

// A Record is a Diagnostic as JSON: the same fields, its places resolved.
type Record struct {
	Severity string       `json:"severity"`
	Code     string       `json:"code,omitempty"`
	Message  string       `json:"message"`
	Place                 // file, start, end
	Label    string       `json:"label,omitempty"`
	Related  []NoteRecord `json:"related,omitempty"`
	Detail   string       `json:"detail,omitempty"`
	Hint     string       `json:"hint,omitempty"`
}

// A NoteRecord is a Note as JSON.
type NoteRecord struct {
	Message string `json:"message"`
	Place
}

// A Place is a Span as JSON.
type Place struct {
	File  string    `json:"file,omitempty"`
	Start *Position `json:"start,omitempty"`
	End   *Position `json:"end,omitempty"`
}

// Records makes ds ready for JSON. It is never nil, so it is never "null".
func Records(ds []Diagnostic, texts Texts) []Record {
	x, out := newIndex(texts), make([]Record, 0, len(ds))
	for _, d := range ds {
		r := Record{
			Severity: d.Severity.String(), Code: d.Code, Message: d.Message, Place: x.placeOf(d.Span),
			Label: d.Label, Detail: d.Detail, Hint: d.Hint,
		}
		for _, n := range d.Related {
			r.Related = append(r.Related, NoteRecord{n.Message, x.placeOf(n.Span)})
		}
		out = append(out, r)
	}
	return out
}

func (x *index) placeOf(s Span) Place {
	start, ok := x.position(s.File, s.Start)
	if !ok {
		return Place{File: s.File}
	}
	end, _ := x.position(s.File, max(s.Start, s.End))
	return Place{File: s.File, Start: &start, End: &end}
}

func writeJSON(w io.Writer, ds []Diagnostic, texts Texts) error {
	return encode(w, struct {
		Format      int      `json:"format"`
		OK          bool     `json:"ok"`
		Diagnostics []Record `json:"diagnostics"`
	}{1, !HasErrors(ds), Records(ds, texts)})
}

// encode writes indented JSON without HTML escapes: SQL is full of < and >.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
