//go:build unix

package consistency

import (
	"strings"
	"testing"

	"github.com/electric-cli/electric/internal/shapeclient"
)

// What a value's text is made of may be altered anywhere below its type: the table
// itself stays as it is.
func TestTypesAreAlteredBelow(t *testing.T) {
	for name, row := range map[string]struct{ types, column, value, alter, then string }{
		"an attribute more": {
			"CREATE TYPE pair AS (a int, b text)", "pair", "(1,x)", "ALTER TYPE pair ADD ATTRIBUTE c int", "(2,y,3)",
		},
		"an attribute less": {
			"CREATE TYPE pair AS (a int, b text)", "pair", "(1,x)", "ALTER TYPE pair DROP ATTRIBUTE b", "(2)",
		},
		"in an array": {
			"CREATE TYPE pair AS (a int, b text)", "pair[]", `{"(1,x)"}`, "ALTER TYPE pair ADD ATTRIBUTE c int", `{"(2,y,3)"}`,
		},
		"in a domain over a domain": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN one AS mood; CREATE DOMAIN two AS one", "two", "sad",
			"ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "blue",
		},
		"in an array of a domain": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN one AS mood", "one[]", "{sad}", "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "{blue,ok}",
		},
		"in a composite type": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a int, m mood[])", "pair", "(1,{sad})",
			"ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "(1,{blue})",
		},
		"in a range": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE moods AS RANGE (subtype = mood)", "moods", "[sad,ok]",
			"ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "[blue,ok)",
		},
		"in a multirange": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE moods AS RANGE (subtype = mood, multirange_type_name = manymoods)", "manymoods", "{[sad,ok]}",
			"ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "{[blue,ok)}",
		},
		"in another table's row type": {
			"CREATE TABLE other (a int, b text)", "other", "(1,x)", "ALTER TABLE other ADD COLUMN c int", "(2,y,3)",
		},
		"the type's name": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok')", "mood", "sad", "ALTER TYPE mood RENAME TO humour", "ok",
		},
		"the type's schema": {
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE SCHEMA away", "mood", "sad", "ALTER TYPE mood SET SCHEMA away", "ok",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScenario(t, row.types+"; CREATE TABLE a (id int PRIMARY KEY, v "+row.column+"); INSERT INTO a VALUES (1, "+literal(row.value)+")")
			s.client("a", id, nil)
			s.settle(0)
			s.exec(row.alter)
			s.settle(noticed)
			s.exec("UPDATE a SET id = 2; INSERT INTO a VALUES (3, " + literal(row.then) + ")")
			s.settle(0)
		})
	}
}

