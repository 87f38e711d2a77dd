package scenarios

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

// value is a text and what it sets the field to.
type value struct {
	text string
	want any
}

// refusal is a text and the whole message that refuses it, without the key.
type refusal struct{ text, message string }

const (
	textRange   = "up to 64 ASCII characters, no quote"
	timeRange   = "1s..10m"
	ipErrorList = "ERROR | ERROR: <id> | ERROR:<id> | +CME ERROR: <id>"
)

func outOfRange(text, allowed string) refusal {
	return refusal{text, fmt.Sprintf("%q is out of range (%s)", text, allowed)}
}

func noChoice(text, allowed string) refusal {
	return refusal{text, fmt.Sprintf("%q is not a choice (%s)", text, allowed)}
}

func noFit(text, allowed string) refusal {
	return refusal{text, fmt.Sprintf("%q does not fit (%s)", text, allowed)}
}

func texts(values ...string) []value {
	var all []value
	for _, v := range values {
		all = append(all, value{v, v})
	}
	return all
}

var long64 = strings.Repeat("x", 64)

var anyText = texts("", "a", "two words", "|", long64)

var noText = []refusal{
	noFit(long64+"x", textRange), noFit(`a"b`, textRange), noFit("a\tb", textRange), noFit("é", textRange), noFit("a\n", textRange),
	{" a", `" a" has blanks around it (write "a")`}, {"a ", `"a " has blanks around it (write "a")`},
}

var timeouts = []value{{"1s", time.Second}, {"10m", 10 * time.Minute}, {"1500ms", 1500 * time.Millisecond}}

var noTimeout = []refusal{
	outOfRange("999ms", timeRange), outOfRange("10m1s", timeRange), outOfRange("-1s", timeRange),
	{"30", `"30" is not a duration such as 500ms, 10s or 2m (1s..10m)`},
	{"30s ", `"30s " has blanks around it (write "30s")`},
}

var onAndOff = []value{{"on", true}, {"off", false}}
var notOnOff = []refusal{noChoice("true", "on | off"), noChoice("On", "on | off")}

