-- Schemas. Their names are known.
SELECT n.oid FROM pg_namespace n WHERE n.oid = ANY ($1) AND {{notMember "pg_namespace" "n.oid"}}
