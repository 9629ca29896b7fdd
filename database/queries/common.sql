{{- /* Parts the queries share. */ -}}

{{define "relkinds"}}('r', 'p', 'f', 'v', 'm', 'c'){{end}}

{{/* The relations of relations.sql. */ -}}
{{define "relids" -}}
    SELECT c.oid FROM pg_class c WHERE c.relkind IN {{template "relkinds"}} AND c.relnamespace = ANY ($1)
{{- end}}

{{define "collation" -}}
    (SELECT CASE WHEN cn.nspname = 'pg_catalog' THEN '' ELSE cn.nspname || '.' END || co.collname
     FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = {{.}})
{{- end}}

{{define "relation" -}}
    (SELECT of_rel.nspname || '.' || rel.relname FROM pg_class rel JOIN pg_namespace of_rel ON of_rel.oid = rel.relnamespace
     WHERE rel.oid = {{.}})
{{- end}}

{{define "function" -}}
    (SELECT of_proc.nspname || '.' || proc.proname FROM pg_proc proc JOIN pg_namespace of_proc ON of_proc.oid = proc.pronamespace
     WHERE proc.oid = {{.}})
{{- end}}