// cases hold every setting: the default as text and value, what is accepted at the ends,
// what is refused just outside.
var cases = []struct {
	key, byDefault string
	want           any
	accepted       []value
	refused        []refusal
}{
	{"signal", "25", 25, []value{{"0", 0}, {"31", 31}, {"99", 99}}, []refusal{
		outOfRange("-1", "0..31 or 99"), outOfRange("32", "0..31 or 99"), outOfRange("98", "0..31 or 99"), outOfRange("100", "0..31 or 99"),
		outOfRange("99999999999999999999", "0..31 or 99"),
		{"x", `"x" is not a number (0..31 or 99)`}, {"", `"" is not a number (0..31 or 99)`}, {"\t25", `"\t25" has blanks around it (write "25")`},
	}},
	{"ber", "99", 99, []value{{"0", 0}, {"7", 7}, {"99", 99}}, []refusal{
		outOfRange("-1", "0..7 or 99"), outOfRange("8", "0..7 or 99"), outOfRange("98", "0..7 or 99"),
	}},
	{"network", "home", "home", texts("idle", "home", "searching", "denied", "unknown", "roaming"), []refusal{
		noChoice("Home", "idle | home | searching | denied | unknown | roaming"), noChoice("", "idle | home | searching | denied | unknown | roaming"),
	}},
	{"operator", "Test Network", "Test Network", anyText, noText},
	{"operator-short", "TestNet", "TestNet", anyText, noText},
	{"operator-code", "00101", "00101", texts("00000", "999999"), []refusal{
		noFit("0010", "5 or 6 digits"), noFit("0010111", "5 or 6 digits"), noFit("0010a", "5 or 6 digits"),
	}},
	{"lac", "1A2B", "1A2B", texts("0000", "FFFF", "ffff"), []refusal{
		noFit("FFF", "4 hex digits"), noFit("10000", "4 hex digits"), noFit("000G", "4 hex digits"),
	}},
	{"ci", "0C3D", "0C3D", texts("0000", "FFFF", "ffff"), []refusal{
		noFit("FFF", "4 hex digits"), noFit("10000", "4 hex digits"), noFit("000G", "4 hex digits"),
	}},
	{"rac", "01", "01", texts("00", "ff"), []refusal{noFit("1", "2 hex digits"), noFit("0x1", "2 hex digits")}},
	{"bcch", "62", 62, []value{{"0", 0}, {"1023", 1023}}, []refusal{outOfRange("-1", "0..1023"), outOfRange("1024", "0..1023")}},
	{"bsic", "35", 35, []value{{"0", 0}, {"63", 63}}, []refusal{outOfRange("-1", "0..63"), outOfRange("64", "0..63")}},
	{"cells", "20,12,1A2B,18,0C3E 77,40,1A2B,11,0C3F", "20,12,1A2B,18,0C3E 77,40,1A2B,11,0C3F", texts("", "1,2,0000,3,ffff"), []refusal{
		noFit("1,2,3,4,5", cellsWanted), noFit(strings.Repeat("1,2,0000,3,ffff ", 6)+"1,2,0000,3,ffff", cellsWanted),
	}},
	{"ip", "192.0.2.66", netip.MustParseAddr("192.0.2.66"),
		[]value{{"0.0.0.0", netip.MustParseAddr("0.0.0.0")}, {"255.255.255.255", netip.MustParseAddr("255.255.255.255")}},
		[]refusal{
			{"192.0.2", `"192.0.2" is not an address (IPv4 address, such as 192.0.2.66)`},
			{"192.0.2.256", `"192.0.2.256" is not an address (IPv4 address, such as 192.0.2.66)`},
			{"2001:db8::1", `"2001:db8::1" is not an address (IPv4 address, such as 192.0.2.66)`},
		}},
	{"apn", "", "", anyText, noText},
	{"imei", "001010123456780", "001010123456780", texts("000000000000000", "999999999999999"), []refusal{
		noFit("00101012345678", "15 digits"), noFit("0010101234567800", "15 digits"), noFit("00101012345678x", "15 digits"),
	}},
	{"imsi", "001010123456789", "001010123456789", texts("000000000000000", "999999999999999"), []refusal{
		noFit("00101012345678", "15 digits"), noFit("0010101234567890", "15 digits"), noFit("00101012345678x", "15 digits"),
	}},
	{"pin", "", "", texts("", "0000", "99999999"), []refusal{
		noFit("000", "4 to 8 digits, or nothing"), noFit("000000000", "4 to 8 digits, or nothing"), noFit("12a4", "4 to 8 digits, or nothing"),
	}},
	{"puk", "12345678", "12345678", texts("00000000", "99999999"), []refusal{
		noFit("1234567", "8 digits"), noFit("123456789", "8 digits"), noFit("1234567x", "8 digits"),
	}},
	{"number", "+12025550100", "+12025550100", texts("110", "+12345678901234567890"), []refusal{
		noFit("+12", "3 to 20 digits, with + before them when international"),
		noFit("12 34", "3 to 20 digits, with + before them when international"),
		noFit("", "3 to 20 digits, with + before them when international"),
	}},
	{"smsc", "+12025550199", "+12025550199", texts("", "110"), []refusal{
		noFit("x", "3 to 20 digits, with + before them when international, or nothing"),
	}},
	{"sms-store", "20", 20, []value{{"0", 0}, {"255", 255}}, []refusal{outOfRange("-1", "0..255"), outOfRange("256", "0..255")}},
	{"iccid", "8988201234", "8988201234", texts("0000000000", "99999999999999999999"), []refusal{
		noFit("123456789", "10 to 20 digits"), noFit("123456789012345678901", "10 to 20 digits"), noFit("898820123x", "10 to 20 digits"),
	}},
	{"battery", "100", 100, []value{{"0", 0}, {"100", 100}}, []refusal{outOfRange("-1", "0..100"), outOfRange("101", "0..100")}},
	{"charging", "0", 0, []value{{"0", 0}, {"3", 3}}, []refusal{outOfRange("-1", "0..3"), outOfRange("4", "0..3")}},
	{"clock", "02/01/01,00:00:00", time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC),
		[]value{{"26/01/15,02:58:00", time.Date(2026, 1, 15, 2, 58, 0, 0, time.UTC)}, {"00/02/29,23:59:59", time.Date(2000, 2, 29, 23, 59, 59, 0, time.UTC)}},
		[]refusal{
			{"", `"" is not a time (yy/MM/dd,hh:mm:ss)`},
			{"02:58", `"02:58" is not a time (yy/MM/dd,hh:mm:ss)`},
			{"26/02/30,02:58:00", `"26/02/30,02:58:00" is not a time (yy/MM/dd,hh:mm:ss)`},
		}},
	{"manufacturer", "ADH Technology", "ADH Technology", anyText, noText},
	{"model", "ADH8066", "ADH8066", anyText, noText},
	{"revision", "0000000000000001", "0000000000000001", anyText, noText},
	{"commands", "adh8066", "adh8066", texts("adh8066"), []refusal{noChoice("ADH8066", "adh8066"), noChoice("", "adh8066")}},
	{"power", "start", "start", texts("start", "open", "off"), []refusal{noChoice("on", "start | open | off")}},
	{"timing", "fast", "fast", texts("fast", "field"), []refusal{noChoice("slow", "fast | field")}},
	{"baud", "any", 0, []value{{"any", 0}, {"auto", -1}, {"300", 300}, {"921600", 921600}}, []refusal{
		outOfRange("299", "any, auto or 300..921600"), outOfRange("921601", "any, auto or 300..921600"), outOfRange("0", "any, auto or 300..921600"),
	}},
	{"ipr", "restart", "restart", texts("restart", "before-ok", "after-ok"), []refusal{noChoice("now", "restart | before-ok | after-ok")}},
	{"rx-buffer", "0", 0, []value{{"0", 0}, {"65536", 65536}}, []refusal{outOfRange("-1", "0..65536"), outOfRange("65537", "0..65536")}},
	{"ip-error", "ERROR", "ERROR", texts("ERROR", "ERROR: <id>", "ERROR:<id>", "+CME ERROR: <id>"), []refusal{
		noChoice("ERROR: 301", ipErrorList), noChoice("error", ipErrorList),
	}},
	{"ftp-error-detail", "off", false, onAndOff, notOnOff},
	{"login-prefix", "+AFTPO:", "+AFTPO:", texts("+AFTPO:", "+AFTPS:"), []refusal{noChoice("+AFTPO", "+AFTPO: | +AFTPS:")}},
	{"ftp-text", "auto", "auto", texts("auto", "server", "manual"), []refusal{noChoice("none", "auto | server | manual")}},
	{"data-loss", "NO CARRIER", "NO CARRIER", texts("NO CARRIER", "ERROR"), []refusal{noChoice("OK", "NO CARRIER | ERROR")}},
	{"upload-loss", "command", "command", texts("command", "swallow"), []refusal{noChoice("data", "command | swallow")}},
	{"upload-refused", "error", "error", texts("error", "ok"), []refusal{noChoice("OK", "error | ok")}},
	{"escape-guard", "0s", time.Duration(0), []value{{"0s", time.Duration(0)}, {"5s", 5 * time.Second}}, []refusal{
		outOfRange("-1ns", "0s..5s"), outOfRange("5001ms", "0s..5s"), {"1", `"1" is not a duration such as 500ms, 10s or 2m (0s..5s)`},
	}},
	{"pasv-address", "auto", "auto", texts("auto", "reply", "control"), []refusal{noChoice("server", "auto | reply | control")}},
	{"aipa-extra", "0", 0, []value{{"0", 0}, {"2", 2}}, []refusal{outOfRange("-1", "0..2"), outOfRange("3", "0..2")}},
	{"socket-close", "AIPC", "AIPC", texts("AIPC", "AIPCI"), []refusal{noChoice("+AIPC", "AIPC | AIPCI")}},
	{"colon-space", "on", true, onAndOff, notOnOff},
	{"input-while-busy", "lost", "lost", texts("lost", "queued"), []refusal{noChoice("held", "lost | queued")}},
	{"cts", "on", true, onAndOff, notOnOff},
	{"boot-waits-dsr", "off", false, onAndOff, notOnOff},
	{"ftp-connect", "30s", 30 * time.Second, timeouts, noTimeout},
	{"ftp-reply", "1m", time.Minute, timeouts, noTimeout},
	{"ftp-idle", "2m", 2 * time.Minute, timeouts, noTimeout},
}

