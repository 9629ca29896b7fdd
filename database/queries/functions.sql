-- Functions, procedures, aggregates and window functions.
SELECT p.pronamespace, p.proname, p.prokind, pg_get_function_identity_arguments(p.oid), pg_get_function_arguments(p.oid),
    pg_get_function_result(p.oid), l.lanname, p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proparallel, p.proretset,
    p.proconfig, {{comment "pg_proc" "p.oid"}}
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = ANY ($1) AND {{notMember "pg_proc" "p.oid"}}
  -- constructors come and go with their range type
  AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid
                  AND i.deptype = 'i' AND i.refclassid = 'pg_type'::regclass)
