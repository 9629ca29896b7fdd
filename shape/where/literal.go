package where

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// readers say how Electric reads a literal of a type. It is stricter than
// PostgreSQL: what a reader takes, PostgreSQL takes too, mostly.
var readers = map[string]func(string) (any, bool){
	"int2":   func(s string) (any, bool) { return readInt(s, 16) },
	"int4":   func(s string) (any, bool) { return readInt(s, 32) },
	"int8":   func(s string) (any, bool) { return readInt(s, 64) },
	"float4": readFloat, "float8": readFloat, "numeric": readFloat,
	"bool": readBool, "text": func(s string) (any, bool) { return s, true },
	"uuid":        func(s string) (any, bool) { return computed{}, isUUID(s) },
	"date":        func(s string) (any, bool) { return computed{}, s == "epoch" || isDate(strings.Trim(s, " \t\n\v\f\r")) },
	"time":        func(s string) (any, bool) { return computed{}, isTime(strings.ToUpper(strings.TrimSpace(s))) },
	"timestamp":   func(s string) (any, bool) { return computed{}, s == "epoch" || isTimestamp(s, false) },
	"timestamptz": func(s string) (any, bool) { return computed{}, s == "epoch" || isTimestamp(s, true) },
	"interval":    func(s string) (any, bool) { return computed{}, isInterval(s) },
}

func readInt(s string, bits int) (any, bool) {
	if strings.ContainsAny(s, "_") {
		return nil, false
	}
	n, err := strconv.ParseInt(s, 10, bits)
	return n, err == nil
}

// readFloat reads digits, with a point only between digits, and an exponent.
func readFloat(s string) (any, bool) {
	rest := strings.TrimPrefix(s, "-")
	if rest == s {
		rest = strings.TrimPrefix(s, "+")
	}
	whole := digitsOf(rest)
	rest = rest[len(whole):]
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		digits := digitsOf(fraction)
		if digits == "" {
			return nil, false
		}
		rest = fraction[len(digits):]
	}
	if rest != "" {
		exponent := strings.TrimLeft(rest, "eE")
		if len(rest)-len(exponent) != 1 {
			return nil, false
		}
		if exponent != "" && (exponent[0] == '-' || exponent[0] == '+') {
			exponent = exponent[1:]
		}
		if exponent == "" || digitsOf(exponent) != exponent {
			return nil, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, whole != "" && err == nil && !math.IsInf(f, 0)
}

// pointNumber reads a number that is written with a point and digits on both
// sides.
func pointNumber(s string) (float64, bool) {
	point := strings.IndexByte(s, '.')
	if point <= 0 || point == len(s)-1 || digitsOf(s[point+1:]) == "" {
		return 0, false
	}
	f, ok := readFloat(s)
	if !ok {
		return 0, false
	}
	return f.(float64), true
}

func digitsOf(s string) string {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i]
}

func readBool(s string) (any, bool) {
	switch {
	case s != "" && strings.HasPrefix("true", s):
		return true, true
	case s != "" && strings.HasPrefix("false", s):
		return false, true
	}
	return nil, false
}

func isUUID(s string) bool {
	for i := 0; i < len(s); i++ {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'f'
		if dash != (s[i] == '-') || !dash && !hex {
			return false
		}
	}
	return len(s) == 36
}

// isDate reads YYYY-MM-DD of the years from 1.
func isDate(s string) bool {
	s = strings.TrimPrefix(s, "+")
	t, err := time.Parse("2006-01-02", s)
	return err == nil && t.Year() > 0
}

// isTime reads HH:MM:SS with a fraction, and a zone that is ignored; or the
// same before AM or PM.
func isTime(s string) bool {
	s = strings.TrimPrefix(s, "T")
	if rest, ok := clock(s); ok {
		if _, ok = zone(rest); ok {
			return true
		}
	}
	half := strings.TrimSuffix(strings.TrimSuffix(s, "AM"), "PM")
	rest, ok := clock(strings.TrimSpace(half))
	return half != s && ok && rest == "" && strings.TrimSpace(half)[:2] <= "12"
}