// field is the field that the documented rule gives a key: its words in one, initialisms in
// capitals.
func field(t *testing.T, s Settings, key string) any {
	t.Helper()
	name := strings.ReplaceAll(key, "-", "")
	f := reflect.ValueOf(s).FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, name) })
	if !f.IsValid() {
		t.Fatalf("Settings has no field %s", name)
	}
	return f.Interface()
}

const cellsWanted = "up to 6 cells BCCH,BSIC,LAC,RXLEV,CI, with a blank between"

func TestSettings(t *testing.T) {
	keys := Keys()
	if len(keys) != len(cases) || len(keys) != reflect.TypeFor[Settings]().NumField() {
		t.Fatalf("%d settings, %d cases, %d fields", len(keys), len(cases), reflect.TypeFor[Settings]().NumField())
	}
	for i, c := range cases {
		t.Run(c.key, func(t *testing.T) {
			if keys[i].Key != c.key || keys[i].Default != c.byDefault {
				t.Errorf("the table has %s, default %q", keys[i].Key, keys[i].Default)
			}
			if got := field(t, Default(), c.key); got != c.want {
				t.Errorf("default %#v, want %#v", got, c.want)
			}
			for _, v := range append(c.accepted, value{c.byDefault, c.want}) {
				accepts(t, c.key, v)
			}
			for _, r := range c.refused {
				refuses(t, c.key, r)
			}
		})
	}
}

