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
                'column', (SELECT ka.attname FROM pg_attribute ka WHERE ka.attrelid = i.indrelid AND ka.attnum = i.indkey[n]
                           AND ka.attnum <> 0),
                'expr', CASE WHEN i.indkey[n] = 0 THEN pg_get_indexdef(ic.oid, n + 1, false) END,
                'desc', i.indoption[n] & 1 <> 0,
                'nulls_first', i.indoption[n] & 2 <> 0,
                'opclass', (SELECT o.opcname FROM pg_opclass o WHERE o.oid = i.indclass[n] AND NOT o.opcdefault)
             ) ORDER BY n) FROM generate_series(0, i.indnkeyatts - 1) n) AS keys,
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
        LEFT JOIN pg_constraint served
            ON served.conindid = ic.oid AND served.conrelid = i.indrelid AND served.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_description about ON about.objoid = ic.oid AND about.classoid = 'pg_class'::regclass AND about.objsubid = 0
{{end}}

{{define "include" -}}
    (SELECT json_agg(ka.attname ORDER BY n)
     FROM generate_series(i.indnkeyatts, i.indnatts - 1) n
     JOIN pg_attribute ka ON ka.attrelid = i.indrelid AND ka.attnum = i.indkey[n])
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
