package parser

import "testing"

// TestIntegers has the integers that libpg_query's JSON leaves out.
func TestIntegers(t *testing.T) {
	for _, text := range []string{
		"SELECT -1, - 2, 0, -(3), - - -4, -/* x */5, - -6, -(-(7)), +-8, -0x10, x[-1:0]",
		"CREATE SEQUENCE s INCREMENT -1 MINVALUE - 5 MAXVALUE 0 START WITH -5 CACHE 1",
		"ALTER TABLE t ALTER a SET STATISTICS -1, ALTER COLUMN b SET DEFAULT (1, -2), ALTER 3 SET STATISTICS 0",
		"ALTER INDEX IF EXISTS s.t ALTER COLUMN 1 SET STATISTICS -1",
		"ALTER ROLE x CONNECTION LIMIT -1",
		"CREATE TABLE t (a int[] DEFAULT -1, b numeric(3,-2), c int[][4]) WITH (fillfactor=-1, toast.x = -3)",
		"SET x TO -1, -2",
		"CREATE FUNCTION f() RETURNS int COST -1 ROWS 0 LANGUAGE sql AS ''",
		"FETCH BACKWARD 3 FROM c; ",
		"ALTER STATISTICS s SET STATISTICS -1",
		"FETCH ALL FROM c",
		"CREATE TABLE p PARTITION OF t FOR VALUES FROM (-1) TO (0)",
		"ALTER TABLE IF EXISTS ONLY (s.t) ALTER COLUMN x SET STATISTICS -1, ALTER y SET STATISTICS 0",
		"ALTER TABLE t * ALTER COLUMN x SET STATISTICS -1",
		"CREATE AGGREGATE a (ORDER BY int) (sfunc = f, stype = int)",
		"CREATE AGGREGATE a (*) (sfunc = f, stype = int)",
		"CREATE AGGREGATE a (int ORDER BY int) (sfunc = f, stype = int)",
		"CREATE AGGREGATE a (int) (sfunc = f, stype = int, sspace = -1)",
		"SELECT '\x01\u007f\u20ac<>', U&'\\0441'",
	} {
		for _, s := range Split(text) {
			if err := s.Err(); err != nil {
				t.Errorf("%s: %s", text, err)
			}
			compareWithProtobuf(t, s)
		}
	}
}