// Alterations of all kinds, with writes before and after them, in transactions of
// their own and in one.
func TestAlterationsAmongWrites(t *testing.T) {
	for name, row := range map[string]struct {
		sql       string // makes more than the table a (id, b, n) with rows 1 to 3
		alter     string
		since     int  // version of Postgres; 0 for all
		generated bool // before version 18 no shape of all columns is to be had
	}{
		"default":                  {alter: "ALTER TABLE a ALTER COLUMN b SET DEFAULT 'x', ALTER COLUMN n SET DEFAULT 7"},
		"column with a default":    {alter: "ALTER TABLE a ADD COLUMN c int DEFAULT 7"},
		"volatile default":         {alter: "ALTER TABLE a ADD COLUMN c float DEFAULT random()"},
		"serial":                   {alter: "ALTER TABLE a ADD COLUMN c serial"},
		"identity":                 {alter: "ALTER TABLE a ADD COLUMN c int GENERATED ALWAYS AS IDENTITY"},
		"key again":                {alter: "ALTER TABLE a DROP CONSTRAINT a_pkey; ALTER TABLE a ADD PRIMARY KEY (id)"},
		"type":                     {alter: "ALTER TABLE a ALTER COLUMN b TYPE varchar(9) USING 'n' || b"},
		"type of the key":          {alter: "ALTER TABLE a ALTER COLUMN id TYPE bigint"},
		"same type, other values":  {alter: "ALTER TABLE a ALTER COLUMN n TYPE int USING n + 1"},
		"collation":                {alter: `ALTER TABLE a ALTER COLUMN b TYPE text COLLATE "C"`},
		"expression dropped":       {sql: "ALTER TABLE a ADD COLUMN g int GENERATED ALWAYS AS (n + 1) STORED", alter: "ALTER TABLE a ALTER COLUMN g DROP EXPRESSION", generated: true},
		"generated column dropped": {sql: "ALTER TABLE a ADD COLUMN g int GENERATED ALWAYS AS (n + 1) STORED", alter: "ALTER TABLE a DROP COLUMN g", generated: true},
		"generated column":         {alter: "ALTER TABLE a ADD COLUMN g int GENERATED ALWAYS AS (n + 1) STORED", since: 18},
		"another expression": {
			sql: "ALTER TABLE a ADD COLUMN g int GENERATED ALWAYS AS (n + 1) STORED", alter: "ALTER TABLE a ALTER COLUMN g SET EXPRESSION AS (n + 2)", since: 17, generated: true,
		},
		"inherits": {
			sql:   "CREATE TABLE parent (id int, b text, n int); INSERT INTO parent VALUES (9, 'p', 9)",
			alter: "ALTER TABLE a INHERIT parent; INSERT INTO parent VALUES (8, 'p', 8); UPDATE parent SET n = 60",
		},
		"row security":              {alter: "ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a USING (id > 100)"},
		"unlogged and logged":       {alter: "ALTER PUBLICATION electric_publication_default DROP TABLE a; ALTER TABLE a SET UNLOGGED; INSERT INTO a VALUES (60, 'u', 1); ALTER TABLE a SET LOGGED"},
		"another schema and back":   {alter: "CREATE SCHEMA away; ALTER TABLE a SET SCHEMA away; INSERT INTO away.a VALUES (60, 'u', 1); ALTER TABLE away.a SET SCHEMA public"},
		"another name and back":     {alter: "ALTER TABLE a RENAME TO z; INSERT INTO z VALUES (60, 'u', 1); ALTER TABLE z RENAME TO a"},
		"column's name and back":    {alter: "ALTER TABLE a RENAME b TO z; INSERT INTO a VALUES (60, 'u', 1); ALTER TABLE a RENAME z TO b"},
		"schema's name and back":    {alter: "ALTER SCHEMA public RENAME TO z; INSERT INTO z.a VALUES (60, 'u', 1); ALTER SCHEMA z RENAME TO public"},
		"out of the publication":    {alter: "ALTER PUBLICATION electric_publication_default DROP TABLE a; INSERT INTO a VALUES (60, 'u', 1)"},
		"out and in":                {alter: "ALTER PUBLICATION electric_publication_default DROP TABLE a; INSERT INTO a VALUES (60, 'u', 1); ALTER PUBLICATION electric_publication_default ADD TABLE a"},
		"publication's name":        {alter: "ALTER PUBLICATION electric_publication_default RENAME TO other"},
		"publication again":         {alter: "DROP PUBLICATION electric_publication_default; INSERT INTO a VALUES (60, 'u', 1); CREATE PUBLICATION electric_publication_default FOR TABLE a, marker"},
		"all tables":                {alter: "DROP PUBLICATION electric_publication_default; INSERT INTO a VALUES (60, 'u', 1); CREATE PUBLICATION electric_publication_default FOR ALL TABLES"},
		"no replica identity":       {alter: "ALTER TABLE a REPLICA IDENTITY NOTHING; INSERT INTO a VALUES (60, 'u', 1)"},
		"identity there and back":   {alter: "ALTER TABLE a REPLICA IDENTITY DEFAULT; UPDATE a SET n = 60; DELETE FROM a WHERE id = 2; ALTER TABLE a REPLICA IDENTITY FULL"},
		"cluster":                   {alter: "ALTER TABLE a CLUSTER ON a_pkey; CLUSTER a; UPDATE a SET n = 60"},
		"truncate, cascade":         {sql: "CREATE TABLE up (id int PRIMARY KEY); INSERT INTO up VALUES (1); ALTER TABLE a ADD COLUMN up int REFERENCES up; UPDATE a SET up = 1", alter: "TRUNCATE up CASCADE; INSERT INTO up VALUES (1)"},
		"truncate and all back":     {alter: "CREATE TEMP TABLE kept AS TABLE a; TRUNCATE a; INSERT INTO a SELECT * FROM kept; DROP TABLE kept"},
		"made again":                {alter: "DROP TABLE a; CREATE TABLE a (id int PRIMARY KEY, b text, n int); INSERT INTO a VALUES (60, 'u', 1)"},
		"made again in another way": {alter: "DROP TABLE a; CREATE TABLE a (n int, id int PRIMARY KEY, b text); INSERT INTO a VALUES (60, 61, 'u')"},
		"made again, partitioned":   {alter: `DROP TABLE a; CREATE TABLE a (id int PRIMARY KEY, b text, n int) PARTITION BY RANGE (id); CREATE TABLE a1 PARTITION OF a DEFAULT; INSERT INTO a VALUES (60, 'u', 1)`},
		"made a partition":          {alter: `ALTER TABLE a RENAME TO a1; ALTER TABLE a1 RENAME CONSTRAINT a_pkey TO a1_pkey; CREATE TABLE a (id int PRIMARY KEY, b text, n int) PARTITION BY RANGE (id); ALTER TABLE a ATTACH PARTITION a1 DEFAULT; INSERT INTO a VALUES (60, 'u', 1)`},
		"its twin":                  {alter: "CREATE TABLE twin (LIKE a INCLUDING ALL); INSERT INTO twin SELECT id + 60, b, n FROM a; ALTER TABLE a RENAME TO z; ALTER TABLE twin RENAME TO a"},
		"rewritten by triggers":     {alter: `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := 5;RETURN NEW;END $$; CREATE TRIGGER t BEFORE INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f(); UPDATE a SET n = 60`},
		"in savepoints":             {alter: "SAVEPOINT s; ALTER TABLE a ADD COLUMN c int; INSERT INTO a VALUES (60, 'u', 1, 2); ROLLBACK TO s; INSERT INTO a VALUES (61, 'u', 1); ALTER TABLE a ADD COLUMN d int"},
	} {
		for _, one := range []bool{false, true} {
			title := name + map[bool]string{false: ", one by one", true: ", in one transaction"}[one]
			if name == "in savepoints" && !one || name == "cluster" && one {
				continue
			}
			t.Run(title, func(t *testing.T) {
				t.Parallel()
				s := newScenario(t, "CREATE TABLE a (id int PRIMARY KEY, b text, n int); INSERT INTO a SELECT i, 'b' || i, i FROM generate_series(1, 3) i; "+row.sql)
				if s.version() < row.since {
					t.Skipf("PostgreSQL has that since version %d", row.since)
				}
				if !row.generated || s.version() >= 18 {
					s.client("a", id, nil)
					s.client("a", id, where("n > 1 OR b = 'u'"))
				}
				s.client("a", id, func(shape *shapeclient.Shape) { shape.Columns = []string{"id", "n"} })
				s.client("a", id, func(shape *shapeclient.Shape) { shape.Columns, shape.Where = []string{"id", "b"}, "n > 1" })
				s.settle(0)
				before, after := "INSERT INTO a (id, b, n) VALUES (10, 'x', 10); UPDATE a SET b = b || 'y' WHERE id < 3", "INSERT INTO a (id, b, n) VALUES (11, 'z', 11)"
				if one {
					s.patiently("BEGIN; " + before + "; " + row.alter + "; " + after + "; COMMIT")
				} else {
					s.exec(before)
					for _, sql := range strings.Split(row.alter, "; ") {
						s.patiently(sql)
					}
					s.exec(after)
				}
				s.learn()
				s.settle(noticed)
				s.exec("INSERT INTO a (id, b, n) VALUES (12, 'u', 12); UPDATE a SET b = b || 'w'; DELETE FROM a WHERE id = 10")
				s.settle(0)
			})
		}
	}
}

