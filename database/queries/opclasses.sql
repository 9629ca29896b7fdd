-- Operator classes that are no default, and B-tree's. The last column tells whether a key may have options for one; 5 is
-- BTOPTIONS_PROC.
SELECT o.oid, o.opcname, o.opcmethod, o.opcdefault, o.opcintype,
    o.opcfamily IN (SELECT p.amprocfamily FROM pg_amproc p WHERE p.amprocnum = 5)
FROM pg_opclass o
WHERE NOT o.opcdefault OR o.opcmethod = 403
