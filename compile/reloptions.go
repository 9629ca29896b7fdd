package compile

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors reloptions.c: WITH (…) of relations.

// An optionKind is what an option may be set on.
type optionKind int

const (
	optHeap optionKind = 1 << iota
	optToast
	optPartitioned
	optView
	optBtree
	optHash
	optGin
	optGist
	optSpgist
	optBrin
	optAttribute
	optTablespace
)

// A relOption is a row of boolRelOpts, intRelOpts, realRelOpts or enumRelOpts.
type relOption struct {
	name     string
	on       optionKind
	typ      byte // b bool, i integer, r real, e enum
	min, max float64
	values   string // of an enum
}

const (
	maxInt = 2147483647
	maxOID = 2000000000
)

var relOptions = []relOption{
	{"autosummarize", optBrin, 'b', 0, 0, ""},
	{"autovacuum_enabled", optHeap | optToast, 'b', 0, 0, ""},
	{"user_catalog_table", optHeap, 'b', 0, 0, ""},
	{"fastupdate", optGin, 'b', 0, 0, ""},
	{"security_barrier", optView, 'b', 0, 0, ""},
	{"security_invoker", optView, 'b', 0, 0, ""},
	{"vacuum_truncate", optHeap | optToast, 'b', 0, 0, ""},
	{"deduplicate_items", optBtree, 'b', 0, 0, ""},
	{"fillfactor", optHeap | optBtree | optHash | optGist | optSpgist, 'i', 10, 100, ""},
	{"autovacuum_vacuum_threshold", optHeap | optToast, 'i', 0, maxInt, ""},
	{"autovacuum_vacuum_insert_threshold", optHeap | optToast, 'i', -1, maxInt, ""},
	{"autovacuum_analyze_threshold", optHeap, 'i', 0, maxInt, ""},
	{"autovacuum_vacuum_cost_limit", optHeap | optToast, 'i', 1, 10000, ""},
	{"autovacuum_freeze_min_age", optHeap | optToast, 'i', 0, 1000000000, ""},
	{"autovacuum_multixact_freeze_min_age", optHeap | optToast, 'i', 0, 1000000000, ""},
	{"autovacuum_freeze_max_age", optHeap | optToast, 'i', 100000, maxOID, ""},
	{"autovacuum_multixact_freeze_max_age", optHeap | optToast, 'i', 10000, maxOID, ""},
	{"autovacuum_freeze_table_age", optHeap | optToast, 'i', 0, maxOID, ""},
	{"autovacuum_multixact_freeze_table_age", optHeap | optToast, 'i', 0, maxOID, ""},
	{"log_autovacuum_min_duration", optHeap | optToast, 'i', -1, maxInt, ""},
	{"toast_tuple_target", optHeap, 'i', 128, 8160, ""},
	{"pages_per_range", optBrin, 'i', 1, 131072, ""},
	{"gin_pending_list_limit", optGin, 'i', 64, maxInt, ""},
	{"effective_io_concurrency", optTablespace, 'i', 0, 1000, ""},
	{"maintenance_io_concurrency", optTablespace, 'i', 0, 1000, ""},
	{"parallel_workers", optHeap, 'i', 0, 1024, ""},
	{"autovacuum_vacuum_cost_delay", optHeap | optToast, 'r', -1, 100, ""},
	{"autovacuum_vacuum_scale_factor", optHeap | optToast, 'r', 0, 100, ""},
	{"autovacuum_vacuum_insert_scale_factor", optHeap | optToast, 'r', 0, 100, ""},
	{"autovacuum_analyze_scale_factor", optHeap, 'r', 0, 100, ""},
	{"seq_page_cost", optTablespace, 'r', 0, 1e308, ""},
	{"random_page_cost", optTablespace, 'r', 0, 1e308, ""},
	{"n_distinct", optAttribute, 'r', -1, 1e308, ""},
	{"n_distinct_inherited", optAttribute, 'r', -1, 1e308, ""},
	{"vacuum_index_cleanup", optHeap | optToast, 'e', 0, 0, "auto on off true false yes no 1 0"},
	{"buffering", optGist, 'e', 0, 0, "on off auto"},
	{"check_option", optView, 'e', 0, 0, "local cascaded"},
}

// indexOptions are the options of the index access methods.
var indexOptions = map[string]optionKind{
	"btree": optBtree, "hash": optHash, "gin": optGin, "gist": optGist, "spgist": optSpgist, "brin": optBrin,
}

