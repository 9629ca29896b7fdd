package where

import (
	"cmp"
	"strings"
)

// A comparison orders two values of a type.
type comparison func(a, b value) int

func byNumber(a, b value) int { return cmp.Compare(a.n, b.n) }

// byText orders by bytes, as uuids and texts of a collation that does are.
func byText(a, b value) int { return strings.Compare(a.s, b.s) }

// byPadded orders char(n) by bytes, without the blanks at the end.
func byPadded(a, b value) int {
	return strings.Compare(strings.TrimRight(a.s, " "), strings.TrimRight(b.s, " "))
}

// comparisons gives the types' comparisons by the names of the C functions,
// where @ stands for eq, ne, lt, le, gt and ge.
var comparisons = []struct {
	names string
	order comparison
}{
	{"int2@ int4@ int8@ int24@ int42@ int28@ int82@ int48@ int84@ date_@ time_@ timestamp_@ bool@", byNumber},
	{"uuid_@ text@ text_@", byText},
	{"bpchar@", byPadded},
	{"float4@ float8@ float48@ float84@", byFloat},
	{"numeric_@", byNumeric},
	{"interval_@", byInterval},
	{"date_@_timestamp", byDateAndTimestamp},
	{"timestamp_@_date", byTimestampAndDate},
}

// tests are what the operators make of an order.
var tests = map[string]func(int) bool{
	"eq": func(o int) bool { return o == 0 }, "ne": func(o int) bool { return o != 0 },
	"lt": func(o int) bool { return o < 0 }, "le": func(o int) bool { return o <= 0 },
	"gt": func(o int) bool { return o > 0 }, "ge": func(o int) bool { return o >= 0 },
}

func init() {
	for _, c := range comparisons {
		for _, name := range strings.Fields(c.names) {
			for suffix, test := range tests {
				binaries[strings.Replace(name, "@", suffix, 1)] = compared(c.order, test)
			}
		}
	}
}

func compared(order comparison, test func(int) bool) binary {
	return func(a, b value) value { return valueOf(truthOf(test(order(a, b)))) }
}
