{{- /* Parts the queries share. Each is an expression or a sub-select that ends up in a JSON object. */ -}}

{{define "type"}}
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    tn.nspname AS type_schema, te.typname AS type_name,
    {{template "type_kind" "te.typtype"}} AS type_kind,
    te.oid <> t.oid AS is_array,
    CASE WHEN a.attcollation <> t.typcollation THEN {{template "collation" "a.attcollation"}} END AS collation
{{end}}

{{define "type_from"}}
    pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    -- the element of a true array; int2vector and its like are subscripted, but types of their own
    LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
    JOIN pg_type te ON te.oid = coalesce(e.oid, t.oid)
    JOIN pg_namespace tn ON tn.oid = te.typnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
{{end}}

{{define "type_kind" -}}
    CASE {{.}} WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite' WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum'
        WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' WHEN 'p' THEN 'pseudo' END
{{- end}}

{{define "collation" -}}
    (SELECT CASE WHEN cn.nspname = 'pg_catalog' THEN '' ELSE cn.nspname || '.' END || co.collname
     FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = {{.}})
{{- end}}

{{define "relation" -}}
    (SELECT of_rel.nspname || '.' || rel.relname FROM pg_class rel JOIN pg_namespace of_rel ON of_rel.oid = rel.relnamespace
     WHERE rel.oid = {{.}})
{{- end}}

{{define "function" -}}
    (SELECT of_proc.nspname || '.' || proc.proname FROM pg_proc proc JOIN pg_namespace of_proc ON of_proc.oid = proc.pronamespace
     WHERE proc.oid = {{.}})
{{- end}}

{{define "enabled" -}}
    CASE {{.}} WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
{{- end}}

{{define "persistence" -}}
    CASE {{.}} WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged' END
{{- end}}

{{/* Rows of the indexes of the relations in a set, which the argument names c. */ -}}
{{define "index_rows"}}
        SELECT i.indrelid AS relid, ic.relname AS name, pg_get_indexdef(ic.oid) AS def, am.amname AS method,
            i.indisunique AS "unique", i.indisprimary AS "primary", i.indisexclusion AS exclusion,
            served.conname AS "constraint",
            (SELECT json_agg(json_build_object(
                'column', names.list[k.attnum],
                'expr', CASE WHEN k.attnum = 0 THEN pg_get_indexdef(ic.oid, k.n::int, false) END,
                'desc', k.option & 1 <> 0,
                'nulls_first', k.option & 2 <> 0,
                -- the list of them is made once: most keys have their type's default
                'opclass', CASE WHEN k.opclass = ANY ((SELECT array_agg(o.oid) FROM pg_opclass o WHERE NOT o.opcdefault)::oid[])
                    THEN (SELECT o.opcname FROM pg_opclass o WHERE o.oid = k.opclass) END
             ) ORDER BY k.n) FROM unnest(i.indkey, i.indoption, i.indclass) WITH ORDINALITY k(attnum, option, opclass, n)
             WHERE k.n <= i.indnkeyatts) AS keys,
            CASE WHEN i.indnatts > i.indnkeyatts THEN {{template "include"}} END AS include,
            pg_get_expr(i.indpred, i.indrelid) AS predicate,
            {{since 15 "i.indnullsnotdistinct" "false"}} AS nulls_not_distinct,
            i.indisvalid AS valid, i.indisclustered AS clustered, i.indisreplident AS replica_identity,
            ic.reloptions AS options,
            CASE WHEN ic.relispartition THEN (SELECT {{template "relation" "h.inhparent"}} FROM pg_inherits h
                WHERE h.inhrelid = ic.oid) END AS partition_of,
            about.description AS comment
        FROM {{.}} JOIN pg_index i ON i.indrelid = c.oid
        JOIN pg_class ic ON ic.oid = i.indexrelid
        JOIN pg_am am ON am.oid = ic.relam
        LEFT JOIN names ON names.relid = i.indrelid
        LEFT JOIN pg_constraint served
            ON served.conindid = ic.oid AND served.conrelid = i.indrelid AND served.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_description about ON about.objoid = ic.oid AND about.classoid = 'pg_class'::regclass AND about.objsubid = 0
{{end}}

{{define "include" -}}
    (SELECT json_agg(names.list[i.indkey[n]] ORDER BY n) FROM generate_series(i.indnkeyatts, i.indnatts - 1) n)
{{- end}}

{{/* The names of a relation's columns by attnum, those of dropped ones among them. */ -}}
{{define "names" -}}
    names AS MATERIALIZED (
        SELECT a.attrelid AS relid, array_agg(a.attname ORDER BY a.attnum) AS list
        FROM pg_attribute a WHERE a.attnum > 0 AND a.attrelid >= 16384 GROUP BY a.attrelid
    )
{{- end}}

{{/* Rows of the triggers of the relations in a set. */ -}}
{{define "trigger_rows"}}
        SELECT g.tgrelid AS relid, g.tgname AS name, pg_get_triggerdef(g.oid) AS def, {{template "enabled" "g.tgenabled"}} AS enabled,
            {{template "function" "g.tgfoid"}} AS function, g.tgconstraint <> 0 AS constraint_trigger,
            g.tgparentid <> 0 AS inherited, obj_description(g.oid, 'pg_trigger') AS comment
        FROM {{.}} JOIN pg_trigger g ON g.tgrelid = c.oid
        WHERE {{if ge version 15}}NOT g.tgisinternal{{else -}}
            -- a partition's copy counts as internal here, as what serves a foreign key does
            (NOT g.tgisinternal OR g.tgparentid <> 0
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = g.tgconstraint AND k.contype <> 't')){{end}}
{{end}}

{{define "rules"}}
    SELECT json_agg(row_to_json(x)) FROM (
        SELECT r.rulename AS name, pg_get_ruledef(r.oid) AS def
        FROM pg_rewrite r
        WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'
    ) x
{{end}}
