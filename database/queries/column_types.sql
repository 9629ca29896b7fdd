-- The types that columns have, each once with each of its modifiers.
SELECT t.oid, u.atttypmod, format_type(t.oid, u.atttypmod), te.typnamespace, te.typname, te.typtype, te.oid <> t.oid,
    t.typcollation, t.typstorage, CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
FROM (SELECT DISTINCT a.atttypid, a.atttypmod FROM pg_attribute a
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ({{template "relids"}})) u
JOIN pg_type t ON t.oid = u.atttypid
-- the element of a true array; int2vector and its like are subscripted, but types of their own
LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
JOIN pg_type te ON te.oid = coalesce(e.oid, t.oid)
