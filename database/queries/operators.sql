-- Operators.
SELECT o.oprnamespace, o.oprname, CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,
    CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END, CASE WHEN o.oprresult <> 0 THEN format_type(o.oprresult, NULL) END,
    {{template "function" "o.oprcode"}}, {{comment "pg_operator" "o.oid"}}
FROM pg_operator o
WHERE o.oprnamespace = ANY ($1) AND {{notMember "pg_operator" "o.oid"}}
