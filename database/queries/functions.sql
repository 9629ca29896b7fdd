-- Functions, procedures, aggregates and window functions.
SELECT 'functions', row_to_json(x) FROM (
    SELECT n.nspname AS schema, p.proname AS name,
        CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate'
            WHEN 'w' THEN 'window' END AS kind,
        pg_get_function_identity_arguments(p.oid) AS identity_args,
        pg_get_function_arguments(p.oid) AS args,
        pg_get_function_result(p.oid) AS result,
        l.lanname AS language,
        CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' WHEN 'v' THEN 'volatile' END AS volatility,
        p.proisstrict AS strict, p.prosecdef AS security_definer, p.proleakproof AS leakproof,
        CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' WHEN 'u' THEN 'unsafe' END AS parallel,
        p.proretset AS returns_set, p.proconfig AS config,
        obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
    WHERE n.oid = ANY ($1) AND {{notMember "pg_proc" "p.oid"}}
      -- constructors come and go with their range type
      AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid
                      AND i.deptype = 'i' AND i.refclassid = 'pg_type'::regclass)
) x
