-- Columns of relations, dropped ones among them. A default names no column of its table, so that it is written without
-- opening the table, which would take much longer.
SELECT a.attrelid, a.attnum, a.attname, a.attisdropped, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated,
    a.attcollation, CASE WHEN a.attcollation NOT IN (0, 100, 950) THEN {{template "collation" "a.attcollation"}} END,
    a.attstorage, a.attcompression, a.attstattarget, a.attoptions, a.attislocal, a.attinhcount,
    pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END)
FROM pg_attribute a
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND a.attrelid IN ({{template "relids"}})
