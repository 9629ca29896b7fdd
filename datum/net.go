package datum

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func inetIn(in *input) query.Datum { return network(in.text, false) }
func cidrIn(in *input) query.Datum { return network(in.text, true) }

// network reads an address with an optional length of its network; a cidr may
// leave out trailing parts and must have no bits set behind its network
// (network_in).
func network(text string, cidr bool) string {
	name := "inet"
	if cidr {
		name = "cidr"
	}
	host, length, hasLength := strings.Cut(text, "/")
	if (cidr || hasLength) && !strings.Contains(host, ":") {
		host, length, hasLength = classful(host, length, hasLength)
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Zone() != "" {
		invalid(name, text)
	}
	bits := addr.BitLen()
	if hasLength {
		n, err := strconv.Atoi(length)
		if err != nil || strings.Trim(length, "0123456789") != "" || n > bits {
			invalid(name, text)
		}
		bits = n
	}
	prefix := netip.PrefixFrom(addr, bits)
	if cidr && prefix.Masked().Addr() != addr {
		pgerr.New("22P02", pgerr.NoPosition, `invalid cidr value: "%s"`, text).WithDetail("Value has bits set to right of mask.").Raise()
	}
	if cidr || bits != addr.BitLen() {
		return addrText(addr) + "/" + strconv.Itoa(bits)
	}
	return addrText(addr)
}

// classful fills up an abbreviated IPv4 network: 10.1 is 10.1.0.0/16, and
// without a length the old classes decide the least.
func classful(host, length string, hasLength bool) (string, string, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return host, length, hasLength
	}
	if !hasLength {
		first, _ := strconv.Atoi(parts[0])
		class := 8
		switch {
		case first >= 240:
			class = 32
		case first >= 224:
			class = 8
		case first >= 192:
			class = 24
		case first >= 128:
			class = 16
		}
		length, hasLength = strconv.Itoa(max(class, 8*len(parts))), true
	}
	for len(parts) < 4 {
		parts = append(parts, "0")
	}
	return strings.Join(parts, "."), length, hasLength
}

// addrText writes an address; IPv4-compatible IPv6 ones end in dotted form.
func addrText(a netip.Addr) string {
	if a.Is6() && !a.Is4In6() {
		b := a.As16()
		zero := true
		for _, x := range b[:12] {
			zero = zero && x == 0
		}
		if zero && (b[12] != 0 || b[13] != 0) {
			return fmt.Sprintf("::%d.%d.%d.%d", b[12], b[13], b[14], b[15])
		}
	}
	return a.String()
}

func macaddrIn(in *input) query.Datum {
	b := macBytes("macaddr", in.text)
	if len(b) != 6 {
		invalid("macaddr", in.text)
	}
	return colons(b)
}

// macaddr8In reads 8 bytes, or 6 that get FF:FE in the middle.
func macaddr8In(in *input) query.Datum {
	b := macBytes("macaddr8", in.text)
	if len(b) == 6 {
		b = []byte{b[0], b[1], b[2], 0xFF, 0xFE, b[3], b[4], b[5]}
	}
	if len(b) != 8 {
		invalid("macaddr8", in.text)
	}
	return colons(b)
}

// macBytes reads hexadecimal bytes with one kind of separator, if any.
func macBytes(name, text string) []byte {
	s := trimSpace(text)
	separator := strings.Trim(s, "0123456789abcdefABCDEF")
	if separator != "" {
		separator = separator[:1]
		if strings.Trim(separator, ":-.") != "" {
			invalid(name, text)
		}
	}
	var digits string
	if parts := strings.Split(s, separator); separator != "" && separator != "." && len(parts) >= 6 {
		for _, p := range parts {
			if len(p) == 1 && name == "macaddr" {
				p = "0" + p
			}
			digits += p
		}
	} else if separator != "" {
		digits = strings.Join(parts, "")
	} else {
		digits = s
	}
	if len(digits)%2 != 0 || strings.Trim(digits, "0123456789abcdefABCDEF") != "" {
		invalid(name, text)
	}
	return hexBytes(digits)
}

func colons(b []byte) string {
	parts := make([]string, len(b))
	for i, x := range b {
		parts[i] = fmt.Sprintf("%02x", x)
	}
	return strings.Join(parts, ":")
}
