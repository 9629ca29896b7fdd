-- Comments, but for those on kinds of objects of which nearly all that are built in have one.
SELECT d.classoid, d.objoid, d.objsubid, d.description
FROM pg_description d
WHERE d.classoid NOT IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_collation'::regclass)
