-- Row security policies.
SELECT p.oid, p.polrelid, p.polname, p.polcmd, p.polpermissive,
    (SELECT array_agg(coalesce(r.rolname, 'public')) FROM unnest(p.polroles) u(oid) LEFT JOIN pg_roles r ON r.oid = u.oid),
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy p
WHERE p.polrelid IN ({{template "relids"}})
