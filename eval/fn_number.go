package eval

import (
	"math"
	"math/big"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// numberBuiltins are the arithmetic functions (int.c, int8.c, float.c, numeric.c).
var numberBuiltins = map[string]builtin{}

func init() {
	arithmetic := map[string]func(a, b int64, typ pg.OID) query.Datum{
		"pl": func(a, b int64, typ pg.OID) query.Datum { return exact(typ, a, b, (*big.Int).Add) },
		"mi": func(a, b int64, typ pg.OID) query.Datum { return exact(typ, a, b, (*big.Int).Sub) },
		"mul": func(a, b int64, typ pg.OID) query.Datum {
			return exact(typ, a, b, (*big.Int).Mul)
		},
		"div": func(a, b int64, typ pg.OID) query.Datum {
			divisor(b == 0)
			return exact(typ, a, b, (*big.Int).Quo)
		},
		"mod": func(a, b int64, typ pg.OID) query.Datum {
			divisor(b == 0)
			if b == -1 {
				return int64(0)
			}
			return inRange(a%b, typ)
		},
		"and": func(a, b int64, _ pg.OID) query.Datum { return a & b },
		"or":  func(a, b int64, _ pg.OID) query.Datum { return a | b },
		"xor": func(a, b int64, _ pg.OID) query.Datum { return a ^ b },
		"shl": func(a, b int64, typ pg.OID) query.Datum { return wrap(a<<(uint64(b)&63), typ) },
		"shr": func(a, b int64, typ pg.OID) query.Datum { return wrap(a>>(uint64(b)&63), typ) },
	}
	for _, size := range []string{"2", "4", "8", "24", "42", "28", "82", "48", "84"} {
		for op, f := range arithmetic {
			numberBuiltins["int"+size+op] = func(c *call) query.Datum { return f(c.int(0), c.int(1), c.result) }
		}
	}
	for _, size := range []string{"2", "4", "8"} {
		numberBuiltins["int"+size+"um"] = func(c *call) query.Datum { return exact(c.result, 0, c.int(0), (*big.Int).Sub) }
		numberBuiltins["int"+size+"up"] = func(c *call) query.Datum { return c.args[0] }
		numberBuiltins["int"+size+"not"] = func(c *call) query.Datum { return wrap(^c.int(0), c.result) }
		numberBuiltins["int"+size+"larger"] = func(c *call) query.Datum { return max(c.int(0), c.int(1)) }
		numberBuiltins["int"+size+"smaller"] = func(c *call) query.Datum { return min(c.int(0), c.int(1)) }
		numberBuiltins["int"+size+"abs"] = func(c *call) query.Datum {
			if c.int(0) < 0 {
				return exact(c.result, 0, c.int(0), (*big.Int).Sub)
			}
			return c.args[0]
		}
	}
	floats := map[string]func(a, b float64) float64{
		"pl":  func(a, b float64) float64 { return a + b },
		"mi":  func(a, b float64) float64 { return a - b },
		"mul": func(a, b float64) float64 { return a * b },
		"div": func(a, b float64) float64 { divisor(b == 0 && !math.IsNaN(a)); return a / b },
	}
	for _, size := range []string{"4", "8", "48", "84"} {
		for op, f := range floats {
			numberBuiltins["float"+size+op] = func(c *call) query.Datum { return c.float(f(float(c.args[0]), float(c.args[1]))) }
		}
	}
	for name, f := range map[string]func(float64) float64{
		"float4um": func(a float64) float64 { return -a }, "float8um": func(a float64) float64 { return -a },
		"float4abs": math.Abs, "float8abs": math.Abs, "dceil": math.Ceil, "dfloor": math.Floor, "dround": math.RoundToEven,
		"dtrunc": math.Trunc, "dsqrt": math.Sqrt,
	} {
		numberBuiltins[name] = func(c *call) query.Datum { return c.float(f(float(c.args[0]))) }
	}
	for name, f := range numericFunctions {
		numberBuiltins[name] = f
	}
}

func divisor(zero bool) {
	if zero {
		pgerr.Raise("22012", pgerr.NoPosition, "division by zero")
	}
}

// exact computes without overflow and checks that the result fits.
func exact(typ pg.OID, a, b int64, op func(z, x, y *big.Int) *big.Int) query.Datum {
	z := op(new(big.Int), big.NewInt(a), big.NewInt(b))
	if !z.IsInt64() {
		outOfRange(typ)
	}
	return inRange(z.Int64(), typ)
}

// wrap cuts a result of bit operations to its type.
func wrap(n int64, typ pg.OID) query.Datum {
	switch typ {
	case pg.Int2:
		return int64(int16(n))
	case pg.Int4:
		return int64(int32(n))
	}
	return n
}

func float(v query.Datum) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	}
	return 0
}

