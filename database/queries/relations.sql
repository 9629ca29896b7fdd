-- Tables of every kind, views, and composite types, which have columns as well. A foreign key may lead to what is left
-- out, so it is here too: the last column tells what belongs to an extension.
SELECT x.*, CASE WHEN x.relkind IN ('v', 'm') AND NOT x.member THEN pg_get_viewdef(x.oid) END
FROM (
    SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relnatts, c.reltype, c.relpersistence,
        CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
        CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
        c.relispartition, pg_get_expr(c.relpartbound, c.oid),
        c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.reloptions,
        CASE WHEN c.relam NOT IN (0, 2) /* heap */ THEN (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam) END,
        CASE WHEN c.relkind = 'f' THEN (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
            WHERE f.ftrelid = c.oid) END,
        c.relispopulated,
        CASE c.relkind WHEN 'c' THEN c.reltype IN ({{members "pg_type"}}) ELSE c.oid IN ({{members "pg_class"}}) END AS member
    FROM pg_class c
    WHERE c.relkind IN {{template "relkinds"}} AND c.relnamespace = ANY ($1)
) x
