CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE loops (id uuid PRIMARY KEY, span span);
