-- What CREATE STATISTICS makes.
SELECT s.oid, s.stxnamespace, s.stxname, pg_get_statisticsobjdef(s.oid)
FROM pg_statistic_ext s
WHERE s.stxnamespace = ANY ($1) AND {{notMember "pg_statistic_ext" "s.oid"}}
