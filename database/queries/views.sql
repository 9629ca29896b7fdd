-- Views and materialized views.
WITH {{template "names"}}
SELECT 'views', row_to_json(x) FROM (
    SELECT n.nspname AS schema, c.relname AS name,
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized' END AS kind,
        (SELECT json_agg(row_to_json(x) ORDER BY x.attnum) FROM (
            SELECT row_number() OVER (ORDER BY a.attnum) AS ordinal, a.attnum, a.attname AS name,
                {{template "type"}},
                pg_get_expr(d.adbin, d.adrelid) AS "default", col_description(c.oid, a.attnum) AS comment
            FROM {{template "type_from"}}
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ) x) AS columns,
        pg_get_viewdef(c.oid) AS definition,
        c.reloptions AS options,
        obj_description(c.oid, 'pg_class') AS comment,
        (SELECT json_agg(row_to_json(x)) FROM ({{template "trigger_rows" "(VALUES (c.oid)) c(oid)"}}) x) AS triggers,
        ({{template "rules"}}) AS rules,
        c.relkind = 'm' AND c.relispopulated AS populated,
        (SELECT json_agg(row_to_json(x)) FROM ({{template "index_rows" "(VALUES (c.oid)) c(oid)"}}) x) AS indexes
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND {{ours "n.nspname"}} AND {{notMember "pg_class" "c.oid"}}
) x
