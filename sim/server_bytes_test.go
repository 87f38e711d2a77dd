package sim_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A replyPlace is a place where a server's words may come to the host.
type replyPlace struct {
	name   string
	before []string // lines of the host, run first
	line   string   // gets the reply
	prefix string   // of the server's good reply, which is replaced
	code   int      // of a success
	shown  bool     // the host sees its text
}

// shows reports whether the host sees the text of a reply with this code, under ftp-text server and
// ftp-error-detail on.
func (p replyPlace) shows(code int) bool {
	switch p.name {
	case "greeting", "USER", "PASS":
		return code == 550
	}
	return p.shown
}

var replyPlaces = []replyPlace{
	{"greeting", []string{"AT+AIPA=1"}, openLine, "220", 220, false},
	{"USER", []string{"AT+AIPA=1"}, openLine, "331", 331, false},
	{"PASS", []string{"AT+AIPA=1"}, openLine, "230", 230, false},
	{"TYPE", []string{"AT+AIPA=1", openLine}, "AT+AFTPTYPE=1", "200", 200, true},
	{"SIZE", []string{"AT+AIPA=1", openLine}, `AT+AFTPSIZE="f"`, "213", 213, true},
	{"REST", []string{"AT+AIPA=1", openLine}, "AT+AFTPREST=1", "350", 350, true},
	{"CWD", []string{"AT+AIPA=1", openLine}, `AT+AFTPCD="upload"`, "250", 250, true},
	{"MKD", []string{"AT+AIPA=1", openLine}, `AT+AFTPMKD="new"`, "257", 257, true},
	{"RMD", []string{"AT+AIPA=1", openLine, `AT+AFTPMKD="new"`}, `AT+AFTPRMD="new"`, "250", 250, true},
	{"DELE", []string{"AT+AIPA=1", openLine}, `AT+AFTPDELE="f"`, "250", 250, true},
	{"PASV", []string{"AT+AIPA=1", openLine}, "AT+AFTPPASV=1", "227", 227, true},
	{"RETR", []string{"AT+AIPA=1", openLine, "AT+AFTPPASV=1"}, `AT+AFTPRETR="f"`, "150", 150, true},
	{"STOR", []string{"AT+AIPA=1", openLine, "AT+AFTPPASV=1"}, `AT+AFTPSTOR="g"`, "150", 150, true},
	{"RETR end", []string{"AT+AIPA=1", openLine, "AT+AFTPPASV=1", `AT+AFTPRETR="f"`}, "AT+AFTPDATA", "226", 226, false},
	{"QUIT", []string{"AT+AIPA=1", openLine}, "AT+AFTPC", "221", 221, false},
}

// hostileTexts are what a server may put into a reply, and what the host sees of it.
var hostileTexts = []struct{ text, shown string }{
	{"\rRING\ra\rOK\rb\r0\r4\r", "?RING?a?OK?b?0?4"}, // the last CR belongs to the end of the line
	{"\x00 \x1b[31mred\x1b[0m \x07\x08\x7f tab\tvt\vff\f \x03\x04\x11\x13\x1a", "? ?[31mred?[0m ??? tab?vt?ff? ?????"},
	{"latin \xfc \x8d\x8a \x80 telnet \xff\xfd\x03\xff\xff C1 \u0085\u009b1m", "latin ? ?? ? telnet ????? C1 ????1m"},
	{"\u2028 \u202e over\xc0\x8dlong \xed\xa0\x8d größe 測量 +++", "??? ??? over??long ??? größe 測量 +++"},
	{strings.Repeat("long ", 100), strings.Repeat("long ", 100)},
	{strings.Repeat("量", 100), strings.Repeat("量", 100)},
}

