-- Types with modifiers.
SELECT u.oid, u.modifier, format_type(u.oid, u.modifier), te.typnamespace, te.typname, te.typtype, te.oid <> t.oid, t.typcollation,
    t.typstorage, CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
FROM unnest($1, $2) u(oid, modifier)
JOIN pg_type t ON t.oid = u.oid
-- the element of a true array; int2vector and its like are subscripted, but types of their own
LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
JOIN pg_type te ON te.oid = coalesce(e.oid, t.oid)
