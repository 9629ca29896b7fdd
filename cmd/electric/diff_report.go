package main

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/diag"
)

// writeDiff tells what a comparison came to: text and JSON on stdout, as GitHub and SARIF want it there too.
func (a *app) writeDiff(d *diff) error {
	switch format := diag.Format(a.reportFormat); format {
	case diag.JSON:
		if err := a.writeJSON(d.record()); err != nil {
			return outside(err)
		}
		return nil
	case diag.GitHub, diag.SARIF:
		return a.report(append(d.diagnostics, d.asDiagnostics(a.loud)...), d.texts)
	}
	if err := a.report(d.diagnostics, d.texts); err != nil {
		return err
	}
	return a.writeDiffText(d)
}

func (a *app) writeDiffText(d *diff) error {
	o := compat.TextOptions{Colour: a.colours(a.out), Advice: !a.quiet, Same: a.loud}
	if err := compat.WriteText(a.out, &d.report, o); err != nil {
		return outside(err)
	}
	for _, e := range d.untold() {
		fmt.Fprintf(a.out, "besides, for clients on version %s:\n\n", e.version)
		if err := compat.WriteText(a.out, &e.report, o); err != nil {
			return outside(err)
		}
	}
	a.note("%s → %s: %s", d.before.label, d.after.label, d.summary())
	return nil
}

// untold gives of the earlier versions what the mode forbids and was not told of a later one.
func (d *diff) untold() (list []earlier) {
	told := map[string]bool{}
	key := func(t *compat.Table, f *compat.Finding) string {
		return fmt.Sprintf("%s.%s %s %s", t.Schema, t.Name, f.Rule, f.Message)
	}
	for i := range d.report.Tables {
		t := &d.report.Tables[i]
		for j := range t.Findings {
			told[key(t, &t.Findings[j])] = true
		}
	}
	for i := len(d.earlier) - 1; i >= 0; i-- {
		e := earlier{version: d.earlier[i].version}
		for _, t := range d.earlier[i].report.Tables {
			all := t.Findings
			t.Findings = nil
			for j := range all {
				if k := key(&t, &all[j]); d.mode.Forbids(&all[j]) && !told[k] {
					told[k] = true
					t.Findings = append(t.Findings, all[j])
				}
			}
			if t.Findings != nil {
				e.report.Tables = append(e.report.Tables, t)
			}
		}
		if e.report.Tables != nil {
			list = append(list, e)
		}
	}
	return list
}

// summary counts the tables by their worse verdict.
func (d *diff) summary() string {
	counts := map[compat.Verdict]int{}
	for _, t := range d.report.Tables {
		counts[max(t.Reads, t.Writes)]++
	}
	var parts []string
	for _, v := range []compat.Verdict{compat.Breaking, compat.Compatible, compat.Same} {
		if counts[v] > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", count(counts[v], "table"), v))
		}
	}
	if parts == nil {
		parts = []string{"no tables"}
	}
	verdict := "compatible"
	if !d.ok() {
		verdict = "not compatible"
	}
	return fmt.Sprintf("%s; %s in mode %s", strings.Join(parts, ", "), verdict, d.modeName)
}

// asDiagnostics makes diagnostics of what a report found: errors of what the mode forbids, warnings of what breaks and
// is acceptable in it, notes of the rest when all is asked for.
func (d *diff) asDiagnostics(all bool) (list []diag.Diagnostic) {
	add := func(t *compat.Table, f *compat.Finding, from string) {
		breaks := f.Reads == compat.Breaking || f.Writes == compat.Breaking
		if !breaks && !all {
			return
		}
		x := diag.Errorf(f.Span, f.Rule, "%s.%s: %s (reads %s, writes %s)", t.Schema, t.Name, f.Message, f.Reads, f.Writes)
		x.Detail, x.Hint = compat.Advice(f.Rule)
		x.Message += from
		switch {
		case !breaks || f.Allowed != "":
			x.Severity = diag.Info
		case !d.mode.Forbids(f):
			x.Severity = diag.Warning
		}
		if f.Allowed != "" {
			x.Detail, x.Hint = "Allowed because "+f.Allowed, ""
		} else if f.Note != "" {
			x.Detail = strings.TrimSpace(x.Detail + " " + f.Note)
		}
		list = append(list, x)
	}
	each(&d.report, func(t *compat.Table, f *compat.Finding) { add(t, f, "") })
	for _, e := range d.untold() {
		each(&e.report, func(t *compat.Table, f *compat.Finding) { add(t, f, " for clients on version "+e.version) })
	}
	return list
}

func each(r *compat.Report, do func(*compat.Table, *compat.Finding)) {
	for i := range r.Tables {
		for j := range r.Tables[i].Findings {
			do(&r.Tables[i], &r.Tables[i].Findings[j])
		}
	}
}

// A diffRecord is a comparison as JSON.
type diffRecord struct {
	Format      int           `json:"format"`
	OK          bool          `json:"ok"`
	Mode        string        `json:"mode"`
	Before      sideRecord    `json:"before"`
	After       sideRecord    `json:"after"`
	Tables      []tableRecord `json:"tables"`
	Earlier     []earlierJSON `json:"earlier,omitempty"`
	Diagnostics []diag.Record `json:"diagnostics"`
}

type sideRecord struct {
	Name       string `json:"name"`
	Version    string `json:"version,omitempty"`
	SchemaHash string `json:"schema_hash,omitempty"`
	SyncHash   string `json:"sync_hash,omitempty"`
}

type earlierJSON struct {
	Version string        `json:"version"`
	OK      bool          `json:"ok"`
	Tables  []tableRecord `json:"tables"`
}

type tableRecord struct {
	compat.Table
	Changes []findingRecord `json:"changes"` // shadows the table's own
}

type findingRecord struct {
	compat.Finding
	diag.Place
}

func (d *diff) record() diffRecord {
	r := diffRecord{
		Format: 1, OK: d.ok(), Mode: d.modeName, Before: d.before.record(), After: d.after.record(),
		Tables: d.tableRecords(&d.report), Diagnostics: diag.Records(d.diagnostics, d.texts),
	}
	for i := range d.earlier {
		e := &d.earlier[i]
		r.Earlier = append(r.Earlier, earlierJSON{e.version, d.mode.Accepts(&e.report), d.tableRecords(&e.report)})
	}
	return r
}

func (s *side) record() sideRecord {
	r := sideRecord{Name: s.label}
	if b := s.bundle; b != nil {
		r.Version, r.SchemaHash, r.SyncHash = b.Version, b.SchemaHash, b.SyncHash
	}
	return r
}

func (d *diff) tableRecords(r *compat.Report) []tableRecord {
	list := []tableRecord{}
	for _, t := range r.Tables {
		record := tableRecord{t, []findingRecord{}}
		for _, f := range t.Findings {
			place := diag.Records([]diag.Diagnostic{{Span: f.Span}}, d.texts)[0].Place
			record.Changes = append(record.Changes, findingRecord{f, place})
		}
		list = append(list, record)
	}
	return list
}
