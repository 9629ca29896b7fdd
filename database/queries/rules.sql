-- Rewrite rules.
SELECT r.ev_class, r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r
WHERE r.rulename <> '_RETURN' AND r.ev_class IN ({{template "relids"}})