// clock reads HH:MM:SS and a fraction and gives what follows.
func clock(s string) (rest string, ok bool) {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return s, false
	}
	for i, limit := range map[int]int{0: 23, 3: 59, 6: 59} {
		if n, err := strconv.Atoi(s[i : i+2]); err != nil || n > limit || digitsOf(s[i:i+2]) != s[i:i+2] {
			return s, false
		}
	}
	rest = s[8:]
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		digits := digitsOf(rest[1:])
		if digits == "" {
			return s, false
		}
		rest = rest[1+len(digits):]
	}
	return rest, true
}

// zone reads what may follow a time: nothing, Z, ±HH, ±HHMM or ±HH:MM.
func zone(s string) (given, ok bool) {
	switch s {
	case "":
		return false, true
	case "Z":
		return true, true
	case "-00:00", "-0000", "-00":
		return true, false
	}
	digits := strings.Replace(s[1:], ":", "", 1)
	if s[0] != '+' && s[0] != '-' || digitsOf(digits) != digits || len(digits) != 2 && len(digits) != 4 {
		return true, false
	}
	if colon := strings.IndexByte(s, ':'); colon >= 0 && (colon != 3 || len(digits) != 4) {
		return true, false
	}
	if len(digits) == 2 {
		digits += "00"
	}
	return true, digits[:2] <= "23" && digits[2:] <= "59"
}

// isTimestamp reads a date, T or a blank, and a time; zoned asks for a zone.
func isTimestamp(s string, zoned bool) bool {
	signed := strings.TrimPrefix(s, "+")
	if len(signed) < 19 || signed[10] != ' ' && signed[10] != 'T' {
		return false
	}
	rest, ok := clock(signed[11:])
	if !ok || !isDate(signed[:10]) {
		return false
	}
	given, ok := zone(rest)
	return ok && (given || !zoned)
}

// castValue works a cast of a constant out, as far as further casts may depend
// on it, and refuses what Electric cannot cast.
func (c *checker) castValue(arg *node, target etype) any {
	if !hasCast(arg.typ, target) {
		refuse(arg.location, "unknown cast from type %s to type %s", arg.typ, target)
	}
	if arg.typ == tUnknown || relabels(arg.typ, target) {
		return arg.value
	}
	value, ok := c.converted(arg, target)
	if !ok {
		refuse(arg.location, "could not cast value %s from %s to %s", inspect(arg.value), arg.typ, target)
	}
	return value
}

func (c *checker) converted(arg *node, target etype) (any, bool) {
	switch v := arg.value.(type) {
	case nil:
		return nil, arg.typ.array
	case string:
		if arg.typ == tText {
			return c.read(v, target)
		}
	case bool:
		if target == tText {
			return strconv.FormatBool(v)[:1], true
		}
		return map[bool]int64{true: 1}[v], true
	case int64:
		switch {
		case target == tBool:
			return v > 0, v >= 0
		case target == tText && arg.typ.name[0] == 'i':
			return strconv.FormatInt(v, 10), true
		case target == tText:
			return nil, false // an integer that passes for a float
		}
	case float64:
		if target == tText {
			return elixirFloat(v), true
		}
	}
	return computed{}, true
}

// inspect shows a value as Elixir does.
func inspect(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`, "#{", `\#{`).Replace(v) + `"`
	case float64:
		return elixirFloat(v)
	case computed:
		return "(computed)"
	}
	return fmt.Sprint(v)
}

// elixirFloat writes a float with a point at least.
func elixirFloat(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if abs := math.Abs(f); abs != 0 && (abs < 1e-5 || abs >= 1e16) {
		s = strconv.FormatFloat(f, 'e', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return mantissa + "e" + strconv.Itoa(n)
	}
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
