CREATE TYPE place AS (lat float8, lon float8, height float8);
CREATE TABLE venues (id uuid PRIMARY KEY, place place);