// float gives a floating-point result in the precision of its type.
func (c *call) float(f float64) query.Datum {
	if math.IsInf(f, 0) {
		for _, a := range c.args {
			if math.IsInf(float(a), 0) {
				return f
			}
		}
		pgerr.Raise("22003", pgerr.NoPosition, "value out of range: overflow")
	}
	if c.result == pg.Float4 {
		return float64(float32(f))
	}
	return f
}

// numeric makes a function over numerics; NaN and infinities are not computed.
func numeric(f func(c *call, a, b decimal) query.Datum) builtin {
	return func(c *call) query.Datum {
		var operands [2]decimal
		for i := range min(2, len(c.args)) {
			d, ok := decimalOf(c.args[i])
			if !ok {
				return Unknown{"a computation with " + c.out(i)}
			}
			operands[i] = d
		}
		return f(c, operands[0], operands[1])
	}
}

var numericFunctions = map[string]builtin{
	"numeric_add": numeric(func(_ *call, a, b decimal) query.Datum { return a.add(b).String() }),
	"numeric_sub": numeric(func(_ *call, a, b decimal) query.Datum { return a.sub(b).String() }),
	"numeric_mul": numeric(func(_ *call, a, b decimal) query.Datum { return a.mul(b).String() }),
	"numeric_div": numeric(func(_ *call, a, b decimal) query.Datum {
		divisor(b.unscaled.Sign() == 0)
		return a.div(b).String()
	}),
	"numeric_div_trunc": numeric(func(_ *call, a, b decimal) query.Datum {
		divisor(b.unscaled.Sign() == 0)
		x, y := a.align(b)
		return decimal{new(big.Int).Quo(x.unscaled, y.unscaled), 0}.String()
	}),
	"numeric_mod": numeric(func(_ *call, a, b decimal) query.Datum {
		divisor(b.unscaled.Sign() == 0)
		return a.mod(b).String()
	}),
	"numeric_uminus": numeric(func(_ *call, a, _ decimal) query.Datum {
		return decimal{new(big.Int).Neg(a.unscaled), a.scale}.String()
	}),
	"numeric_uplus": func(c *call) query.Datum { return c.args[0] },
	"numeric_abs": numeric(func(_ *call, a, _ decimal) query.Datum {
		return decimal{new(big.Int).Abs(a.unscaled), a.scale}.String()
	}),
	"numeric_sign": numeric(func(_ *call, a, _ decimal) query.Datum { return itoa(int64(a.unscaled.Sign())) }),
	"numeric_ceil": numeric(func(_ *call, a, _ decimal) query.Datum {
		t := a.trunc(0)
		if a.unscaled.Sign() > 0 && t.cmp(a) != 0 {
			t = t.add(decimal{big.NewInt(1), 0})
		}
		return t.String()
	}),
	"numeric_floor": numeric(func(_ *call, a, _ decimal) query.Datum {
		t := a.trunc(0)
		if a.unscaled.Sign() < 0 && t.cmp(a) != 0 {
			t = t.sub(decimal{big.NewInt(1), 0})
		}
		return t.String()
	}),
	"numeric_round": numeric(func(c *call, a, _ decimal) query.Datum { return digits(a, c.int(1), decimal.rescale) }),
	"numeric_trunc": numeric(func(c *call, a, _ decimal) query.Datum { return digits(a, c.int(1), decimal.trunc) }),
	"numeric_power": numeric(func(c *call, a, b decimal) query.Datum {
		if b.scale > 0 || b.unscaled.Sign() < 0 || b.unscaled.Cmp(big.NewInt(1000)) > 0 {
			return Unknown{"a power"}
		}
		n := decimal{new(big.Int).Exp(a.unscaled, b.unscaled, nil), a.scale * int(b.unscaled.Int64())}
		return n.rescale(max(16, a.scale)).String()
	}),
	"dpow": func(c *call) query.Datum { return c.float(math.Pow(float(c.args[0]), float(c.args[1]))) },
}