// learn reads anew what the followed tables' columns are.
func (s *scenario) learn() {
	for _, f := range s.followers {
		f.table.columns = s.read(f.table.name, f.table.key).columns
	}
}

// What a filter means depends on its column's collation.
func TestCollationIsAltered(t *testing.T) {
	s := newScenario(t, `CREATE TABLE a (id int PRIMARY KEY, b text COLLATE "C"); INSERT INTO a VALUES (1, 'a'), (2, 'B'), (3, 'c');
		CREATE SEQUENCE more START 4; CREATE TABLE users_of_a (id int PRIMARY KEY, a int); INSERT INTO users_of_a VALUES (1, 1), (2, 2), (3, 3)`)
	s.client("a", id, nil)
	s.client("a", id, where("b < 'b'"))
	s.client("users_of_a", id, func(shape *shapeclient.Shape) {
		shape.Where, shape.Repeats = "a IN (SELECT id FROM a WHERE b < 'b')", true
	})
	s.settle(0)
	for _, collation := range []string{`"und-x-icu"`, `"C"`} {
		s.exec("ALTER TABLE a ALTER COLUMN b TYPE text COLLATE " + collation)
		s.settle(noticed)
		s.exec("UPDATE a SET b = b || 'x'; INSERT INTO a VALUES (nextval('more'), 'D')")
		s.settle(0)
	}
}

// Postgres is asked with the columns' collations, too, not with its own.
func TestCollationsOfColumns(t *testing.T) {
	s := newScenario(t, `CREATE SCHEMA "My schema"; CREATE COLLATION "My schema"."any ""case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
		CREATE DOMAIN word AS text COLLATE "und-x-icu"; -- which filters may not compare
		CREATE TABLE a (id int PRIMARY KEY, b text COLLATE "My schema"."any ""case", c varchar(9) COLLATE "und-x-icu", d word, e text[] COLLATE "und-x-icu")`)
	for _, clause := range []string{"b = 'a'", "b IN ('a', 'c')", "b < 'B'", "b <> 'A'", "c < 'b'", "c BETWEEN 'a' AND 'b'", "e @> ARRAY['a']", "'b' > ANY (e)", "lower(c) < 'b'", "d IS NOT NULL"} {
		s.client("a", id, where(clause))
	}
	s.settle(0)
	s.exec(`INSERT INTO a SELECT i, w, w, w, ARRAY[w] FROM unnest('{a,A,b,B,c,C,NULL,ä,Ä}'::text[]) WITH ORDINALITY AS v (w, i)`)
	s.settle(0)
	s.exec("UPDATE a SET b = upper(b), c = upper(c), d = upper(d), e = ARRAY[c]")
	s.exec("UPDATE a SET b = lower(b), c = lower(c), d = lower(d), e = ARRAY[d]")
	s.settle(0)
}
