-- Types of every kind but composite ones, which are relations, and those that come with something else: arrays, multiranges.
SELECT t.oid, t.typnamespace, t.typname, t.typtype, t.typisdefined,
    CASE WHEN t.typtype = 'e' THEN (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END,
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, t.typnotnull, pg_get_expr(t.typdefaultbin, 0),
    CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
        THEN {{template "collation" "t.typcollation"}} END
FROM pg_type t
WHERE t.typnamespace = ANY ($1) AND t.typtype NOT IN ('c', 'm') AND {{notMember "pg_type" "t.oid"}}
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)
