-- Indexes. What is written of one takes most of the time, so that only those of which it cannot be told from the other
-- columns are written here: package database writes the others.
SELECT i.indexrelid, i.indrelid, ic.relnamespace, ic.relname, ic.relam,
    CASE WHEN ic.relam <> 403 /* btree */ THEN (SELECT am.amname FROM pg_am am WHERE am.oid = ic.relam) END,
    i.indisunique, i.indisprimary, i.indisexclusion, i.indnkeyatts, i.indkey, i.indoption, i.indclass, i.indcollation,
    {{since 15 "i.indnullsnotdistinct" "false"}}, i.indisvalid, i.indisclustered, i.indisreplident, ic.reloptions, ic.relispartition,
    CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR ic.relam <> 403 OR ic.relkind <> 'i' OR ic.reloptions IS NOT NULL
        THEN pg_get_indexdef(i.indexrelid) END,
    CASE WHEN i.indexprs IS NOT NULL THEN (SELECT array_agg(CASE WHEN k.attnum = 0
            THEN pg_get_indexdef(i.indexrelid, k.n::int, false) ELSE '' END ORDER BY k.n)
        FROM unnest(i.indkey) WITH ORDINALITY k(attnum, n)) END,
    pg_get_expr(i.indpred, i.indrelid)
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
WHERE ic.relnamespace = ANY ($1)
