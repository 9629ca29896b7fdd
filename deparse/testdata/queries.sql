SELECT 1
SELECT 1 AS one, 'x', 'y'::text, NULL, -1, -1.5, 1.5, 10000000000, true, NULL::int
SELECT a, b FROM t
SELECT * FROM t
SELECT t.* FROM t, u
SELECT t FROM t
SELECT a+1, a-1*2, (a+1)*2, -a, - - a, a % 2, a/2, @ a FROM t
SELECT a > 1 AND b = 'x' OR NOT e, NOT (a = 1), a <> 2, a != 3 FROM t
SELECT a BETWEEN 1 AND 2, a NOT BETWEEN 1 AND 2, a BETWEEN SYMMETRIC 3 AND 1 FROM t
SELECT a IN (1,2,3), b IN ('x','y'), a NOT IN (1,2), a IN (1), i IN ('p','q'), j = 'x' FROM t
SELECT a = ANY (g), a = ANY ('{1,2}'), a <> ALL (ARRAY[1,2]), a = ANY (ARRAY[]::int[]) FROM t
SELECT b LIKE 'x%', b NOT LIKE 'x', b ILIKE 'y', b SIMILAR TO 'z', b ~ 'q', b LIKE 'x' ESCAPE '!' FROM t
SELECT b IS NULL, b IS NOT NULL, e IS TRUE, e IS NOT FALSE, e IS UNKNOWN, t IS NULL, t.* IS NOT NULL FROM t
SELECT a IS DISTINCT FROM 1, a IS NOT DISTINCT FROM 2 FROM t
SELECT CASE WHEN a > 1 THEN 'x' WHEN a > 2 THEN b END, CASE a WHEN 1 THEN 2 ELSE 3 END, CASE b WHEN 'x' THEN 1 END FROM t
SELECT COALESCE(a, 0), NULLIF(a, 1), GREATEST(a, 1, 2), LEAST(b, 'x') FROM t
SELECT a::text, a::numeric(5,2), b::varchar(10), b::int, CAST(a AS bigint), c::int, '1'::int, i::text, 'now'::text, d::date, b::char, b::bpchar FROM t
SELECT i = 'x', i || 'y', i = b, j = b, y = 'n', lower(i), k = a, l = 1.5, s > 1, c = 1, r + 1 FROM t
SELECT EXTRACT(year FROM d), date_part('month', d), d AT TIME ZONE 'UTC', n AT TIME ZONE 'UTC', now(), CURRENT_DATE, CURRENT_TIMESTAMP, LOCALTIME, CURRENT_TIMESTAMP(3), CURRENT_USER, SESSION_USER, CURRENT_SCHEMA FROM t
SELECT SUBSTRING(b FROM 1 FOR 2), SUBSTRING(b FROM 2), SUBSTRING(b FROM 'x'), SUBSTRING(b, 1, 2), TRIM(b), TRIM(BOTH 'x' FROM b), TRIM(LEADING FROM b), POSITION('x' IN b), OVERLAY(b PLACING 'x' FROM 1), OVERLAY(b PLACING 'x' FROM 1 FOR 2), btrim(b), (h, h) OVERLAPS (h, h) FROM t
SELECT d + interval '1 day', d - d, h + 1, m * 2, interval '1' year, interval '1 day 2 hours' day to second, '2020-01-01'::date, timestamp '2020-01-01 10:00', '1 mon'::interval, time '10:00' FROM t
SELECT f->'a', f->>'b', f #> '{a,b}', f @> '{"a": 1}', f ? 'k', f['x'], '{}'::jsonb, f - 'a' FROM t
SELECT g[1], g[1:2], g[:2], g[1:], ARRAY[a, 2], ARRAY[[1,2],[3,4]], '{1,2}'::int[], g || 3, array_length(g, 1), ARRAY['a','b'] FROM t
SELECT ROW(a, b)::text, ROW(1, 2) = ROW(a, 3), (a, b) < (1, 'x'), ROW(a, b) IS NULL, (t).a, t.*::text FROM t
SELECT b COLLATE "C", b < 'x' COLLATE "C", q || 'x', q < b COLLATE "POSIX" FROM t
SELECT count(*), count(a), count(DISTINCT a), sum(a) FILTER (WHERE a > 1), array_agg(a ORDER BY b DESC NULLS LAST, a), string_agg(b, ',' ORDER BY b), max(a), percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t
SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 1 ORDER BY 2 DESC, a
SELECT a, b, count(*) FROM t GROUP BY GROUPING SETS ((a), (b), (a, b), ())
SELECT a, b, GROUPING(a, b) FROM t GROUP BY ROLLUP (a, b)
SELECT a, b, count(*) FROM t GROUP BY CUBE (a, b), c
SELECT date_trunc('day', d), count(*) FROM t GROUP BY 1 ORDER BY 1
SELECT lower(b) FROM t GROUP BY lower(b) ORDER BY lower(b) NULLS FIRST
SELECT DISTINCT a FROM t
SELECT DISTINCT ON (a, b) a, b, c FROM t ORDER BY a, b, c DESC
SELECT a, row_number() OVER (), rank() OVER (PARTITION BY a ORDER BY b DESC), sum(a) OVER w, lag(a, 1) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), sum(a) OVER (w ROWS UNBOUNDED PRECEDING) FROM t WINDOW w AS (PARTITION BY b ORDER BY a)
SELECT sum(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING EXCLUDE TIES), sum(a) OVER (ORDER BY a GROUPS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW), count(*) FILTER (WHERE e) OVER () FROM t
SELECT t.a, u.b FROM t JOIN u ON t.a = u.a
SELECT t.a, u.b FROM t LEFT JOIN u ON t.a = u.a AND u.v > 1 WHERE u.b IS NULL
SELECT * FROM t JOIN u USING (a)
SELECT a, t.b, u.b FROM t LEFT JOIN u USING (a, b)
SELECT a FROM t FULL JOIN u USING (a)
SELECT * FROM u NATURAL JOIN t
SELECT x.a, y.b FROM t x CROSS JOIN u y
SELECT x.a FROM t AS x, u AS y WHERE x.a = y.a
SELECT q.a FROM (SELECT a, b FROM t WHERE a > 1) q WHERE q.b = 'x'
SELECT q.c1 FROM (SELECT a, b FROM t) q(c1, c2)
SELECT z.m1 FROM (t JOIN u USING (a)) AS z(m1, n2)
SELECT (t1.a) FROM t t1 JOIN (u u1 JOIN u u2 ON u1.a = u2.a) ON t1.a = u1.a
SELECT j.a FROM (t JOIN u USING (a)) j
SELECT a FROM t RIGHT JOIN u USING (a) JOIN u u3 USING (a)
SELECT x.a, l.v FROM t x, LATERAL (SELECT v FROM u WHERE u.a = x.a) l
SELECT x.a, l.v FROM t x LEFT JOIN LATERAL (SELECT v FROM u WHERE u.a = x.a LIMIT 1) l ON true
SELECT t.a, x.a AS xa FROM t, t x, u t1
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)
SELECT a FROM t WHERE a IN (SELECT a FROM u) AND a NOT IN (SELECT v FROM u)
SELECT a FROM t WHERE a > ANY (SELECT v FROM u) AND a = ALL (SELECT v FROM u) AND (a, b) IN (SELECT v, w FROM u) AND (a, b) = (SELECT v, w FROM u)
SELECT (SELECT max(v) FROM u) AS m, ARRAY(SELECT v FROM u ORDER BY v), (SELECT b FROM u WHERE u.a = t.a) FROM t
SELECT (SELECT 1), (SELECT count(*) FROM u), EXISTS (SELECT * FROM u)
SELECT a FROM t UNION SELECT v FROM u
SELECT a, b FROM t UNION ALL SELECT v, w FROM u ORDER BY 1, 2 DESC LIMIT 3
SELECT a FROM t UNION (SELECT v FROM u EXCEPT SELECT a FROM u) INTERSECT SELECT 1
(SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL (SELECT v FROM u)
SELECT a FROM t UNION SELECT v FROM u UNION ALL SELECT 3
SELECT 1 AS x UNION SELECT NULL
WITH q AS (SELECT a FROM t) SELECT * FROM q
WITH q(z) AS (SELECT a FROM t), r AS MATERIALIZED (SELECT z FROM q) SELECT r.z, q.z AS zz FROM q, r
WITH RECURSIVE q AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM q WHERE n < 10) SELECT n FROM q
WITH RECURSIVE q(n, p) AS (SELECT a, b FROM t UNION ALL SELECT u.a, u.b FROM u JOIN q ON q.n = u.a) SEARCH DEPTH FIRST BY n SET ord CYCLE n SET is_cycle USING path SELECT n, p FROM q
WITH q AS NOT MATERIALIZED (SELECT 1 AS one) SELECT (SELECT one FROM q) FROM t
SELECT a FROM t ORDER BY a DESC, b NULLS FIRST, c DESC NULLS LAST LIMIT 10 OFFSET 5
SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES
SELECT a FROM t LIMIT ALL
SELECT a FROM t FOR UPDATE
SELECT t.a FROM t, u FOR SHARE OF t SKIP LOCKED
VALUES (1, 'a'), (2, 'b')
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(x, y)
SELECT * FROM (VALUES (1), (2)) v
SELECT * FROM generate_series(1, 3)
SELECT g, x FROM generate_series(1, 3) g, generate_series(1, 2) AS s(x)
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS q(n, o)
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b']) AS q(n, o)
SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) AS q(n, o)
SELECT * FROM json_to_recordset('[]') AS x(a int, b text)
SELECT * FROM jsonb_each('{}') e
SELECT k.key FROM t, jsonb_each_text(t.f) k
SELECT (jsonb_each(f)).key FROM t
SELECT x.* FROM t, jsonb_to_record(f) AS x(p int, q numeric(3,1))
SELECT unnest(g), generate_series(1, a) FROM t
SELECT a AS "Weird", b AS "select", c AS user_x FROM t
SELECT "Id", "select", o.a FROM "Odd Name" o
SELECT "Id" FROM "Odd Name" WHERE "select" = 'it''s' OR "select" = E'a\\b'
SELECT a FROM old
SELECT old.a, new.a AS na FROM old, old new
SELECT a FROM ONLY t
SELECT a FROM t TABLESAMPLE bernoulli (10) REPEATABLE (1)
SELECT tableoid, ctid, xmin FROM t
SELECT tableoid::regclass, 't'::regclass, 'int'::regtype, 'now'::regproc FROM t
SELECT nextval('s') FROM (SELECT 1) q
SELECT upper(b), concat(a, b), concat_ws(',', a, b), format('%s', a), format('%s', VARIADIC ARRAY['x']), jsonb_build_object('a', a, 'b', b), make_interval(days => 1) FROM t
SELECT to_char(d, 'YYYY'), round(c, 1), abs(a), md5(b), length(b), p || '\x00', encode(p, 'hex'), gen_random_uuid(), u::text FROM t
SELECT to_tsvector('english', b), to_tsvector('english'::regconfig, b) @@ to_tsquery('x'), b::tsvector FROM t
SELECT xmlelement(name foo, xmlattributes(a AS x), b), xmlforest(a, b AS c), xmlconcat(x, x), xmlparse(document '<a/>'), xmlpi(name php), xmlserialize(content x AS text), x IS DOCUMENT, xmlroot(x, version '1.0', standalone yes), xmlexists('/a' PASSING BY VALUE x) FROM t
SELECT q.* FROM t, XMLTABLE('/r' PASSING x COLUMNS n FOR ORDINALITY, v int PATH '@v' DEFAULT 1 NOT NULL, w text) q
SELECT z, B'101', X'F', z & B'1111' FROM t
SELECT a::regclass::text, 'x'::name, 'c'::"char", '{}'::json, 1::money, '10.0.0.1'::inet, '(1,2)'::point FROM t
SELECT a::float4, 1.0::float8, 'NaN'::float8, 1e10, 1.5e-5, 0.1::real FROM t
SELECT sum(c), avg(a), bool_and(e), jsonb_agg(f), jsonb_object_agg(b, a), json_agg(t), array_agg(DISTINCT b) FROM t
SELECT q.s FROM (SELECT sum(a) AS s FROM t GROUP BY b) q WHERE q.s > (SELECT avg(v) FROM u)
SELECT * FROM t a JOIN u b ON a.a = b.a JOIN u c ON c.a = b.a LEFT JOIN "Odd Name" d ON d.a = c.a
SELECT t.a FROM t WHERE (t.a, t.b) IN ((1, 'x'), (2, 'y'))
SELECT row_to_json(t), row_to_json(t.*), row_to_json(ROW(1, 2)), to_jsonb(q) FROM t, (SELECT 1 AS one) q
SELECT CASE WHEN e THEN (SELECT CASE WHEN true THEN 1 END) END FROM t
SELECT a FROM t WHERE CASE WHEN a = 1 THEN true ELSE false END AND b = 'x'
SELECT (CASE WHEN a = 1 THEN 1 END) + 1, COALESCE(CASE WHEN e THEN a END, 0) FROM t
SELECT a FROM t WHERE a = 1 OR a = 2 OR (a = 3 AND b = 'z') AND NOT (e AND NOT e)
SELECT U&'d\0061t', $$dollar$$, E'tab\there'
SELECT count(*) OVER (PARTITION BY lower(b), a ORDER BY lower(b)) FROM t
SELECT d > now() - '30 days'::interval, d > now() - interval '7 days', d >= '2020-01-01', h > '2020-01-01', n < 'infinity' FROM t
SELECT a IS NULL = e, (a IS NULL) IS TRUE, -(-1), - 5, 2 ^ 3, a::text || 'x', (a + 1)::text, (a || b) COLLATE "C" FROM t
SELECT i::varchar(5), i::varchar, j::char(2), j || 'x', c::numeric, c * 2, c::numeric(5,1), d::timestamp, d::timestamptz(3), m::interval hour, z::bit(2), z::varbit FROM t
SELECT pg_catalog.lower(b), is_normalized(b), b IS NORMALIZED, b IS NFC NORMALIZED, normalize(b, NFD), collation for (b) FROM t
SELECT min(a), min(b) FILTER (WHERE b <> '') AS mb FROM t GROUP BY ()
SELECT "select", a AS "Id" FROM "Odd Name" "x y" ORDER BY "Id"
SELECT t.a AS b, t.b AS a FROM t ORDER BY a, b
SELECT a + 1 AS s FROM t ORDER BY s, a + 1
SELECT g.g, g.* FROM generate_series(1,2) AS g
SELECT pa FROM parent
SELECT a AS "old", b "new" FROM old
SELECT COALESCE(b, 'x'::varchar), NULLIF(i, ''), GREATEST(a, 1.5), COALESCE(i, b), COALESCE(NULL, 'x') FROM t
SELECT 1 WHERE 'a' IN ('a', 'b') AND 1 IN (1, 2) AND 'x' = ANY (ARRAY['x']) AND NOT EXISTS (SELECT)
SELECT '2020-01-01'::timestamptz, '2020-01-01 00:00+02'::timestamptz, '10:00+01'::timetz, '1 year 2 mons -3 days'::interval
SELECT q.a, q.b_1 FROM (t JOIN u USING (a)) AS q(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q1, r, s, u1, x, y, z, b_1)
SELECT * FROM (u x JOIN u y USING (a, b)) AS j1 WHERE j1.a = 1
SELECT a FROM (u x JOIN u y USING (a)) JOIN (u z JOIN u w2 USING (a)) USING (a)
SELECT a, x.v FROM u x JOIN (SELECT a, w AS w3 FROM u) y USING (a) JOIN u z USING (a, b) WHERE y.w3 = 'q'
SELECT x.a AS xa, q.a FROM u x JOIN u y ON x.a = y.a JOIN LATERAL (SELECT x.a + y.a AS a) q ON true
SELECT count(*) FROM u x LEFT JOIN u y USING (a) RIGHT JOIN u z USING (a) FULL JOIN u q USING (a)
SELECT * FROM u AS x(p1, p2) JOIN u AS y(p1, p4) USING (p1)
SELECT a FROM u NATURAL LEFT JOIN "Odd Name"
SELECT b FROM u NATURAL FULL JOIN (SELECT a, b FROM t) q
SELECT j.a, j.v FROM u AS k JOIN u AS l USING (a, v) AS j
SELECT sum(x.n) FROM (SELECT a AS n FROM t UNION ALL SELECT v FROM u) x
SELECT (SELECT sum(i.v) FROM u i WHERE i.a = o.a) FROM t o WHERE o.a IN (SELECT i.a FROM u i WHERE i.b = o.b AND EXISTS (SELECT 1 FROM u z WHERE z.a = o.a))
SELECT a.a FROM t a WHERE a.a = (SELECT max(a.v) FROM u a)
WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a UNION SELECT 2) SELECT a.x, b.x AS y FROM a JOIN b USING (x)
WITH t AS (SELECT 1 AS x) SELECT t.x, p.a FROM t, public.t p
WITH RECURSIVE tree(id, lvl) AS (SELECT a, 0 FROM u WHERE v IS NULL UNION ALL SELECT u.a, tree.lvl + 1 FROM u JOIN tree ON u.v = tree.id) SELECT id, max(lvl) FROM tree GROUP BY id
WITH x AS (SELECT a, count(*) AS n FROM t GROUP BY a HAVING count(*) > 1 ORDER BY n DESC LIMIT 3), y AS (SELECT DISTINCT v FROM u) SELECT x.a, y.v, CASE WHEN x.n > 3 THEN 'many' WHEN x.n > 1 THEN 'few' ELSE 'one' END AS word FROM x LEFT JOIN y ON x.a = y.v WHERE x.n BETWEEN 1 AND 10 ORDER BY x.a
SELECT a, CASE b WHEN 'x' THEN (SELECT count(*) FROM u WHERE u.a = t.a) ELSE 0 END AS n FROM t
SELECT EXISTS (SELECT 1 FROM u WHERE v = a) AND a > 1 AS ok, NOT EXISTS (SELECT 1 FROM u) AS no FROM t
SELECT b, sum(a) OVER (PARTITION BY b ORDER BY d DESC NULLS LAST, a USING >), ntile(4) OVER (ORDER BY c), first_value(b) OVER w2 FROM t WINDOW w1 AS (PARTITION BY a), w2 AS (w1 ORDER BY b)
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY c DESC), mode() WITHIN GROUP (ORDER BY b), rank(1) WITHIN GROUP (ORDER BY a) FROM t
SELECT array_agg(DISTINCT a ORDER BY a DESC), string_agg(DISTINCT b, ',' ORDER BY b), count(DISTINCT (a, b)), jsonb_object_agg(b, a ORDER BY a) FROM t
SELECT a FROM t GROUP BY a, b ORDER BY count(*) DESC, b
SELECT a + 1 FROM t GROUP BY a + 1 HAVING a + 1 > 2
SELECT a, b FROM t GROUP BY GROUPING SETS (ROLLUP (a, b), CUBE ((a, b), c), ())
SELECT DISTINCT lower(b), a + 1 FROM t ORDER BY 1, 2
SELECT DISTINCT ON (lower(b)) b FROM t ORDER BY lower(b), d DESC
SELECT a FROM t ORDER BY lower(b), (a + 1) DESC, CASE WHEN e THEN 1 ELSE 2 END, c USING <
SELECT a FROM t OFFSET 3 ROWS FETCH NEXT ROW ONLY
SELECT a FROM t LIMIT (SELECT count(*) FROM u) OFFSET 1 + 1
SELECT a FROM t FOR NO KEY UPDATE NOWAIT
SELECT 'abc'::varchar(2) AS a, 'abc'::char(5) AS b, 'x'::bpchar AS c, 3::numeric(4,2) AS d, '5'::numeric(4,2) AS e, '2020-01-01 10:00:00.123'::timestamp(1) AS f
SELECT ARRAY[1, 2.5], ARRAY['x', b], ARRAY[a, k], ARRAY[NULL, 1], ARRAY[]::text[], '{}'::text[], ARRAY[ARRAY[b], ARRAY['y']] FROM t
SELECT b = ANY (ARRAY['x', 'y']), b = ANY ('{x,y}'::text[]), i = ANY (ARRAY['x'::varchar]), i IN ('a', 'b'), a IN (1, 2, NULL), c IN (1, 2.5), d IN ('2020-01-01', now()), a IN (SELECT unnest(g)), j IN ('abc', 'd'), y IN ('x', 'y') FROM t
SELECT t.a IN (1, q.v), t.a IN (q.v, u.a) FROM t CROSS JOIN LATERAL (SELECT 1 AS v) q, u
SELECT (g)[1], (ARRAY[1, 2])[1], (SELECT g FROM t LIMIT 1)[1], (array_agg(a))[1], ((f -> 'x') ->> 'y')::int, (f ->> 'n')::numeric > 3, f #>> ARRAY['a', 'b'] FROM t GROUP BY g, f
SELECT (q.r).a, (q.r).b FROM (SELECT t AS r FROM t) q
SELECT (q).a FROM (SELECT a, b FROM t) q
SELECT (ROW(1, 2)).f1, (json_populate_record(NULL::u, '{}')).v, (u.*).a FROM u
SELECT u, u.*, ROW(u.*)::text, u IS NOT NULL FROM u
SELECT r.x FROM (SELECT ROW(1, 2) AS q) s, LATERAL (SELECT (s.q).f1 AS x) r
SELECT x.x FROM t, unnest(g) x, unnest(ARRAY['a', 'b']) WITH ORDINALITY AS y(v, n) WHERE y.n > 1
SELECT s.i, j.k FROM generate_series(1, 3) AS s(i), LATERAL generate_series(s.i, 5) AS j(k)
SELECT * FROM pg_catalog.pg_class LIMIT 1
SELECT c.relname, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND c.relname <> 'x'
SELECT current_setting('x', true)::uuid, set_config('a', 'b', false), pg_typeof(a), a::oid, 'pg_class'::regclass::oid FROM t
SELECT to_char(h, 'YYYY-MM'), age(d), date_trunc('week', d)::date, h - '1 day'::interval, h + a, d - interval '1 hour' * a, (d AT TIME ZONE 'UTC')::date, EXTRACT(epoch FROM d - now())::int FROM t
SELECT a::text || b, b || a, a || ' ' || b, 'x' || NULL, 1 || 'a', f || '{"a": 1}', g || ARRAY[1], b || i FROM t
SELECT round(s::numeric, 2), a / 2.0, a * 1.5, l * 2, k + a, a::float / 3, 1 / 3::float, c / 100, -c, +a, |/ a, a ^ 2, ~ a, a # 1, a << 2 FROM t
SELECT b ~* '^x', b !~ 'y', b ~~ 'z%', b NOT SIMILAR TO 'q', starts_with(b, 'x'), b ^@ 'x', b LIKE '%' || i || '%', regexp_replace(b, 'a', 'b', 'g') FROM t
SELECT NULL::text, NULL::int[], NULL::jsonb, NULL AS plain, NULL::timestamptz, COALESCE(NULL::int, a), NULLIF(b, ''::text) FROM t
SELECT (a = 1) = (b = 'x'), (a = 1) IS DISTINCT FROM e, (a, b) IS DISTINCT FROM (1, 'x'), NOT a = 1 AND NOT (e OR a > 2), e = true, e IS NOT TRUE, NOT e FROM t
SELECT true AND false OR true, (true OR false) AND true, NOT (true AND false), NOT NOT e FROM t
SELECT CASE WHEN a IS NULL THEN NULL WHEN a = 1 THEN 1.5 ELSE a END, CASE WHEN e THEN b ELSE i END, CASE a WHEN 1 THEN 'x'::varchar WHEN 2 THEN b END, CASE WHEN a > 0 AND (b = 'x' OR e) THEN CASE WHEN e THEN 1 ELSE 2 END ELSE 3 END FROM t
SELECT GREATEST(b, i), LEAST(d, '2020-01-01'), GREATEST(a, k, c), COALESCE(a, k), COALESCE(c, 0), COALESCE(f, '{}'), COALESCE(g, '{}'), COALESCE(d, h) FROM t
SELECT md5(b)::uuid, decode(b, 'hex'), p::text, '\xDEAD'::bytea, p = '\x00', length(p), convert_from(p, 'UTF8') FROM t
SELECT jsonb_path_query(f, '$.a'), f @? '$.a', f @@ '$.a > 1', jsonb_path_exists(f, '$.x', '{"y": 1}'), f ?| ARRAY['a'], f ?& '{a,b}', jsonb_set(f, '{a}', '1'), f - '{a,b}'::text[], f -> 0, f ->> 1 FROM t
SELECT int4range(1, 5), '[1,5)'::int4range, numrange(1, 2, '[]') @> 1.5, tstzrange(d, NULL) && tstzrange(now(), 'infinity'), daterange(h, h + 1, '[]'), upper(int4range(1, 5)), '{[1,2]}'::int4multirange FROM t
SELECT x.* FROM ONLY t AS x, ONLY u
SELECT t.a FROM public.t, u AS t_1 WHERE t_1.a = t.a
SELECT (SELECT array_agg(z.q) FROM (SELECT v AS q FROM u WHERE u.a = t.a ORDER BY v) z) FROM t
SELECT * FROM (SELECT a, b FROM t UNION SELECT v, w FROM u) z(p, q) WHERE p > 1
SELECT a FROM t INTERSECT ALL SELECT v FROM u EXCEPT SELECT 1
(SELECT a FROM t UNION ALL SELECT v FROM u) UNION SELECT 3 ORDER BY 1 OFFSET 2
SELECT a FROM t UNION ALL (SELECT v FROM u UNION ALL (SELECT 1 UNION SELECT 2))
(WITH c AS (SELECT 1 AS x) SELECT x FROM c) UNION ALL SELECT 2
SELECT b FROM t UNION SELECT i FROM t UNION SELECT 'x'
VALUES (1, 2.5), (NULL, 3)
SELECT v.column1 FROM (VALUES (1, 'x'), (2, NULL)) v
VALUES ((SELECT max(a) FROM t)), (1)
WITH v(a, b) AS (VALUES (1, 'x')) SELECT * FROM v
SELECT CURRENT_TIME, CURRENT_TIME(2), LOCALTIME(1), LOCALTIMESTAMP, LOCALTIMESTAMP(0), CURRENT_ROLE, USER, CURRENT_CATALOG
SELECT TRIM(TRAILING 'x' FROM b), TRIM(b, 'x'), ltrim(b), rtrim(b, 'y'), SUBSTRING(b SIMILAR 'a#"b#"c' ESCAPE '#'), SUBSTRING(z FROM 1 FOR 2), POSITION('\x00'::bytea IN p), OVERLAY(p PLACING '\x01' FROM 1), substr(b, 1), substring(b, 'x') FROM t
SELECT date_part('year', h), EXTRACT(dow FROM h), EXTRACT('month' FROM n), EXTRACT(hour FROM o), EXTRACT(day FROM m), timezone('UTC', d), d AT TIME ZONE INTERVAL '1 hour', (d, d) OVERLAPS (d, m) FROM t
SELECT "select" AS "from", "Id" AS "ID", a AS "user", a AS value, a AS "a b", a AS "1x", a AS über FROM "Odd Name"
SELECT sum(CASE WHEN a > 1 THEN 1 ELSE 0 END) AS n, avg(a) FILTER (WHERE b IS NOT NULL AND a > 1)::int AS m FROM t
SELECT e::int, a::boolean, e::text, 't'::boolean, 1::boolean, 'true'::text::boolean FROM t
SELECT a::smallint, a::bigint, k::int, c::bigint, s::int, 1::smallint, 1::bigint, 1.5::int, '1'::bigint, 3000000000, -3000000000, 9223372036854775808, -32768::smallint FROM t
SELECT u = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', u::text LIKE 'a%', m > '1 day', o < '10:00', '10.0.0.0/8'::cidr, '08:00:2b:01:02:03'::macaddr, '<(1,2),3>'::circle, x::text, 'a'::"char" FROM t
SELECT ts_rank(to_tsvector(b), plainto_tsquery('english', 'x')), setweight(to_tsvector('simple', b), 'A') || to_tsvector(i), 'a & b'::tsquery, to_tsvector(f) FROM t