// relationOptions merges options given in WITH, SET or RESET into old ones
// (transformRelOptions). Those of the TOAST table come apart from the others.
func (s *Session) relationOptions(old []catalog.Option, list []ast.Node, namespace string, reset bool) []catalog.Option {
	var out []catalog.Option
	for _, o := range old {
		replaced := false
		for _, n := range list {
			d := n.(*ast.DefElem)
			replaced = replaced || d.Defname == o.Name && d.Defnamespace == namespace
		}
		if !replaced {
			out = append(out, o)
		}
	}
	for _, n := range list {
		d := n.(*ast.DefElem)
		if d.Defnamespace != "" && d.Defnamespace != "toast" {
			pgerr.Raise("22023", pgerr.NoPosition, "unrecognized parameter namespace \"%s\"", d.Defnamespace)
		}
		if reset {
			if d.Arg != nil {
				pgerr.Raise("42601", pgerr.NoPosition, "RESET must not include values for parameters")
			}
			continue
		}
		if d.Defnamespace != namespace {
			continue
		}
		value := "true"
		if d.Arg != nil {
			value = s.defString(d)
		}
		if d.Defname == "oids" && d.Defnamespace == "" {
			if on, ok := parseBool(value); !ok || on {
				pgerr.Raise("0A000", pgerr.NoPosition, "tables declared WITH OIDS are not supported")
			}
			continue
		}
		out = append(out, catalog.Option{Name: d.Defname, Value: value})
	}
	return out
}

// checkOptions refuses options that a kind of relation does not have, and
// values that an option does not take (parseRelOptions).
func checkOptions(options []catalog.Option, kind optionKind) {
	checkOptionsOf(options, func(name string) *relOption { return relOptionOf(name, kind) })
}

// checkOptionsOf does the same with the options that find knows.
func checkOptionsOf(options []catalog.Option, find func(name string) *relOption) {
	seen := map[string]bool{}
	for _, o := range options {
		row := find(o.Name)
		if row == nil {
			pgerr.Raise("22023", pgerr.NoPosition, "unrecognized parameter \"%s\"", o.Name)
		}
		if seen[o.Name] {
			pgerr.Raise("22023", pgerr.NoPosition, "parameter \"%s\" specified more than once", o.Name)
		}
		seen[o.Name] = true
		row.check(o.Value)
	}
}

func relOptionOf(name string, kind optionKind) *relOption {
	for i := range relOptions {
		if o := &relOptions[i]; o.name == name && o.on&kind != 0 {
			return o
		}
	}
	return nil
}

// check refuses a value that is not of the option's type or range
// (parse_one_reloption).
func (o *relOption) check(value string) {
	var number float64
	switch o.typ {
	case 'b':
		if _, ok := parseBool(value); !ok {
			pgerr.Raise("22023", pgerr.NoPosition, "invalid value for boolean option \"%s\": %s", o.name, value)
		}
		return
	case 'e':
		for _, v := range strings.Fields(o.values) {
			if strings.EqualFold(v, value) {
				return
			}
		}
		pgerr.Raise("22023", pgerr.NoPosition, "invalid value for enum option \"%s\": %s", o.name, value)
	case 'i':
		f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || f > maxInt || f < -maxInt-1 {
			pgerr.Raise("22023", pgerr.NoPosition, "invalid value for integer option \"%s\": %s", o.name, value)
		}
		number = f
	case 'r':
		f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			pgerr.Raise("22023", pgerr.NoPosition, "invalid value for floating point option \"%s\": %s", o.name, value)
		}
		number = f
	}
	if number < o.min || number > o.max {
		pgerr.New("22023", pgerr.NoPosition, "value %s out of bounds for option \"%s\"", value, o.name).
			WithDetail("Valid values are between \"%v\" and \"%v\".", o.min, o.max).Raise()
	}
}

// relationOptionKind says which options a relation of a kind has.
func (s *Session) relationOptionKind(r *catalog.Relation) optionKind {
	switch r.Kind {
	case catalog.PartitionedTable:
		return optPartitioned
	case catalog.View:
		return optView
	case catalog.Index, catalog.PartitionedIndex:
		if am := s.catalog.AccessMethod(r.AccessMethod); am != nil {
			return indexOptions[am.Name]
		}
	}
	return optHeap
}
