-- Constraints of tables and domains.
SELECT k.oid, k.conrelid, k.contypid, k.contype, k.conname, k.conkey, k.conindid, k.confrelid, k.confkey, k.confupdtype, k.confdeltype,
    {{since 15 "k.confdelsetcols" "NULL"}}, k.confmatchtype, CASE WHEN k.contype IN ('c', 'x') THEN pg_get_constraintdef(k.oid) END,
    k.condeferrable, k.condeferred, k.convalidated, {{since 18 "k.conenforced" "true"}}, {{since 18 "k.conperiod" "false"}},
    k.connoinherit, k.conislocal, k.coninhcount
FROM pg_constraint k
WHERE k.contype <> 't' AND k.connamespace = ANY ($1)
