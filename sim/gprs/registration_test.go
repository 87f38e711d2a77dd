package gprs_test

import (
	"strings"
	"testing"

	"github.com/modemsim/modemsim/sim/gprs"
)

func TestRegistration(t *testing.T) {
	for _, r := range []struct {
		value      gprs.Registration
		stat       int
		name       string
		registered bool
	}{
		{gprs.Idle, 0, "idle", false},
		{gprs.Home, 1, "home", true},
		{gprs.Searching, 2, "searching", false},
		{gprs.Denied, 3, "denied", false},
		{gprs.Unknown, 4, "unknown", false},
		{gprs.Roaming, 5, "roaming", true},
		{-1, -1, "Registration(-1)", false},
		{6, 6, "Registration(6)", false},
	} {
		if int(r.value) != r.stat || r.value.String() != r.name || r.value.Registered() != r.registered {
			t.Errorf("%d is %v, registered %v; want %s, %v", int(r.value), r.value, r.value.Registered(), r.name, r.registered)
		}
		parsed, err := gprs.ParseRegistration(r.name)
		known := r.stat >= 0 && r.stat <= 5
		if known && (err != nil || parsed != r.value || gprs.Network(r.value).String() != "network "+r.name) {
			t.Errorf("%s parses as %v, error %v, event %v", r.name, parsed, err, gprs.Network(r.value))
		}
		if !known && err == nil {
			t.Errorf("%s parses as %v, want an error", r.name, parsed)
		}
	}
}

func TestParseRegistrationErrorListsTheNames(t *testing.T) {
	_, err := gprs.ParseRegistration("Home")
	if err == nil || !strings.Contains(err.Error(), `"Home" (one of idle, home, searching, denied, unknown, roaming)`) {
		t.Errorf("error %v", err)
	}
}
