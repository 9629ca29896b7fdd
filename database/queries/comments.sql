-- Comments on relations, their columns, and on what belongs to them.
SELECT d.classoid, d.objoid, d.objsubid, d.description
FROM pg_description d
WHERE d.classoid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass)