func accepts(t *testing.T, key string, v value) {
	t.Helper()
	var s Settings
	if err := s.Set(key, v.text); err != nil {
		t.Error(err)
	}
	if got := field(t, s, key); got != v.want {
		t.Errorf("%q gives %#v, want %#v", v.text, got, v.want)
	}
	for _, other := range cases {
		if other.key != key && !reflect.ValueOf(field(t, s, other.key)).IsZero() {
			t.Errorf("setting %s also changed %s", key, other.key)
		}
	}
}

func refuses(t *testing.T, key string, r refusal) {
	t.Helper()
	s := Default()
	err := s.Set(key, r.text)
	if want := key + ": " + r.message; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if s != Default() {
		t.Errorf("the refused %q changed the settings", r.text)
	}
}

func TestUnknownSetting(t *testing.T) {
	var s Settings
	for key, hint := range map[string]string{
		"sginal":           `did you mean "signal"?`,
		"Signal":           `did you mean "signal"?`,
		"OPERATOR_CODE":    `did you mean "operator-code"?`,
		"ip-eror":          `did you mean "ip-error"?`,
		"ftpidle":          `did you mean "ftp-idle"?`,
		"aipa-extras":      `did you mean "aipa-extra"?`,
		"zzz":              "one of signal, ber, network, operator, ",
		"":                 "one of signal, ber, network, operator, ",
		"signal\r\n":       `did you mean "signal"?`,
		"quite-other-word": "one of signal, ber, network, operator, ",
	} {
		err := s.Set(key, "1")
		if want := fmt.Sprintf("unknown setting %q (%s", key, hint); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestEverySettingIsExplained(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Keys() {
		if k.Range == "" || k.Doc == "" || k.Source == "" || strings.Contains(k.Doc, "\n") {
			t.Errorf("%s: range %q, doc %q, source %q", k.Key, k.Range, k.Doc, k.Source)
		}
		if seen[k.Key] {
			t.Errorf("%s stands twice in the table", k.Key)
		}
		seen[k.Key] = true
	}
}

// TestDefaultIMEI holds the check digit of the default to 3GPP TS 23.003 annex B (Luhn).
func TestDefaultIMEI(t *testing.T) {
	imei, sum := Default().IMEI, 0
	for i := range imei {
		digit := int(imei[len(imei)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	if sum%10 != 0 {
		t.Errorf("%s has a wrong check digit: sum %d", imei, sum)
	}
}

func TestMarkdown(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(Markdown(), "\n"), "\n")
	if want := len(Keys()) + 2; len(lines) != want {
		t.Fatalf("%d lines, want %d", len(lines), want)
	}
	for _, l := range lines {
		if bars := strings.Count(strings.ReplaceAll(l, `\|`, ""), "|"); bars != 6 {
			t.Errorf("%d bars, want 6: %s", bars, l)
		}
	}
	want := "| `ip-error` | `ERROR \\| ERROR: <id> \\| ERROR:<id> \\| +CME ERROR: <id>` | `ERROR` | final result when +AIPA or a socket " +
		"fails, \\<id> being the number of +AIPESTAT; +AFTP* always says ERROR | FTP AT manual |"
	if !strings.Contains(Markdown(), want+"\n") {
		t.Errorf("no line %s in\n%s", want, Markdown())
	}
}

// A field set past Set is held to the same values.
func TestSettingsCheck(t *testing.T) {
	s := Default()
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	for _, c := range cases {
		for _, v := range c.accepted {
			s := Default()
			s.Set(c.key, v.text)
			if err := s.Check(); err != nil {
				t.Errorf("%s %q: %v", c.key, v.text, err)
			}
		}
	}
	for want, change := range map[string]func(*Settings){
		`signal: "40" is out of range (0..31 or 99)`:  func(s *Settings) { s.Signal = 40 },
		`network: "" is not a choice (idle | home | `: func(s *Settings) { s.Network = "" },
		`ip: "invalid IP" is not an address (IPv4`:    func(s *Settings) { s.IP = netip.Addr{} },
		`imei: "1" does not fit (15 digits)`:          func(s *Settings) { s.IMEI = "1" },
		`baud: "-2" is out of range`:                  func(s *Settings) { s.Baud = -2 },
		`ftp-idle: "0s" is out of range`:              func(s *Settings) { s.FTPIdle = 0 },
	} {
		s := Default()
		change(&s)
		if err := s.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
