-- Extensions, but for the one that every database has.
SELECT e.extnamespace, e.extname, e.extversion FROM pg_extension e WHERE e.extname <> 'plpgsql'
