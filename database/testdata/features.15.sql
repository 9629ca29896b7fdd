-- What came with PostgreSQL 15.
CREATE TABLE since15 (
    a int, b int,
    CONSTRAINT at_most_one UNIQUE NULLS NOT DISTINCT (a),
    CONSTRAINT forget FOREIGN KEY (a, b) REFERENCES target (a, b) ON DELETE SET NULL (b)
);
CREATE INDEX ON since15 (b) WHERE a IS NULL;
CREATE PUBLICATION odd_ones FOR TABLES IN SCHEMA "Odd ""Name", TABLE since15 WHERE (a > 1);
COMMENT ON PUBLICATION odd_ones IS 'odd';
CREATE VIEW asked WITH (security_invoker) AS SELECT a FROM since15;
CREATE UNLOGGED SEQUENCE counting;
