-- What the server writes of some indexes.
SELECT i.oid, pg_get_indexdef(i.oid) FROM unnest($1) i(oid)
