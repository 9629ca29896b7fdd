-- Triggers, but for those that serve a foreign key.
SELECT g.oid, g.tgrelid, g.tgname, pg_get_triggerdef(g.oid), g.tgenabled, {{template "function" "g.tgfoid"}},
    g.tgconstraint <> 0, g.tgparentid <> 0
FROM pg_trigger g
WHERE {{if ge version 15}}NOT g.tgisinternal{{else -}}
    -- a partition's copy counts as internal here, as what serves a foreign key does
    (NOT g.tgisinternal OR g.tgparentid <> 0
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = g.tgconstraint AND k.contype <> 't')){{end}}
    AND g.tgrelid IN ({{template "relids"}})