// digits rounds at a place that may be in front of the point.
func digits(a decimal, n int64, f func(decimal, int) decimal) query.Datum {
	n = max(-1000, min(1000, n))
	if n >= 0 {
		return f(a, int(n)).String()
	}
	return f(decimal{a.unscaled, a.scale - int(n)}, 0).mul(decimal{pow10(int(-n)), 0}).String()
}

// castBuiltins are the functions of casts.
var castBuiltins = map[string]builtin{
	"int4_bool": func(c *call) query.Datum { return c.int(0) != 0 },
	"bool_int4": func(c *call) query.Datum {
		if isTrue(c.args[0]) {
			return int64(1)
		}
		return int64(0)
	},
	"booltext": func(c *call) query.Datum {
		if isTrue(c.args[0]) {
			return "true"
		}
		return "false"
	},
	"chartoi4":    func(c *call) query.Datum { return int64(int8(firstByte(c.text(0)))) },
	"text_char":   func(c *call) query.Datum { return char(firstByte(c.text(0))) },
	"i4tochar":    func(c *call) query.Datum { return char(byte(c.int(0))) },
	"text_name":   func(c *call) query.Datum { return datum.Truncate(c.text(0)) },
	"bpchar_name": func(c *call) query.Datum { return datum.Truncate(strings.TrimRight(c.text(0), " ")) },
	"oidtoi8":     func(c *call) query.Datum { return int64(oid(c.args[0])) },
	"i8tooid": func(c *call) query.Datum {
		if n := c.int(0); n < 0 || n > math.MaxUint32 {
			pgerr.Raise("22003", pgerr.NoPosition, "OID out of range")
		}
		return pg.OID(c.int(0))
	},
	"text_regclass": func(c *call) query.Datum { return datum.In(c.x.c, pg.Regclass, -1, c.text(0)) },
	"bpchar":        castLength,
	"varchar":       castLength,
	"numeric": func(c *call) query.Datum {
		return datum.In(c.x.c, pg.Numeric, int32(c.int(1)), c.out(0))
	},
	"numeric_float8": func(c *call) query.Datum { return datum.In(c.x.c, pg.Float8, -1, c.out(0)) },
	"numeric_float4": func(c *call) query.Datum { return datum.In(c.x.c, pg.Float4, -1, c.out(0)) },
	"float8_numeric": func(c *call) query.Datum { return floatNumeric(float(c.args[0]), 15) },
	"float4_numeric": func(c *call) query.Datum { return floatNumeric(float(c.args[0]), 6) },
	"jsonb_bool":     jsonScalar,
	"jsonb_numeric":  jsonScalar,
	"jsonb_int2":     jsonScalar,
	"jsonb_int4":     jsonScalar,
	"jsonb_int8":     jsonScalar,
	"jsonb_float8":   jsonScalar,
	"jsonb_float4":   jsonScalar,
	"bittoint4":      bitToInt,
	"bittoint8":      bitToInt,
	"bitfromint4":    func(*call) query.Datum { return Unknown{"a bit string"} },
	"bit":            func(*call) query.Datum { return Unknown{"a bit string"} },
}

