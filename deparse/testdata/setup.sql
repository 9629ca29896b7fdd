CREATE TABLE t (a int, b text, c numeric(10,2), d timestamptz DEFAULT now(), e boolean, f jsonb, g int[], h date, i varchar(20), j char(3), k bigint, l real, m interval, n timestamp, o time, p bytea, q text COLLATE "C", r smallint, s float8, u uuid, x xml, y name, z bit(4));
CREATE TABLE u (a int, b text, v int, w text);
CREATE TABLE "Odd Name" ("Id" int, "select" text, a int);
CREATE TABLE old (a int, b int);
CREATE TABLE parent (pa int);
CREATE TABLE k (id int, n int, note text);
CREATE UNIQUE INDEX k_id ON k (id);
CREATE SEQUENCE s;
