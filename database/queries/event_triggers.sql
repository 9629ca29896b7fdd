-- Event triggers.
SELECT e.oid, e.evtname, e.evtevent, e.evtenabled, e.evttags, {{template "function" "e.evtfoid"}}
FROM pg_event_trigger e
WHERE {{notMember "pg_event_trigger" "e.oid"}}
