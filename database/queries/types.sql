-- Types of every kind but composite ones, which are relations, and those that come with something else: arrays, multiranges.
SELECT CASE t.typtype WHEN 'e' THEN 'enums' WHEN 'd' THEN 'domains' WHEN 'r' THEN 'ranges' ELSE 'base_types' END,
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
CROSS JOIN LATERAL obj_description(t.oid, 'pg_type') comment
WHERE n.oid = ANY ($1) AND {{notMember "pg_type" "t.oid"}}
  AND t.typtype NOT IN ('c', 'm')
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)
