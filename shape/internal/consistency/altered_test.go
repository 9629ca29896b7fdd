//go:build unix

package consistency

import (
	"testing"
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
