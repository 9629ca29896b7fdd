-- Collations.
SELECT c.collnamespace, c.collname, c.collprovider, c.collisdeterministic, {{comment "pg_collation" "c.oid"}}
FROM pg_collation c
WHERE c.collnamespace = ANY ($1) AND {{notMember "pg_collation" "c.oid"}}
