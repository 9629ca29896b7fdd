-- Objects of every kind Inspect reads, above all those the corpora lack.
COMMENT ON SCHEMA public IS 'mine';
CREATE SCHEMA "Odd ""Name";
CREATE EXTENSION citext;

CREATE TYPE mood AS ENUM ('sad', 'it''s fine', 'happy');
COMMENT ON TYPE mood IS 'how one feels';
CREATE TYPE "Odd ""Name".pair AS (a int, b varchar(3)[], c text COLLATE "C");
COMMENT ON COLUMN "Odd ""Name".pair.a IS 'left';
CREATE DOMAIN posint AS int NOT NULL DEFAULT 1 CONSTRAINT above_zero CHECK (VALUE > 0);
ALTER DOMAIN posint ADD CONSTRAINT even CHECK (VALUE % 2 = 0) NOT VALID;
CREATE DOMAIN code AS varchar(5) COLLATE "C";
COMMENT ON DOMAIN posint IS 'a positive number';
CREATE FUNCTION seconds_between(time, time) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT
    AS $$ SELECT extract(epoch FROM $1 - $2)::float8 $$;
CREATE TYPE timerange AS RANGE (subtype = time, subtype_diff = seconds_between, multirange_type_name = times);
CREATE TYPE announced;
CREATE COLLATION "Odd ""Name".plain (provider = libc, locale = 'C');
COMMENT ON COLLATION "Odd ""Name".plain IS 'bytes';

CREATE FUNCTION twice(a int, b text DEFAULT 'x', OUT c int, VARIADIC d int[] DEFAULT '{}') LANGUAGE sql
    STABLE STRICT SECURITY DEFINER PARALLEL RESTRICTED SET search_path = public, pg_temp SET work_mem = '1MB'
    AS 'SELECT 2 * a';
CREATE FUNCTION rows() RETURNS TABLE (a int, m mood) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 1, NULL::public.mood';
CREATE PROCEDURE work(INOUT n int) LANGUAGE plpgsql AS 'BEGIN END';
COMMENT ON PROCEDURE work IS 'it works';
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION same(mood, mood) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2';
CREATE OPERATOR "Odd ""Name".=== (leftarg = mood, rightarg = mood, function = same);
CREATE OPERATOR !!! (rightarg = int, function = int4um);
COMMENT ON OPERATOR !!! (none, int) IS 'less';

CREATE TABLE parent (
    id int GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY,
    email citext UNIQUE DEFERRABLE INITIALLY DEFERRED,
    feeling mood DEFAULT 'it''s fine',
    name text COLLATE "C",
    n posint,
    c code,
    upper_name text COLLATE "Odd ""Name".plain GENERATED ALWAYS AS (upper(name)) STORED,
    pairs "Odd ""Name".pair[],
    vec int2vector,
    during timerange,
    CONSTRAINT long CHECK (length(name) > 3) NO INHERIT,
    CONSTRAINT not_both CHECK (n IS NULL OR c IS NULL),
    EXCLUDE USING gist (during WITH &&) WHERE (n > 0),
    UNIQUE (name, n) INCLUDE (c)
) WITH (fillfactor = 70, autovacuum_enabled = false);
ALTER TABLE parent ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN c SET (n_distinct = 5);
ALTER TABLE parent ALTER COLUMN name SET COMPRESSION pglz;
COMMENT ON TABLE parent IS E'two\nlines';
COMMENT ON COLUMN parent.id IS 'key';
COMMENT ON CONSTRAINT parent_pkey ON parent IS 'the key';
COMMENT ON CONSTRAINT long ON parent IS 'length';
CREATE SEQUENCE "Odd ""Name".ids AS smallint START 3 MINVALUE -5 MAXVALUE 100 CACHE 7 CYCLE OWNED BY NONE;
CREATE TABLE child (extra serial, gone int) INHERITS (parent);
ALTER TABLE child DROP COLUMN gone, ADD COLUMN later text;
CREATE TABLE typed OF "Odd ""Name".pair (a PRIMARY KEY);
CREATE TABLE target (a int, b int, PRIMARY KEY (b, a));
CREATE TABLE source (
    x int, y int,
    CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES target (a, b) MATCH FULL ON UPDATE SET DEFAULT ON DELETE RESTRICT
        DEFERRABLE,
    FOREIGN KEY (x, y) REFERENCES target ON DELETE CASCADE
);
ALTER TABLE source ADD CONSTRAINT late CHECK (x > y) NOT VALID;
CREATE TABLE events (at timestamptz NOT NULL, kind text, ref int REFERENCES parent (id)) PARTITION BY RANGE (at, lower(kind));
CREATE INDEX ON events (kind);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2020-01-01 00:00+02', 'm');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE UNLOGGED TABLE scratch ();

CREATE INDEX odd ON parent (lower(name) DESC, (n + 1) NULLS FIRST, c varchar_pattern_ops DESC NULLS LAST) INCLUDE (id)
    WITH (fillfactor = 50) WHERE n > 2;
CREATE INDEX ON parent USING brin (id) WITH (pages_per_range = 8);
CREATE UNIQUE INDEX identity ON target (a);
ALTER TABLE target ALTER COLUMN a SET NOT NULL, REPLICA IDENTITY USING INDEX identity;
COMMENT ON INDEX odd IS 'odd';
CREATE STATISTICS stats (dependencies) ON n, c FROM parent;
COMMENT ON STATISTICS stats IS 'together';

CREATE TRIGGER t1 BEFORE INSERT OR UPDATE OF name ON parent FOR EACH ROW WHEN (new.n > 1) EXECUTE FUNCTION touch('a');
COMMENT ON TRIGGER t1 ON parent IS 'touches';
ALTER TABLE parent DISABLE TRIGGER t1;
CREATE CONSTRAINT TRIGGER t2 AFTER DELETE ON parent DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t3 AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION touch();
CREATE EVENT TRIGGER noted ON ddl_command_end WHEN tag IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION note();
COMMENT ON EVENT TRIGGER noted IS 'notes';
ALTER EVENT TRIGGER noted DISABLE;

ALTER TABLE parent ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p1 ON parent AS RESTRICTIVE FOR UPDATE TO CURRENT_USER, pg_monitor USING (n > 1) WITH CHECK (n > 2);
CREATE POLICY p2 ON parent USING (true);
COMMENT ON POLICY p1 ON parent IS 'mine';
CREATE RULE quiet AS ON DELETE TO source WHERE old.x = 1 DO INSTEAD NOTHING;

CREATE VIEW v (one, "Two") WITH (security_barrier, check_option = local) AS SELECT id, name FROM parent WHERE n > 1;
ALTER VIEW v ALTER COLUMN one SET DEFAULT 7;
COMMENT ON VIEW v IS 'a view';
COMMENT ON COLUMN v.one IS 'first';
CREATE RULE also AS ON UPDATE TO v DO ALSO SELECT 1;
CREATE TRIGGER instead INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch();
CREATE MATERIALIZED VIEW mv WITH (fillfactor = 60) AS SELECT kind, count(*) AS n FROM events GROUP BY kind WITH NO DATA;
CREATE UNIQUE INDEX mv_kind ON mv (kind);

CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE away (id int OPTIONS (a 'b')) SERVER far OPTIONS (t 'u');
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION a_few FOR TABLE target, child WITH (publish = 'insert');
CREATE TEMPORARY TABLE gone_tomorrow (id serial);
