package sim

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/modemsim/modemsim/scenarios"
)

// identify gives modem n of several its own numbers, counted up from those of modem 1.
func identify(s *scenarios.Settings, n int) {
	s.IMEI = countUpChecked(s.IMEI, n-1)
	s.IMSI = countUp(s.IMSI, n-1)
	s.ICCID = countUpChecked(s.ICCID, n-1)
	s.Number = countUp(s.Number, n-1)
	s.IP = countUpAddress(s.IP, n-1)
}

// countedDigits are the last digits of a number, which are counted up.
const countedDigits = 9

// countUp adds to the last digits of a number that has at least countedDigits of them, as those of
// the profiles have.
func countUp(number string, by int) string {
	head, tail := number[:len(number)-countedDigits], number[len(number)-countedDigits:]
	n, err := strconv.Atoi(tail)
	if err != nil {
		return number // not reached: the settings accept digits only
	}
	return head + fmt.Sprintf("%0*d", countedDigits, (n+by)%1_000_000_000)
}

// countUpChecked is countUp for a number whose last digit may be its check digit. If it is, the
// result ends in its own.
func countUpChecked(number string, by int) string {
	end := len(number) - 1
	if number[end:] != checkDigit(number[:end]) {
		return countUp(number, by)
	}
	payload := countUp(number[:end], by)
	return payload + checkDigit(payload)
}

// checkDigit returns the check digit (Luhn) that follows the other digits of an IMEI (3GPP TS
// 23.003 annex B) or an ICCID (ITU-T E.118).
func checkDigit(number string) string {
	sum := 0
	for i := range number {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			digit = digit*2/10 + digit*2%10
		}
		sum += digit
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// Addresses are taken from a net of 256, leaving out those that end in 0 and
// 255. When they are used up, they go on in manyAddresses, the range for tests of
// RFC 2544.
const addressesOfNet = 254

var manyAddresses = netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, 0, 0}), 15)

// countUpAddress returns the IPv4 address that comes by places after another.
func countUpAddress(a netip.Addr, by int) netip.Addr {
	b := a.As4()
	left := max(addressesOfNet-int(b[3]), 0)
	if by <= left {
		b[3] += byte(by)
		return netip.AddrFrom4(b)
	}
	place := by - left - 1 // in manyAddresses
	if manyAddresses.Contains(a) {
		place += (int(b[1]&1)<<8 + int(b[2]) + 1) * addressesOfNet
	}
	net := place / addressesOfNet % 512
	return netip.AddrFrom4([4]byte{198, 18 + byte(net>>8), byte(net), byte(place%addressesOfNet) + 1})
}