func init() {
	same := func(c *call) query.Datum { return c.args[0] }
	for _, name := range []string{"name_text", "char_text", "name_bpchar", "char_bpchar", "i2toi4", "int48", "int28", "ftod"} {
		castBuiltins[name] = same
	}
	for _, name := range []string{"i4toi2", "int82", "int84"} {
		castBuiltins[name] = func(c *call) query.Datum { return inRange(c.int(0), c.result) }
	}
	for _, name := range []string{"i2tod", "i4tod", "i8tod", "i2tof", "i4tof", "i8tof"} {
		castBuiltins[name] = func(c *call) query.Datum { return float(c.args[0]) }
	}
	for _, name := range []string{"int2_numeric", "int4_numeric", "int8_numeric"} {
		castBuiltins[name] = func(c *call) query.Datum { return itoa(c.int(0)) }
	}
	for _, name := range []string{"numeric_int2", "numeric_int4", "numeric_int8"} {
		castBuiltins[name] = func(c *call) query.Datum {
			d, ok := decimalOf(c.args[0])
			if !ok {
				pgerr.Raise("0A000", pgerr.NoPosition, "cannot convert %s to %s", c.out(0), integerNames[c.result])
			}
			return d.integer(c.result)
		}
	}
	for _, name := range []string{"dtoi2", "dtoi4", "dtoi8", "ftoi2", "ftoi4", "ftoi8"} {
		castBuiltins[name] = func(c *call) query.Datum {
			f := math.RoundToEven(float(c.args[0]))
			if math.IsNaN(f) || f < -9.3e18 || f > 9.2e18 {
				outOfRange(c.result)
			}
			return inRange(int64(f), c.result)
		}
	}
	castBuiltins["dtof"] = func(c *call) query.Datum { return c.float(float(c.args[0])) }
	for _, name := range []string{"timestamp_timestamptz", "timestamptz_timestamp", "timestamp_date", "timestamptz_date", "date_timestamp",
		"date_timestamptz", "timestamp_time", "timestamptz_time", "interval_time", "time_interval", "timestamp_scale", "timestamptz_scale",
		"time_scale", "interval_scale"} {
		castBuiltins[name] = castThroughText
	}
}

// castThroughText converts between types of which one reads the other's text.
func castThroughText(c *call) query.Datum {
	typmod := int32(-1)
	if len(c.args) > 1 {
		typmod = int32(c.int(1))
	}
	return datum.In(c.x.c, c.result, typmod, c.out(0))
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// castLength is varchar(n) and char(n): an explicit cast cuts, an implicit one
// refuses what is too long.
func castLength(c *call) query.Datum {
	s, typmod := c.text(0), int32(c.int(1))
	if n := int(typmod) - 4; isTrue(c.args[2]) && n >= 0 {
		if list := []rune(s); len(list) > n {
			s = string(list[:n])
		}
	}
	return datum.In(c.x.c, c.result, typmod, s)
}

// floatNumeric writes a float with so many significant digits.
func floatNumeric(f float64, precision int) query.Datum {
	if math.IsNaN(f) {
		return "NaN"
	}
	s := strings.TrimSpace(formatSignificant(f, precision))
	d, ok := parseDecimal(s)
	if !ok {
		return Unknown{"a floating-point number"}
	}
	return d.String()
}

func formatSignificant(f float64, precision int) string {
	b := new(big.Float).SetFloat64(f).Text('g', precision)
	if strings.ContainsAny(b, "eE") {
		r, ok := new(big.Rat).SetString(b)
		if !ok {
			return b
		}
		if r.IsInt() {
			return r.Num().String()
		}
		return strings.TrimRight(r.FloatString(350), "0")
	}
	return b
}

func bitToInt(c *call) query.Datum {
	n := int64(0)
	for _, b := range c.text(0) {
		n = n<<1 | int64(b-'0')
	}
	return n
}
