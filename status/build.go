package status

import (
	"fmt"
	"slices"

	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
)

// Build makes the report.
func Build(in Input) (Report, error) {
	b := builder{Input: in, report: Report{
		Format: 1, Reasons: []string{}, Standing: []string{}, Pending: []string{}, Tables: []TableInfo{}, Drift: []Drift{},
		Other: []Drift{}, Unseen: append([]string{}, in.Unseen...), Files: in.Files, Sync: in.Sync,
	}}
	b.bundle()
	if in.Database != nil {
		b.recorded()
		b.live()
		if err := b.whole(); err != nil {
			return b.report, err
		}
		b.verdicts()
		b.drift()
	} else {
		b.unsafe("no database was looked at: set DATABASE_URL, libpq's PG… variables or --database-url")
	}
	b.sync()
	b.report.Safe = len(b.report.Reasons) == 0
	return b.report, nil
}

// whole reads the rest of the bundle when it is needed.
func (b *builder) whole() (err error) {
	if b.Bundle != nil && b.Whole != nil && (b.differs || b.Thorough) {
		b.Bundle, err = b.Whole()
		b.read = true
	}
	return err
}

type builder struct {
	Input
	report  Report
	place   Place
	scope   hash.Tables   // the bundle's
	hashes  *hash.Builder // of the live catalog, in that scope
	read    bool          // the bundle's schema is there
	differs bool          // the live catalog has not the bundle's hash
}

func (b *builder) unsafe(format string, args ...any) {
	b.report.Reasons = append(b.report.Reasons, fmt.Sprintf(format, args...))
}

func (b *builder) say(format string, args ...any) {
	b.report.Standing = append(b.report.Standing, fmt.Sprintf(format, args...))
}

// index finds a version, -1 when there is none.
func (b *builder) index(version string) int {
	return slices.IndexFunc(b.Versions, func(v Version) bool { return v.Version == version })
}

func (b *builder) bundle() {
	files := b.Files
	if files != nil && files.Mistakes > 0 {
		b.unsafe("the files do not compile: run electric migrate compile")
	}
	if b.Bundle == nil {
		b.unsafe("there is no bundle to compare with: %s", b.Problem)
		return
	}
	fresh := files == nil || len(files.Changed) == 0
	b.report.Bundle = &Held{
		Path: b.Path, Version: b.Bundle.Version, SchemaHash: b.Bundle.SchemaHash, SyncHash: b.Bundle.SyncHash,
		Migrations: len(b.Bundle.Migrations), Compiler: b.Bundle.Compiler, Fresh: fresh,
	}
	b.scope = hash.Tables(b.Bundle.Clients())
	if fresh {
		return
	}
	b.unsafe("the bundle is stale: run electric migrate compile and commit it")
	switch i := b.index(b.Bundle.Version); {
	case i < 0:
		b.say("the bundle is of a version that no file has, %s", b.Bundle.Version)
	case i < len(b.Versions)-1:
		b.say("the bundle is %s behind the files", migrations(len(b.Versions)-1-i))
	default:
		b.say("the bundle was made of other files than these")
	}
}

func (b *builder) recorded() {
	db := b.Database
	h := db.History
	b.report.Unseen = append(b.report.Unseen, h.Unseen...)
	for _, p := range h.Problems {
		b.unsafe("%s", p)
	}
	r := &Recorded{Versions: len(h.Rows), Exists: h.Recorded}
	b.report.Recorded = r
	newest := newestRow(h, b.Versions)
	if newest != nil {
		r.Version, r.SchemaHash, r.SyncHash = newest.Version, newest.SchemaHash, newest.SyncHash
	}
	for _, p := range h.Progress {
		r.Partial = p.Version
		b.unsafe("migration %s is applied in part: run electric migrate apply to finish it", p.Version)
	}
	for _, d := range db.Standing.Problems {
		b.unsafe("%s", text(d))
	}
	if i := db.Standing.Last; i >= 0 && newest != nil && newest.SchemaHash != b.Versions[i].SchemaHash && len(db.Standing.Problems) == 0 {
		b.unsafe("version %s is recorded with schema hash %s, but its files come to %s", newest.Version, newest.SchemaHash, b.Versions[i].SchemaHash)
	}
}

// newestRow is the row of the newest version that is recorded, by the order of
// the migrations.
func newestRow(h *history.History, versions []Version) (newest *history.Row) {
	for _, v := range versions {
		if row := h.Row(v.Version); row != nil {
			newest = row
		}
	}
	if newest == nil && len(h.Rows) > 0 {
		newest = &h.Rows[len(h.Rows)-1]
	}
	return newest
}

func text(d diag.Diagnostic) string {
	if d.Span.File != "" {
		return d.Span.File + " " + d.Message
	}
	return d.Message
}

func (b *builder) live() {
	db := b.Database
	l := &Live{Address: db.Address, Server: db.Server, Tables: len(db.Live.Tables), Versions: []string{}}
	b.report.Live = l
	scope := hash.Scope{}
	if b.Bundle != nil {
		scope = b.scope.Scope()
	}
	b.hashes = hash.NewBuilder(scope)
	b.hashes.SetTypes(db.Live)
	for i := range db.Live.Tables {
		b.hashes.SetTable(&db.Live.Tables[i])
	}
	l.SchemaHash, l.SyncHash = b.hashes.Schema(), b.hashes.Sync()
	b.differs = b.Bundle == nil || l.SchemaHash != b.Bundle.SchemaHash
	b.place = b.locate(l.SchemaHash)
	if names := b.place.VersionNames(); names != nil {
		l.Versions = names
	}
	b.behind()
}

