-- Publications.
SELECT p.oid, p.pubname, p.puballtables,
    (SELECT array_agg({{template "relation" "r.prrelid"}}) FROM pg_publication_rel r WHERE r.prpubid = p.oid),
    {{if ge version 15}}(SELECT array_agg(s.pnnspid) FROM pg_publication_namespace s WHERE s.pnpubid = p.oid){{else}}NULL{{end}}
FROM pg_publication p
