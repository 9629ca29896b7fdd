-- Sequences, with the column each is dropped with.
SELECT 'sequences', row_to_json(x) FROM (
    SELECT n.nspname AS schema, c.relname AS name, format_type(s.seqtypid, NULL) AS type,
        s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS min, s.seqmax AS max, s.seqcache AS cache,
        s.seqcycle AS cycle, {{template "persistence" "c.relpersistence"}} AS persistence,
        (SELECT json_build_object('schema', tn.nspname, 'table', t.relname, 'column', a.attname,
                                  'identity', d.deptype = 'i')
         FROM pg_depend d
         JOIN pg_class t ON t.oid = d.refobjid
         JOIN pg_namespace tn ON tn.oid = t.relnamespace
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
           AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')) AS owned_by,
        obj_description(c.oid, 'pg_class') AS comment
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relpersistence <> 't' AND n.oid = ANY ($1) AND {{notMember "pg_class" "c.oid"}}
) x
