-- Types of every kind but those that come with something else: row types of tables, arrays, multiranges.
SELECT CASE t.typtype WHEN 'e' THEN 'enums' WHEN 'd' THEN 'domains' WHEN 'c' THEN 'composites' WHEN 'r' THEN 'ranges'
           ELSE 'base_types' END,
    CASE t.typtype
    WHEN 'e' THEN json_build_object('schema', n.nspname, 'name', t.typname, 'comment', comment,
        'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
    WHEN 'd' THEN json_build_object('schema', n.nspname, 'name', t.typname, 'comment', comment,
        'base_type', format_type(t.typbasetype, t.typtypmod),
        'not_null', t.typnotnull,
        'default', pg_get_expr(t.typdefaultbin, 0),
        'collation', CASE WHEN t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
                     THEN {{template "collation" "t.typcollation"}} END,
        'checks', (SELECT json_agg(json_build_object('name', k.conname, 'def', pg_get_constraintdef(k.oid),
                                                     'validated', k.convalidated))
                   FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
    WHEN 'c' THEN json_build_object('schema', n.nspname, 'name', t.typname, 'comment', comment,
        'attributes', ({{template "attributes"}}))
    WHEN 'r' THEN (SELECT json_build_object('schema', n.nspname, 'name', t.typname, 'comment', comment,
            'subtype', format_type(r.rngsubtype, NULL),
            'multirange', (SELECT m.typname FROM pg_type m WHERE m.oid = r.rngmultitypid),
            'subtype_opclass', (SELECT o.opcname FROM pg_opclass o WHERE o.oid = r.rngsubopc),
            'canonical', {{template "function" "r.rngcanonical"}},
            'subtype_diff', {{template "function" "r.rngsubdiff"}})
        FROM pg_range r WHERE r.rngtypid = t.oid)
    ELSE json_build_object('schema', n.nspname, 'name', t.typname, 'comment', comment, 'shell', NOT t.typisdefined)
    END
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
CROSS JOIN LATERAL obj_description(t.oid, 'pg_type') comment
WHERE {{ours "n.nspname"}} AND {{notMember "pg_type" "t.oid"}}
  AND t.typtype <> 'm' AND (t.typtype <> 'c' OR c.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)

{{define "attributes"}}
    SELECT json_agg(row_to_json(x) ORDER BY x.attnum) FROM (
        SELECT row_number() OVER (ORDER BY a.attnum) AS ordinal, a.attnum, a.attname AS name,
            {{template "type"}},
            col_description(a.attrelid, a.attnum) AS comment
        FROM {{template "type_from"}}
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) x
{{end}}
