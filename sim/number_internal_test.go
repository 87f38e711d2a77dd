package sim

import (
	"net/netip"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
)

func TestModemsOfSeveralDiffer(t *testing.T) {
	for _, c := range []struct {
		modem                         int
		imei, imsi, iccid, number, ip string
	}{
		{1, "001010123456780", "001010123456789", "8988201234", "+12025550100", "192.0.2.66"},
		{2, "001010123456798", "001010123456790", "8988201235", "+12025550101", "192.0.2.67"},
		{189, "001010123458661", "001010123456977", "8988201422", "+12025550288", "192.0.2.254"},
		{190, "001010123458679", "001010123456978", "8988201423", "+12025550289", "198.18.0.1"},
		{443, "001010123461202", "001010123457231", "8988201676", "+12025550542", "198.18.0.254"},
		{444, "001010123461210", "001010123457232", "8988201677", "+12025550543", "198.18.1.1"},
		{10000, "001010123556779", "001010123466788", "8988211233", "+12025560099", "198.18.38.159"},
	} {
		s := scenarios.Default()
		identify(&s, c.modem)
		if s.IMEI != c.imei || s.IMSI != c.imsi || s.ICCID != c.iccid || s.Number != c.number || s.IP.String() != c.ip {
			t.Errorf("modem %d: %s %s %s %s %s, want %+v", c.modem, s.IMEI, s.IMSI, s.ICCID, s.Number, s.IP, c)
		}
	}
}

func TestNumbersKeepTheirLengthAndCheckDigit(t *testing.T) {
	for _, c := range []struct {
		number string
		by     int
		want   string
	}{
		{"8988201999", 1, "8988202000"},
		{"1999999999", 1, "1000000000"},
		{"89882012340000000009", 991, "89882012340000001000"},
		{"490154203237518", 0, "490154203237518"}, // 3GPP TS 23.003 annex B: 8 is its check digit
		{"490154203237518", 1, "490154203237526"},
		{"490154203237518", 5, "490154203237567"},
		{"490154203237519", 1, "490154203237520"},
		{"8988201230000000008", 1, "8988201230000000016"},
	} {
		if got := countUpChecked(c.number, c.by); got != c.want {
			t.Errorf("%s and %d: %s, want %s", c.number, c.by, got, c.want)
		}
	}
}

func TestAddressesCountUp(t *testing.T) {
	for _, c := range []struct {
		first string
		by    int
		want  string
	}{
		{"198.51.100.254", 1, "198.18.0.1"},
		{"192.0.2.255", 0, "192.0.2.255"},
		{"192.0.2.255", 1, "198.18.0.1"},
		{"198.18.0.254", 1, "198.18.1.1"},
		{"198.18.255.250", 254, "198.19.0.250"},
		{"198.19.255.254", 1, "198.18.0.1"},
	} {
		if got := countUpAddress(netip.MustParseAddr(c.first), c.by); got.String() != c.want {
			t.Errorf("%s and %d: %s, want %s", c.first, c.by, got, c.want)
		}
	}
}
