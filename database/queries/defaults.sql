-- Defaults of the columns of the relations in $1. A default names no column, so that it is written without opening its
-- table, which would take much longer; what a column is generated from may: $2 are the relations that have such columns.
SELECT d.adrelid, d.adnum, pg_get_expr(d.adbin, CASE WHEN d.adrelid = ANY ($2) THEN d.adrelid ELSE 0 END)
FROM pg_attrdef d
WHERE d.adrelid = ANY ($1)
