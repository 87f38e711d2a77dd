package sim_test

import "testing"

// A final result of a rule ends the command, whichever of V.250 and the GSM
// standards it is; anything else is followed by OK.
func TestFinalResultsOfRules(t *testing.T) {
	for _, c := range []struct{ reply, verbose, numeric string }{
		{"OK", frames("OK"), "0\r"},
		{"CONNECT", frames("CONNECT"), "1\r"},
		{"CONNECT 115200", frames("CONNECT 115200"), "CONNECT 115200\r\n"},
		{"NO CARRIER", frames("NO CARRIER"), "3\r"},
		{"ERROR", frames("ERROR"), "4\r"},
		{"NO DIALTONE", frames("NO DIALTONE"), "6\r"},
		{"BUSY", frames("BUSY"), "7\r"},
		{"NO ANSWER", frames("NO ANSWER"), "8\r"},
		{"+CME ERROR: 100", frames("+CME ERROR: 100"), "+CME ERROR: 100\r\n"},
		{"+CMS ERROR: 500", frames("+CMS ERROR: 500"), "+CMS ERROR: 500\r\n"},
		{"RING", frames("RING", "OK"), "RING\r\n0\r"},
		{"CONNECTED", frames("CONNECTED", "OK"), "CONNECTED\r\n0\r"},
		{"+CSQ: 1,99", frames("+CSQ: 1,99", "OK"), "+CSQ: 1,99\r\n0\r"},
	} {
		for _, command := range []string{"ATD*99#", "ATD*99***1#", "ATD5550100;", "AT+CSQ"} {
			bubble(t, func(t *testing.T) {
				d := startModem(t, withRules("on "+command+" reply "+c.reply))
				d.ok(t, "ATE0")
				d.type_(t, command+"\r")
				d.want(t, command, c.verbose)
				d.type_(t, "ATV0\r")
				d.want(t, "ATV0", "0\r")
				d.type_(t, command+"\r")
				d.want(t, command+" under V0", c.numeric)
			})
		}
	}
}
