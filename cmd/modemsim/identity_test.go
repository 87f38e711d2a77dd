package main

import (
	"testing"

	"github.com/modemsim/modemsim/scenarios"
)

func TestModemsOfAFleetDiffer(t *testing.T) {
	for _, c := range []struct {
		modem                 int
		imei, imsi, iccid, ip string
	}{
		{1, "001010123456780", "001010123456789", "8988201234", "192.0.2.66"},
		{2, "001010123456781", "001010123456790", "8988201235", "192.0.2.67"},
		{189, "001010123456968", "001010123456977", "8988201422", "192.0.2.254"},
		{190, "001010123456969", "001010123456978", "8988201423", "198.18.0.1"},
		{443, "001010123457222", "001010123457231", "8988201676", "198.18.0.254"},
		{444, "001010123457223", "001010123457232", "8988201677", "198.18.1.1"},
		{maxCount, "001010123466779", "001010123466788", "8988211233", "198.18.38.159"},
	} {
		s := scenarios.Default()
		identify(&s, c.modem)
		if s.IMEI != c.imei || s.IMSI != c.imsi || s.ICCID != c.iccid || s.IP.String() != c.ip {
			t.Errorf("modem %d: %s %s %s %s, want %+v", c.modem, s.IMEI, s.IMSI, s.ICCID, s.IP, c)
		}
	}
}

func TestCountUpKeepsTheLength(t *testing.T) {
	for _, c := range []struct {
		number string
		by     int
		want   string
	}{
		{"8988201999", 1, "8988202000"},
		{"999999999", 1, "000000000"},
		{"89882012340000000009", 991, "89882012340000001000"},
	} {
		if got := countUp(c.number, c.by); got != c.want {
			t.Errorf("%s and %d: %s, want %s", c.number, c.by, got, c.want)
		}
	}
}
