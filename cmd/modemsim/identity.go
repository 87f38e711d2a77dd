package main

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/modemsim/modemsim/scenarios"
)

// identify gives modem n of a fleet its own numbers, counted up from those of
// modem 1.
func identify(s *scenarios.Settings, n int) {
	for _, number := range []*string{&s.IMEI, &s.IMSI, &s.ICCID} {
		*number = countUp(*number, n-1)
	}
	s.IP = countUpAddress(s.IP, n-1)
}

// countedDigits are the last digits of a number, which are counted up.
const countedDigits = 9

// countUp adds to a number of at least countedDigits digits.
func countUp(number string, by int) string {
	head, tail := number[:len(number)-countedDigits], number[len(number)-countedDigits:]
	n, err := strconv.Atoi(tail)
	if err != nil {
		return number // the settings take digits alone
	}
	return head + fmt.Sprintf("%0*d", countedDigits, (n+by)%1_000_000_000)
}

// manyAddresses is where addresses are taken from when those of their net of
// 256 are used up: the range for tests of RFC 2544.
var manyAddresses = netip.AddrFrom4([4]byte{198, 18, 0, 1})

// countUpAddress is the address by places behind an IPv4 address, leaving out
// those that end in 0 and 255.
func countUpAddress(a netip.Addr, by int) netip.Addr {
	for range by {
		switch a = a.Next(); {
		case a.As4()[3] != 255:
		case a.As4()[0] == manyAddresses.As4()[0]:
			a = a.Next().Next()
		default:
			a = manyAddresses
		}
	}
	return a
}
