CREATE TYPE span AS RANGE (subtype = float4);
CREATE TABLE loops (id uuid PRIMARY KEY, span span);
