package generator

// A kind is one slice of pg.Set and the query that fills it. A query's columns
// are named as the row's fields; $1 lists the OIDs of the objects wanted, and
// is null for all.
type kind struct {
	field   string // of pg.Set
	file    string // builtin_<file>.go
	indexed bool   // has an index by OID in the builtin set
	query   string
}

// kinds holds the kinds in the order in which an extension's objects are numbered.
var kinds = []kind{
	{"Types", "types", true, `
SELECT oid::int8 AS "OID", typname AS "Name", typnamespace::int8 AS "Namespace", typlen AS "Len", typbyval AS "ByVal",
       ascii(typtype::text) AS "Kind", ascii(typcategory::text) AS "Category", typispreferred AS "Preferred",
       ascii(typdelim::text) AS "Delim", typrelid::int8 AS "RelID",
       (SELECT proname FROM pg_proc p WHERE p.oid = typsubscript) AS "Subscript",
       typelem::int8 AS "Elem", typarray::int8 AS "Array",
       (SELECT proname FROM pg_proc p WHERE p.oid = typinput) AS "Input",
       (SELECT proname FROM pg_proc p WHERE p.oid = typoutput) AS "Output",
       (SELECT proname FROM pg_proc p WHERE p.oid = typmodin) AS "TypmodIn",
       (SELECT proname FROM pg_proc p WHERE p.oid = typmodout) AS "TypmodOut",
       ascii(typalign::text) AS "Align", ascii(typstorage::text) AS "Storage", typbasetype::int8 AS "BaseType",
       typtypmod AS "Typmod", typnotnull AS "NotNull", typcollation::int8 AS "Collation", typdefault AS "Default"
FROM pg_type WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Procs", "procs", true, `
SELECT p.oid::int8 AS "OID", proname AS "Name", pronamespace::int8 AS "Namespace", ascii(prokind::text) AS "Kind",
       ascii(CASE lanname WHEN 'plpgsql' THEN 'p' ELSE substr(lanname, 1, 1) END) AS "Lang",
       provariadic::int8 AS "Variadic", prosecdef AS "SecDef", proleakproof AS "Leakproof", proisstrict AS "Strict",
       proretset AS "RetSet", ascii(provolatile::text) AS "Volatile", ascii(proparallel::text) AS "Parallel",
       pronargs AS "NArgs", pronargdefaults AS "NDefaults", prorettype::int8 AS "RetType",
       proargtypes::oid[]::int8[] AS "ArgTypes", proallargtypes::int8[] AS "AllArgTypes",
       array_to_string(proargmodes, '') AS "ArgModes", proargnames AS "ArgNames",
       pg_get_expr(proargdefaults, 0) AS "ArgDefaults",
       coalesce(pg_get_function_sqlbody(p.oid), prosrc) AS "Src",
       ascii(aggkind::text) AS "AggKind", aggnumdirectargs AS "AggDirect"
FROM pg_proc p JOIN pg_language l ON l.oid = prolang LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
WHERE $1::oid[] IS NULL OR p.oid = ANY ($1)`},
	{"Operators", "operators", true, `
SELECT oid::int8 AS "OID", oprname AS "Name", oprnamespace::int8 AS "Namespace", ascii(oprkind::text) AS "Kind",
       oprcanmerge AS "CanMerge", oprcanhash AS "CanHash", oprleft::int8 AS "Left", oprright::int8 AS "Right",
       oprresult::int8 AS "Result", oprcom::int8 AS "Commutator", oprnegate::int8 AS "Negator",
       oprcode::oid::int8 AS "Code", oprrest::oid::int8 AS "Rest", oprjoin::oid::int8 AS "Join"
FROM pg_operator WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Casts", "casts", false, `
SELECT oid::int8 AS "OID", castsource::int8 AS "Source", casttarget::int8 AS "Target", castfunc::int8 AS "Func",
       ascii(castcontext::text) AS "Context", ascii(castmethod::text) AS "Method"
FROM pg_cast WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Collations", "collations", true, `
SELECT oid::int8 AS "OID", collname AS "Name", collnamespace::int8 AS "Namespace", ascii(collprovider::text) AS "Provider",
       collisdeterministic AS "Deterministic", collencoding AS "Encoding"
FROM pg_collation WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"OpFamilies", "opclasses", true, `
SELECT oid::int8 AS "OID", opfmethod::int8 AS "Method", opfname AS "Name", opfnamespace::int8 AS "Namespace"
FROM pg_opfamily WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"OpClasses", "opclasses", true, `
SELECT oid::int8 AS "OID", opcmethod::int8 AS "Method", opcname AS "Name", opcnamespace::int8 AS "Namespace",
       opcfamily::int8 AS "Family", opcintype::int8 AS "InType", opcdefault AS "Default", opckeytype::int8 AS "KeyType"
FROM pg_opclass WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Amops", "amops", false, `
SELECT amopfamily::int8 AS "Family", amoplefttype::int8 AS "Left", amoprighttype::int8 AS "Right",
       amopstrategy AS "Strategy", ascii(amoppurpose::text) AS "Purpose", amopopr::int8 AS "Operator",
       amopmethod::int8 AS "Method", amopsortfamily::int8 AS "SortFamily"
FROM pg_amop WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Amprocs", "amops", false, `
SELECT amprocfamily::int8 AS "Family", amproclefttype::int8 AS "Left", amprocrighttype::int8 AS "Right",
       amprocnum AS "Num", amproc::oid::int8 AS "Proc"
FROM pg_amproc WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Ams", "misc", false, `
SELECT oid::int8 AS "OID", amname AS "Name", ascii(amtype::text) AS "Kind",
       coalesce(pg_indexam_has_property(oid, 'can_order'), false) AS "CanOrder",
       coalesce(pg_indexam_has_property(oid, 'can_unique'), false) AS "CanUnique",
       coalesce(pg_indexam_has_property(oid, 'can_multi_col'), false) AS "CanMulti",
       coalesce(pg_indexam_has_property(oid, 'can_exclude'), false) AS "CanExclude",
       coalesce(pg_indexam_has_property(oid, 'can_include'), false) AS "CanInclude"
FROM pg_am WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Ranges", "misc", false, `
SELECT rngtypid::int8 AS "Type", rngsubtype::int8 AS "Subtype", rngmultitypid::int8 AS "Multirange",
       rngcollation::int8 AS "Collation", rngsubopc::int8 AS "SubOpc", rngcanonical::oid::int8 AS "Canonical",
       rngsubdiff::oid::int8 AS "SubDiff"
FROM pg_range WHERE $1::oid[] IS NULL OR rngtypid = ANY ($1)`},
	{"Enums", "misc", false, `
SELECT enumtypid::int8 AS "Type", enumlabel AS "Label"
FROM pg_enum WHERE $1::oid[] IS NULL OR enumtypid = ANY ($1) ORDER BY enumtypid, enumsortorder`},
	{"Languages", "misc", false, `
SELECT oid::int8 AS "OID", lanname AS "Name", lanpltrusted AS "Trusted"
FROM pg_language WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
	{"Relations", "relations", true, `
SELECT c.oid::int8 AS "OID", relname AS "Name", relnamespace::int8 AS "Namespace", ascii(relkind::text) AS "Kind",
       reltype::int8 AS "Type",
       (SELECT conkey FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p') AS "PrimaryKey",
       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS "ViewDef",
       (SELECT json_agg(json_build_object('Name', attname, 'Type', atttypid::int8, 'Typmod', atttypmod,
                        'NDims', attndims, 'NotNull', attnotnull, 'Collation', attcollation::int8,
                        'Default', pg_get_expr(adbin, adrelid)) ORDER BY attnum)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS "Columns"
FROM pg_class c
WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND ($1::oid[] IS NULL OR c.oid = ANY ($1))`},
	{"Named", "misc", false, `
SELECT catalog AS "Catalog", oid::int8 AS "OID", name AS "Name", namespace::int8 AS "Namespace"
FROM (SELECT 'pg_authid' AS catalog, oid, rolname AS name, 0::oid AS namespace FROM pg_authid
      UNION ALL SELECT 'pg_conversion', oid, conname, connamespace FROM pg_conversion
      UNION ALL SELECT 'pg_event_trigger', oid, evtname, 0 FROM pg_event_trigger
      UNION ALL SELECT 'pg_foreign_data_wrapper', oid, fdwname, 0 FROM pg_foreign_data_wrapper
      UNION ALL SELECT 'pg_foreign_server', oid, srvname, 0 FROM pg_foreign_server
      UNION ALL SELECT 'pg_namespace', oid, nspname, 0 FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
      UNION ALL SELECT 'pg_tablespace', oid, spcname, 0 FROM pg_tablespace
      UNION ALL SELECT 'pg_ts_config', oid, cfgname, cfgnamespace FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict', oid, dictname, dictnamespace FROM pg_ts_dict
      UNION ALL SELECT 'pg_ts_parser', oid, prsname, prsnamespace FROM pg_ts_parser
      UNION ALL SELECT 'pg_ts_template', oid, tmplname, tmplnamespace FROM pg_ts_template) n
WHERE $1::oid[] IS NULL OR oid = ANY ($1)`},
}

// membersQuery lists the OIDs of what belongs to the extension $1: what
// pg_depend says, and what comes with those objects by itself (row types,
// array types, multiranges, operator family members).
const membersQuery = `
WITH told AS (
  SELECT objid FROM pg_depend
  WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = $1)
), base AS (
  SELECT objid FROM told
  UNION SELECT t.oid FROM pg_type t JOIN told ON typrelid = objid
  UNION SELECT typrelid FROM pg_type t JOIN told ON t.oid = objid WHERE typrelid <> 0
  UNION SELECT rngmultitypid FROM pg_range JOIN told ON rngtypid = objid
), members AS (
  SELECT objid FROM base
  UNION SELECT typarray FROM pg_type t JOIN base ON t.oid = objid WHERE typarray <> 0
)
SELECT objid FROM members
UNION SELECT a.oid FROM pg_amop a JOIN members ON objid IN (amopfamily, amopopr) WHERE a.oid >= 16384
UNION SELECT a.oid FROM pg_amproc a JOIN members ON objid IN (amprocfamily, amproc) WHERE a.oid >= 16384`

// identitiesQuery names the objects of the given OIDs, in a way that is the
// same in every database.
const identitiesQuery = `
SELECT oid, (pg_identify_object(tableoid, oid, 0)).type || ' ' || (pg_identify_object(tableoid, oid, 0)).identity
FROM (SELECT tableoid, oid FROM pg_type UNION ALL SELECT tableoid, oid FROM pg_proc
      UNION ALL SELECT tableoid, oid FROM pg_operator UNION ALL SELECT tableoid, oid FROM pg_cast
      UNION ALL SELECT tableoid, oid FROM pg_collation UNION ALL SELECT tableoid, oid FROM pg_opfamily
      UNION ALL SELECT tableoid, oid FROM pg_opclass UNION ALL SELECT tableoid, oid FROM pg_am
      UNION ALL SELECT tableoid, oid FROM pg_language UNION ALL SELECT tableoid, oid FROM pg_class
      UNION ALL SELECT tableoid, oid FROM pg_namespace UNION ALL SELECT tableoid, oid FROM pg_foreign_data_wrapper
      UNION ALL SELECT tableoid, oid FROM pg_foreign_server UNION ALL SELECT tableoid, oid FROM pg_event_trigger
      UNION ALL SELECT tableoid, oid FROM pg_conversion UNION ALL SELECT tableoid, oid FROM pg_ts_config
      UNION ALL SELECT tableoid, oid FROM pg_ts_dict UNION ALL SELECT tableoid, oid FROM pg_ts_parser
      UNION ALL SELECT tableoid, oid FROM pg_ts_template) o
WHERE oid >= 16384 AND oid = ANY ($1)`
