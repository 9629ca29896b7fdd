-- What ranges are made of.
SELECT r.rngtypid, format_type(r.rngsubtype, NULL), (SELECT m.typname FROM pg_type m WHERE m.oid = r.rngmultitypid),
    (SELECT o.opcname FROM pg_opclass o WHERE o.oid = r.rngsubopc),
    {{template "function" "r.rngcanonical"}}, {{template "function" "r.rngsubdiff"}}
FROM pg_range r