// Whatever a server puts into a reply, the host sees response lines of printing characters, each at
// most 200 bytes, and the result codes of the modem alone: in every place, for a success and a
// refusal, with results in words and in numbers.
func TestServerBytesAreData(t *testing.T) {
	tried := 0
	for _, place := range replyPlaces {
		for _, results := range []string{"V0", "V1"} {
			for _, code := range []int{place.code, 550} {
				for _, hostile := range hostileTexts {
					tried++
					t.Run(fmt.Sprintf("%s %s %d %.10q", place.name, results, code, hostile.text), func(t *testing.T) {
						bubble(t, func(t *testing.T) {
							n := &network{}
							d := startNetwork(t, n, with(t, "ftp-text server", "ftp-error-detail on"))
							d.put(t, "f", []byte("content"))
							for _, line := range append([]string{"ATE0", "AT" + results}, place.before...) {
								d.type_(t, line+"\r")
								pass(time.Second)
							}
							d.host.take()
							text, shown := hostile.text, hostile.shown
							if place.name == "SIZE" {
								text, shown = "7 "+text, "7 "+shown
							}
							n.reply = func(line string) string {
								if !strings.HasPrefix(line, place.prefix) {
									return line
								}
								if place.name == "PASV" && code == 227 {
									return fmt.Sprintf("227 %s %s\r\n", text, regexp.MustCompile(`\(.*\)`).FindString(line))
								}
								return fmt.Sprintf("%d %s\r\n", code, text)
							}
							d.type_(t, place.line+"\r")
							pass(time.Minute)
							got := string(d.host.take())
							d.sameFrames(t, results, got)
							if place.shows(code) {
								line := fmt.Sprintf("+AFTPS: %d %s", code, shown)
								if line = line[:min(len(line), 190)]; !strings.Contains(got, line) {
									t.Errorf("the modem sent\n%swant %q in it", show([]byte(got)), line)
								}
							}
						})
					})
				}
			}
		}
	}
	t.Logf("%d replies", tried)
}

// sameFrames fails unless bytes of the modem are frames of printing lines with one final result at
// the end.
func (d *dialog) sameFrames(t *testing.T, results, got string) {
	t.Helper()
	synctest.Wait()
	pattern := `(\r\n\+AFTP[A-Z]+: [^\x00-\x1f\x7f]{1,193}\r\n)*(\r\nCONNECT\r\ncontent)?\r\n(OK|ERROR|NO CARRIER)\r\n`
	if results == "V0" {
		pattern = `(\+AFTP[A-Z]+: [^\x00-\x1f\x7f]{1,193}\r\n)*(1\rcontent)?[034]\r`
	}
	if !regexp.MustCompile(`^` + pattern + `$`).MatchString(got) {
		t.Errorf("the modem sent\n%swant frames", show([]byte(got)))
	}
	for line := range strings.SplitSeq(got, "\r\n") {
		if len(line) > 200 {
			t.Errorf("a line has %d bytes: %q", len(line), line)
		}
	}
}

// A reply without the number that a command asks for fails the command and leaves the session.
func TestMalformedRepliesKeepTheSession(t *testing.T) {
	for reply, line := range map[string]string{
		"213 x":                       `AT+AFTPSIZE="f"`,
		"213":                         `AT+AFTPSIZE="f"`,
		"213 -7":                      `AT+AFTPSIZE="f"`,
		"213 99999999999999999999":    `AT+AFTPSIZE="f"`,
		"227 garbage":                 "AT+AFTPPASV=1",
		"227":                         "AT+AFTPPASV=1",
		"227 (1,2,3,4,5,256)":         "AT+AFTPPASV=1",
		"227 (1,2,3,4,5)":             "AT+AFTPPASV=1",
		"229 Extended (|||50000|)":    "AT+AFTPPASV=1",
		"227 (192,0,2,1,-1,1)":        "AT+AFTPPASV=1",
		"227 (192.0.2.1:50000)":       "AT+AFTPPASV=1",
		"227 (1,2,3,4,5,99999999999)": "AT+AFTPPASV=1",
	} {
		t.Run(reply, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{}
				d := startNetwork(t, n)
				d.put(t, "f", []byte("content"))
				d.logIn(t)
				n.reply = otherReply(map[bool]string{true: "213", false: "227"}[strings.Contains(line, "SIZE")], reply)
				d.expect(t, line, "ERROR")
				d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
				n.reply = nil
				d.expect(t, `AT+AFTPSIZE="f"`, "+AFTPS: 213 7", "+AFTPSIZE: 7", "OK")
				d.fetch(t, "f", "content")
			})
		})
	}
}
