-- Sequences, with the column each is dropped with.
SELECT c.oid, c.relnamespace, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
    s.seqcycle, c.relpersistence, d.refobjid, d.refobjsubid, d.deptype
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
WHERE c.relpersistence <> 't' AND c.relnamespace = ANY ($1) AND {{notMember "pg_class" "c.oid"}}
