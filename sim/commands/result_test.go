package commands

import "testing"

// The result codes of the AT manual's list; 6, NO DIALTONE, is none of the module's.
func TestFinals(t *testing.T) {
	for f, want := range map[Final]string{
		0: "OK", 1: "CONNECT", 2: "RING", 3: "NO CARRIER", 4: "ERROR", 6: "", 7: "BUSY", 8: "NO ANSWER",
	} {
		if f.String() != want || f.Error() != want {
			t.Errorf("%d: %q", int(f), f)
		}
	}
}

// The texts of 27.007 9.2 for the errors that the commands return, and "unknown" for any other
// number.
func TestCMETexts(t *testing.T) {
	for e, want := range map[CME]string{
		0: "phone failure", 3: "operation not allowed", 4: "operation not supported", 10: "SIM not inserted",
		11: "SIM PIN required", 12: "SIM PUK required", 13: "SIM failure", 14: "SIM busy", 15: "SIM wrong",
		16: "incorrect password", 17: "SIM PIN2 required", 18: "SIM PUK2 required", 20: "memory full",
		21: "invalid index", 22: "not found", 23: "memory failure", 24: "text string too long",
		25: "invalid characters in text string", 26: "dial string too long", 27: "invalid characters in dial string",
		30: "no network service", 31: "network timeout", 32: "network not allowed - emergency calls only",
		40: "network personalization PIN required", 47: "corporate personalization PUK required",
		99: "resource limitation", 100: "unknown", 103: "Illegal MS (#3)", 106: "Illegal ME (#6)",
		107: "GPRS services not allowed (#7)", 111: "PLMN not allowed (#11)", 112: "Location area not allowed (#12)",
		113: "Roaming not allowed in this location area (#13)", 132: "service option not supported (#32)",
		133: "requested service option not subscribed (#33)", 134: "service option temporarily out of order (#34)",
		148: "unspecified GPRS error", 149: "PDP authentication failure", 150: "invalid mobile class",
		48: "unknown", 50: "unknown", 7777: "unknown", -1: "unknown",
	} {
		if got := e.Text(); got != want {
			t.Errorf("%d: %q, want %q", int(e), got, want)
		}
	}
	if got := CMENoNetwork.Error(); got != "+CME ERROR: 30" {
		t.Errorf("%q", got)
	}
}

// Forms and needs print as the command reference has them.
func TestForms(t *testing.T) {
	f := Set | Read | Test
	if f.String() != "set read test" || Execute.String() != "execute" || len(f.Each()) != 3 || f.Has(Execute) || !f.Has(Set|Test) {
		t.Errorf("%s, %d forms", f, len(f.Each()))
	}
	if n := NeedsGPRS | NeedsLogin; n.String() != "GPRS login" || !n.Has(NeedsGPRS) || n.Has(NeedsFTP) || Need(0).String() != "" {
		t.Errorf("%s", n)
	}
}
