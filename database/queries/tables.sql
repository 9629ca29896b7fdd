-- Ordinary, partitioned and foreign tables with all that belongs to them. What belongs to them is gathered for all
-- tables at once and joined: asking for it table by table takes several times as long.
WITH ours AS MATERIALIZED (
    SELECT c.*, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND {{ours "n.nspname"}} AND {{notMember "pg_class" "c.oid"}}
),
{{template "names"}}
SELECT 'tables', row_to_json(x) FROM (
    SELECT c.nspname AS schema, c.relname AS name,
        CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END AS kind,
        {{template "persistence" "c.relpersistence"}} AS persistence,
        CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
        CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
        CASE WHEN c.relispartition THEN parents.names[1] END AS partition_of,
        pg_get_expr(c.relpartbound, c.oid) AS partition_bound,
        CASE WHEN NOT c.relispartition THEN parents.names END AS inherits,
        c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
        CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index'
        END AS replica_identity,
        c.reloptions AS options,
        CASE WHEN c.relam <> 2 /* heap */ THEN (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam) END AS access_method,
        CASE WHEN c.relkind = 'f' THEN (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
         WHERE f.ftrelid = c.oid) END AS foreign_server,
        about.description AS comment,
        columns.list AS columns,
        constraints."primary" AS primary_key, constraints.uniques, constraints.foreign_keys, constraints.checks,
        constraints.exclusions, constraints.not_nulls,
        indexes.list AS indexes, triggers.list AS triggers, policies.list AS policies,
        CASE WHEN c.relhasrules THEN ({{template "rules"}}) END AS rules
    FROM ours c
    LEFT JOIN pg_description about ON about.objoid = c.oid AND about.classoid = 'pg_class'::regclass AND about.objsubid = 0
    LEFT JOIN (
        SELECT h.inhrelid, array_agg(of_rel.nspname || '.' || rel.relname ORDER BY h.inhseqno) AS names
        FROM pg_inherits h JOIN pg_class rel ON rel.oid = h.inhparent JOIN pg_namespace of_rel ON of_rel.oid = rel.relnamespace
        GROUP BY h.inhrelid
    ) parents ON parents.inhrelid = c.oid
    LEFT JOIN ({{template "columns"}}) columns ON columns.relid = c.oid
    LEFT JOIN ({{template "constraints"}}) constraints ON constraints.relid = c.oid
    LEFT JOIN (SELECT x.relid, json_agg(row_to_json(x)) AS list FROM ({{template "index_rows" "ours c"}}) x GROUP BY x.relid
    ) indexes ON indexes.relid = c.oid
    LEFT JOIN (SELECT x.relid, json_agg(row_to_json(x)) AS list FROM ({{template "trigger_rows" "ours c"}}) x GROUP BY x.relid
    ) triggers ON triggers.relid = c.oid
    LEFT JOIN ({{template "policies"}}) policies ON policies.relid = c.oid
) x

{{define "columns"}}
    SELECT x.relid, json_agg(row_to_json(x) ORDER BY x.attnum) AS list FROM (
        SELECT a.attrelid AS relid, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS ordinal, a.attnum,
            a.attname AS name,
            {{template "type"}},
            NOT a.attnotnull AS nullable,
            CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
            CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity,
            CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END AS generated,
            CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated_expr,
            CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage
                WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' WHEN 'm' THEN 'MAIN' END
            END AS storage,
            CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
            CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,
            a.attoptions AS options,
            a.attislocal AS is_local, a.attinhcount > 0 AS inherited,
            about.description AS comment
        FROM ours c JOIN ({{template "type_from"}}) ON a.attrelid = c.oid
        LEFT JOIN pg_description about
            ON about.objoid = a.attrelid AND about.classoid = 'pg_class'::regclass AND about.objsubid = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped
    ) x GROUP BY x.relid
{{end}}

