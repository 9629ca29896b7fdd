-- Columns of relations, dropped ones among them.
SELECT a.attrelid, a.attnum, a.attname, a.attisdropped, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated,
    a.attcollation, CASE WHEN a.attcollation NOT IN (0, 100, 950) THEN {{template "collation" "a.attcollation"}} END,
    a.attstorage, a.attcompression, a.attstattarget, a.attoptions, a.attislocal, a.attinhcount, a.atthasdef
FROM pg_attribute a
WHERE a.attnum > 0 AND a.attrelid IN ({{template "relids"}})
