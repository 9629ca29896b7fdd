-- Comments, but for those on what few have one on, which are asked for one by one: functions, operators, collations.
SELECT d.classoid, d.objoid, d.objsubid, d.description
FROM pg_description d
WHERE d.classoid IN ('pg_namespace'::regclass, 'pg_class'::regclass, 'pg_type'::regclass, 'pg_constraint'::regclass,
    'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass, 'pg_event_trigger'::regclass, 'pg_publication'::regclass)