// locate finds the versions of the live catalog. Mostly it is the newest, whose
// hash is known by now.
func (b *builder) locate(live string) Place {
	if b.differs && b.More != nil {
		if list := b.More(); len(list) > 0 {
			b.Versions = list
		}
	}
	if n := len(b.Versions); !b.differs && n > 0 && b.Versions[n-1].SchemaHash == live && (n == 1 || b.Versions[n-2].SchemaHash != live) {
		return Place{Versions: []int{n - 1}, names: b.Versions}
	}
	return Locate(b.Database.Live, b.Versions)
}

func migrations(n int) string {
	if n == 1 {
		return "1 migration"
	}
	return fmt.Sprintf("%d migrations", n)
}

// behind says who is behind whom: the database by its catalog and by its record.
func (b *builder) behind() {
	standing, newest := b.Database.Standing, b.place.Newest()
	recorded := len(b.Database.History.Rows) > 0
	for _, i := range standing.Pending {
		b.report.Pending = append(b.report.Pending, b.Versions[i].Version)
	}
	last := len(b.Versions) - 1
	switch {
	case newest < 0 && len(b.Database.Live.Tables) == 0:
		b.say("the database has no tables")
	case newest < 0 && len(b.Versions) > 0:
		b.say("the database is at no version: its catalog is that of none of them")
	case newest >= 0 && newest < last:
		b.say("the database is %s behind: its catalog is that of version %s", migrations(last-newest), b.Versions[newest].Version)
	}
	switch {
	case !recorded && newest >= 0:
		b.say("nothing is recorded in the database: electric migrate compile --database-url … records what its catalog proves")
	case recorded && newest >= 0 && !slices.Contains(b.place.Versions, standing.Last):
		b.say("what is recorded (%s) is not what the catalog shows (%s)", b.report.Recorded.Version, b.Versions[newest].Version)
	case recorded && len(standing.Pending) > 0:
		b.say("%s not recorded as applied: run electric migrate apply", areMigrations(len(standing.Pending)))
	}
}

func areMigrations(n int) string {
	if n == 1 {
		return "1 migration is"
	}
	return migrations(n) + " are"
}

// verdicts judges each table that clients have.
func (b *builder) verdicts() {
	switch {
	case b.Bundle == nil:
		return
	case !b.read:
		b.allSame()
		return
	}
	clients := compat.Clients(b.scope)
	check := compat.Check(b.Bundle.Schema.Schema, b.Database.Live, compat.Options{BeforeClients: clients, AfterClients: clients, Live: true})
	hashes := map[[2]string]string{}
	for i, info := range b.Bundle.Schema.Tables {
		t := &b.Bundle.Schema.Schema.Tables[i]
		hashes[[2]string{t.Schema, t.Name}] = info.Hash
	}
	broken := 0
	for _, t := range check.Tables {
		live, _ := b.hashes.Table(t.Schema, t.Name)
		b.report.Tables = append(b.report.Tables, TableInfo{Table: t, LiveHash: live, Hash: hashes[[2]string{t.Schema, t.Name}]})
		if t.Reads == compat.Breaking || t.Writes == compat.Breaking {
			broken++
		}
	}
	switch {
	case broken == 1:
		b.unsafe("clients of the bundle cannot work with 1 table of the database")
	case broken > 1:
		b.unsafe("clients of the bundle cannot work with %d tables of the database", broken)
	}
}

// allSame judges the tables of a database that has the bundle's hash.
func (b *builder) allSame() {
	for i, info := range b.Bundle.Schema.Tables {
		if t := &b.Bundle.Schema.Schema.Tables[i]; info.Client {
			live, _ := b.hashes.Table(t.Schema, t.Name)
			same := compat.Table{Schema: t.Schema, Name: t.Name, Findings: []compat.Finding{}}
			b.report.Tables = append(b.report.Tables, TableInfo{Table: same, LiveHash: live, Hash: info.Hash})
		}
	}
}

// drift compares the catalog with the version it should be of: the recorded one,
// else the one it has, else the bundle's.
func (b *builder) drift() {
	if b.Bundle != nil && !b.read {
		return
	}
	want, scope := b.reference()
	if want == nil {
		return
	}
	for _, d := range Differences(want, b.Database.Live, scope) {
		if d.Counts {
			b.report.Drift = append(b.report.Drift, d)
		} else {
			b.report.Other = append(b.report.Other, d)
		}
	}
}

func (b *builder) reference() (*metadata.Schema, hash.Tables) {
	at := b.Database.Standing.Last
	if at < 0 {
		at = b.place.Newest()
	}
	last := len(b.Versions) - 1
	if b.Bundle != nil && (at < 0 || at == last && b.Versions[last].SchemaHash == b.Bundle.SchemaHash) {
		return b.Bundle.Schema.Schema, b.scope
	}
	if b.Reference == nil || at < 0 {
		return nil, nil
	}
	return b.Reference(at)
}

func (b *builder) sync() {
	if b.Sync != nil && b.Sync.State != "active" {
		reason := ""
		if b.Sync.Reason != "" {
			reason = " (" + b.Sync.Reason + ")"
		}
		b.say("the sync server at %s is not active yet: %s%s", b.Sync.URL, b.Sync.State, reason)
	}
	if b.Sync != nil && b.Sync.Mistakes > 0 {
		b.say("electric dev serves an earlier state: the last compile found %s", count(b.Sync.Mistakes, "mistake"))
	}
}