{{define "constraints"}}
    SELECT x.relid,
        -- the only key PostgreSQL allows of its kind
        (json_agg(row_to_json(x)) FILTER (WHERE x.contype = 'p')) -> 0 AS "primary",
        json_agg(row_to_json(x)) FILTER (WHERE x.contype = 'u') AS uniques,
        json_agg(row_to_json(x)) FILTER (WHERE x.contype = 'f') AS foreign_keys,
        json_agg(row_to_json(x)) FILTER (WHERE x.contype = 'c') AS checks,
        json_agg(row_to_json(x)) FILTER (WHERE x.contype = 'x') AS exclusions,
        json_agg(row_to_json(x)) FILTER (WHERE x.contype = 'n') AS not_nulls
    FROM (
        SELECT k.conrelid AS relid, k.contype, k.conname AS name,
            {{template "attnames" "k.conkey"}} AS columns,
            CASE WHEN i.indnatts > i.indnkeyatts THEN {{template "include"}} END AS include,
            fn.nspname AS ref_schema, f.relname AS ref_table,
            CASE WHEN k.confkey IS NOT NULL THEN (SELECT json_agg(fnames.list[u.attnum] ORDER BY u.n)
                FROM unnest(k.confkey) WITH ORDINALITY u(attnum, n)) END AS ref_columns,
            {{template "action" "k.confupdtype"}} AS on_update, {{template "action" "k.confdeltype"}} AS on_delete,
            {{if ge version 15}}CASE WHEN k.confdelsetcols IS NOT NULL THEN {{template "attnames" "k.confdelsetcols"}} END{{else}}NULL::json{{end}} AS on_delete_set_columns,
            CASE k.confmatchtype WHEN 's' THEN 'SIMPLE' WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' END AS match,
            CASE WHEN k.contype IN ('c', 'x') THEN pg_get_constraintdef(k.oid) END AS def,
            k.condeferrable AS deferrable, k.condeferred AS initially_deferred,
            k.convalidated AS validated, {{since 18 "k.conenforced" "true"}} AS enforced,
            {{since 18 "k.conperiod" "false"}} AS period,
            coalesce({{since 15 "i.indnullsnotdistinct" "false"}}, false) AS nulls_not_distinct,
            k.connoinherit AS no_inherit, k.conislocal AS is_local, k.coninhcount > 0 AS inherited,
            about.description AS comment
        FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid
        LEFT JOIN pg_description about ON about.objoid = k.oid AND about.classoid = 'pg_constraint'::regclass AND about.objsubid = 0
        -- the index of a foreign key is the referenced table's
        LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype <> 'f'
        LEFT JOIN pg_class f ON f.oid = k.confrelid
        LEFT JOIN names ON names.relid = k.conrelid
        LEFT JOIN names fnames ON fnames.relid = k.confrelid
        LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
        OFFSET 0 -- each row is made once, not for each of the lists above
    ) x GROUP BY x.relid
{{end}}

{{define "attnames" -}}
    (SELECT json_agg(names.list[u.attnum] ORDER BY u.n) FILTER (WHERE names.list[u.attnum] IS NOT NULL)
        FROM unnest({{.}}) WITH ORDINALITY u(attnum, n))
{{- end}}

{{define "action" -}}
    CASE {{.}} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
        WHEN 'd' THEN 'SET DEFAULT' END
{{- end}}

{{define "policies"}}
    SELECT x.relid, json_agg(row_to_json(x)) AS list FROM (
        SELECT p.polrelid AS relid, p.polname AS name,
            CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                WHEN 'd' THEN 'DELETE' END AS command,
            p.polpermissive AS permissive,
            (SELECT json_agg(coalesce(r.rolname, 'public'))
             FROM unnest(p.polroles) u(oid) LEFT JOIN pg_roles r ON r.oid = u.oid) AS roles,
            pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS with_check,
            obj_description(p.oid, 'pg_policy') AS comment
        FROM pg_policy p JOIN ours c ON c.oid = p.polrelid
    ) x GROUP BY x.relid
{{end}}
