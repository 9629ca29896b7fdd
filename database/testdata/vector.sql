-- A stand-in for the extension vector where it is not installed: types and operator classes of its names, made of what
-- text has, for migrations that store no vectors. Its files cannot be added to a running server, but what they would do
-- to the catalogs can.
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
SELECT 900000, 'vector', current_user::regrole, 'public'::regnamespace, true, '0.0';

CREATE TYPE vector;
CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION vector_out(vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION vector_typmod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, TYPMOD_IN = vector_typmod_in,
                    TYPMOD_OUT = vector_typmod_out, STORAGE = external);
CREATE FUNCTION vector_hash(vector) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'hashtext';
CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER hashhandler;
CREATE OPERATOR CLASS vector_cosine_ops FOR TYPE vector USING hnsw AS FUNCTION 1 vector_hash(vector);

ALTER EXTENSION vector ADD TYPE vector;
ALTER EXTENSION vector ADD FUNCTION vector_in(cstring, oid, integer);
ALTER EXTENSION vector ADD FUNCTION vector_out(vector);
ALTER EXTENSION vector ADD FUNCTION vector_typmod_in(cstring[]);
ALTER EXTENSION vector ADD FUNCTION vector_typmod_out(integer);
ALTER EXTENSION vector ADD FUNCTION vector_hash(vector);
ALTER EXTENSION vector ADD ACCESS METHOD hnsw;
ALTER EXTENSION vector ADD OPERATOR FAMILY vector_cosine_ops USING hnsw;
ALTER EXTENSION vector ADD OPERATOR CLASS vector_cosine_ops USING hnsw;
