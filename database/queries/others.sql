-- What there are few of.
SELECT 'schemas', json_build_object('name', n.nspname, 'comment', obj_description(n.oid, 'pg_namespace'))
FROM pg_namespace n
WHERE n.oid = ANY ($1) AND {{notMember "pg_namespace" "n.oid"}}
UNION ALL
SELECT 'extensions', json_build_object('schema', n.nspname, 'name', e.extname, 'version', e.extversion)
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT 'operators', json_build_object('schema', n.nspname, 'name', o.oprname,
    'left', CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,
    'right', CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END,
    'result', CASE WHEN o.oprresult <> 0 THEN format_type(o.oprresult, NULL) END,
    'function', {{template "function" "o.oprcode"}},
    'comment', obj_description(o.oid, 'pg_operator'))
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE n.oid = ANY ($1) AND {{notMember "pg_operator" "o.oid"}}
UNION ALL
SELECT 'collations', json_build_object('schema', n.nspname, 'name', c.collname,
    'provider', CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'd' THEN 'default'
        WHEN 'b' THEN 'builtin' END,
    'deterministic', c.collisdeterministic,
    'comment', obj_description(c.oid, 'pg_collation'))
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE n.oid = ANY ($1) AND {{notMember "pg_collation" "c.oid"}}
UNION ALL
SELECT 'statistics', json_build_object('schema', n.nspname, 'name', s.stxname,
    'def', pg_get_statisticsobjdef(s.oid),
    'comment', obj_description(s.oid, 'pg_statistic_ext'))
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE n.oid = ANY ($1) AND {{notMember "pg_statistic_ext" "s.oid"}}
UNION ALL
SELECT 'event_triggers', json_build_object('name', e.evtname, 'event', e.evtevent,
    'enabled', {{template "enabled" "e.evtenabled"}},
    'tags', to_json(e.evttags),
    'function', {{template "function" "e.evtfoid"}},
    'comment', obj_description(e.oid, 'pg_event_trigger'))
FROM pg_event_trigger e
WHERE {{notMember "pg_event_trigger" "e.oid"}}
UNION ALL
SELECT 'publications', json_build_object('name', p.pubname, 'all_tables', p.puballtables,
    'tables', (SELECT json_agg({{template "relation" "r.prrelid"}}) FROM pg_publication_rel r WHERE r.prpubid = p.oid),
    'schemas', {{if ge version 15}}(SELECT json_agg(n.nspname) FROM pg_publication_namespace s
                JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid){{else}}NULL{{end}},
    'comment', obj_description(p.oid, 'pg_publication'))
FROM pg_publication p
