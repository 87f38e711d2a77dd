package scenarios

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/messages"
)

// life is a point of the modem's life without a number.
func life(kind EventKind) *Event { return &Event{Kind: kind, N: -1} }

// command is an event of a command.
func command(name, form, args string, any bool) *Event {
	return &Event{Kind: "command", N: -1, Name: name, Form: form, Args: args, Any: any}
}

// or is an event or another.
func or(e, other *Event) *Event { e.Or = other; return e }

var zeros = strings.Repeat("0", 64)

func on(e *Event) Trigger { return Trigger{Kind: OnEvent, Event: e} }

var once = Count{Kind: First, N: 1}

func TestRules(t *testing.T) {
	for text, want := range map[string]Rule{
		"on AT+AIPA=1 once delay 8s":                  {Trigger: on(command("+AIPA", "=", "1", false)), Count: once, Action: Action{"delay", faults.Late{By: 8 * time.Second}}},
		"on at+aipa delay final next":                 {Trigger: on(command("+AIPA", "", "", false)), Action: Action{"delay", faults.Shifted{Target: faults.TheResult}}},
		"on AT+CREG? first 3 drop info":               {Trigger: on(command("+CREG", "?", "", false)), Count: Count{Kind: First, N: 3}, Action: Action{"drop", faults.Missing{Target: faults.TheInfo}}},
		"on AT+CREG=? nth 2 repeat":                   {Trigger: on(command("+CREG", "=?", "", false)), Count: Count{Kind: Nth, N: 2}, Action: Action{"repeat", faults.Doubled{}}},
		"on AT+CREG= from 4 truncate echo 2":          {Trigger: on(command("+CREG", "=", "", true)), Count: Count{Kind: From, N: 4}, Action: Action{"truncate", faults.Truncated{Target: faults.TheEcho, Bytes: 2}}},
		"on ftp:ready every 3 cut 5":                  {Trigger: on(life("ftp:ready")), Count: Count{Kind: EveryNth, N: 3}, Action: Action{"cut", CutAction{After: 5}}},
		"on AT+CSQ or AT+CREG? once drop":             {Trigger: on(or(command("+CSQ", "", "", false), command("+CREG", "?", "", false))), Count: once, Action: Action{"drop", faults.Missing{}}},
		"on ftp:data@5 or boot or gprs:active cut":    {Trigger: on(or(&Event{Kind: "ftp:data", N: 5}, or(life("boot"), life("gprs:active")))), Action: Action{"cut", CutAction{}}},
		"on ftp:stored a.bin or ftp:cut pass":         {Trigger: on(or(&Event{Kind: "ftp:stored", N: -1, File: "a.bin"}, life("ftp:cut"))), Action: Action{"pass", passAction{}}},
		"on ftp:stored or ftp:cut pass":               {Trigger: on(or(life("ftp:stored"), life("ftp:cut"))), Action: Action{"pass", passAction{}}},
		`on ftp:stored "a b" pass`:                    {Trigger: on(&Event{Kind: "ftp:stored", N: -1, File: "a b"}), Action: Action{"pass", passAction{}}},
		"expect 5m ftp:stored size 5":                 {Action: Action{"expect", ExpectAction{5 * time.Minute, 0, &Event{Kind: "ftp:stored", N: -1, Content: &FileTest{Size: 5}}}}},
		"forbid ftp:stored a b not size 5 or boot":    {Action: Action{"forbid", ForbidAction{Event: or(&Event{Kind: "ftp:stored", N: -1, File: "a b", Content: &FileTest{Not: true, Size: 5}}, life("boot"))}}},
		`on ftp:stored a same "b c" pass`:             {Trigger: on(&Event{Kind: "ftp:stored", N: -1, File: "a", Content: &FileTest{Size: -1, Same: "b c"}}), Action: Action{"pass", passAction{}}},
		"on ftp:stored sha256 " + zeros + " pass":     {Trigger: on(&Event{Kind: "ftp:stored", N: -1, Content: &FileTest{Size: -1, SHA256: zeros}}), Action: Action{"pass", passAction{}}},
		"on ftp:stored a sha256 00 pass":              {},
		"on ftp:stored a size pass":                   {},
		"on ftp:stored a not pass":                    {},
		"expect 5s ftp:stored a same":                 {},
		"expect 5m ftp:stored a b or ftp:cut":         {Action: Action{"expect", ExpectAction{5 * time.Minute, 0, or(&Event{Kind: "ftp:stored", N: -1, File: "a b"}, life("ftp:cut"))}}},
		`expect 5m ftp:stored "a or b" or ftp:cut`:    {Action: Action{"expect", ExpectAction{5 * time.Minute, 0, or(&Event{Kind: "ftp:stored", N: -1, File: "a or b"}, life("ftp:cut"))}}},
		"forbid ftp:restart or AT+AIPA=0":             {Action: Action{"forbid", ForbidAction{For: 0, Event: or(life("ftp:restart"), command("+AIPA", "=", "0", false))}}},
		"on boot or exit pass":                        {},
		"on boot or AT+CSQ drop":                      {},
		"on boot or pass":                             {},
		"expect 5s boot or":                           {},
		"expect 4m nth 24 ftp:stored":                 {Action: Action{"expect", ExpectAction{4 * time.Minute, 24, life("ftp:stored")}}},
		"forbid nth 25 ftp:stored a b":                {Action: Action{"forbid", ForbidAction{Nth: 25, Event: &Event{Kind: "ftp:stored", N: -1, File: "a b"}}}},
		"forbid 5s nth 2 boot or down":                {Action: Action{"forbid", ForbidAction{For: 5 * time.Second, Nth: 2, Event: or(life("boot"), life("down"))}}},
		"forbid AT+AIPA=1 until AT+SFUN=RST":          {Action: Action{"forbid", ForbidAction{Event: command("+AIPA", "=", "1", false), Until: command("+SFUN", "=", "RST", false)}}},
		"forbid 9s ftp:stored a b until boot or down": {Action: Action{"forbid", ForbidAction{For: 9 * time.Second, Event: &Event{Kind: "ftp:stored", N: -1, File: "a b"}, Until: or(life("boot"), life("down"))}}},
		"expect 5s boot until down":                   {},
		"on boot until down pass":                     {},
		"expect 5s nth boot":                          {},
		"forbid nth 0 boot":                           {},
		"network searching 30s":                       {Action: Action{"network", NetworkAction{"searching", 30 * time.Second}}},
		"sim absent 5s":                               {Action: Action{"sim", SIMAction{"absent", 5 * time.Second}}},
		"gprs down 30s":                               {Action: Action{"gprs", GPRSAction{For: 30 * time.Second}}},
		"gprs down silent 1m":                         {Action: Action{"gprs", GPRSAction{Silent: true, For: time.Minute}}},
		"net unknown WWW.example.com":                 {Action: Action{"net", NetAction{Name: "WWW.example.com"}}},
		"net known www.example.com":                   {Action: Action{"net", NetAction{Known: true, Name: "www.example.com"}}},
		"net unknown":                                 {},
		"net unknown a/b":                             {},
		"net unknown a b":                             {},
		"net down":                                    {},
		"power off 10s":                               {Action: Action{"power", PowerAction{For: 10 * time.Second}}},
		"set signal 3 over 20s":                       {Action: Action{"set", SetAction{"signal", "3", 20 * time.Second}}},
		"set operator Test over 20s":                  {Action: Action{"set", SetAction{"operator", "Test over 20s", 0}}},
		"set signal 32 over 20s":                      {},
		"set signal 99 over 20s":                      {},
		"set signal 3 over soon":                      {},
		"set baud 9600 over 20s":                      {},
		"gprs up 5s":                                  {},
		"power on 5s":                                 {},
		"gprs down 5s silent":                         {},
		"network home soon":                           {},
		"on AT+AFTPREST=10 p 0.25 split 3":            {Trigger: on(command("+AFTPREST", "=", "10", false)), Count: Count{Kind: Chance, P: 0.25}, Action: Action{"split", faults.Split{Bytes: 3, Pause: 100 * time.Millisecond}}},
		`on at+aftpo="a b",21,* split info 3 5ms`:     {Trigger: on(command("+AFTPO", "=", `"a b",21,`, true)), Action: Action{"split", faults.Split{Target: faults.TheInfo, Bytes: 3, Pause: 5 * time.Millisecond}}},
		"on AT garble 2":                              {Trigger: on(command("", "", "", false)), Action: Action{"garble", faults.Garbled{Bytes: 2}}},
		"on ATE0 ignore":                              {Trigger: on(command("E", "=", "0", false)), Action: Action{"ignore", IgnoreAction{}}},
		"on AT&F reply ERROR":                         {Trigger: on(command("&F", "", "", false)), Action: Action{"reply", ReplyAction{"ERROR"}}},
		`on ATD* reply \r\n\\\x41 `:                   {Trigger: on(command("D", "=", "", true)), Action: Action{"reply", ReplyAction{"\r\n\\A "}}},
		"on ftp:data@1000 once gprs down":             {Trigger: on(&Event{Kind: "ftp:data", N: 1000}), Count: once, Action: Action{"gprs", GPRSAction{}}},
		"on ftp:data@50% once gprs down silent":       {Trigger: on(&Event{Kind: "ftp:data", N: 50, Percent: true}), Count: once, Action: Action{"gprs", GPRSAction{Silent: true}}},
		"on ftp:data cut":                             {Trigger: on(life("ftp:data")), Action: Action{"cut", CutAction{After: 0}}},
		"on ftp:stored a.bin once cut 5":              {Trigger: on(&Event{Kind: "ftp:stored", N: -1, File: "a.bin"}), Count: once, Action: Action{"cut", CutAction{After: 5}}},
		"on ftp:stored once pass":                     {Trigger: on(life("ftp:stored")), Count: once, Action: Action{"pass", passAction{}}},
		"on host:idle@90s log still there?":           {Trigger: on(&Event{Kind: "host:idle", N: -1, D: 90 * time.Second}), Action: Action{"log", LogAction{"still there?"}}},
		"on network:searching once mute 3s":           {Trigger: on(&Event{Kind: "network", N: -1, State: "searching"}), Count: once, Action: Action{"mute", MuteAction{For: 3 * time.Second}}},
		"at 10s network roaming":                      {Trigger: Trigger{Kind: AtTime, D: 10 * time.Second}, Action: Action{"network", NetworkAction{State: "roaming"}}},
		"at 03:00 network roaming":                    {Trigger: Trigger{Kind: AtClock, D: 3 * time.Hour}, Action: Action{"network", NetworkAction{State: "roaming"}}},
		"at 00:00 once reset":                         {Trigger: Trigger{Kind: AtClock}, Count: once, Action: Action{"reset", ResetAction{}}},
		"at 23:59 reset":                              {Trigger: Trigger{Kind: AtClock, D: 24*time.Hour - time.Minute}, Action: Action{"reset", ResetAction{}}},
		"at 24:00 reset":                              {},
		"set clock 26/01/15":                          {},
		"each 1m urc +CREG: 2":                        {Trigger: Trigger{Kind: EachTime, D: time.Minute}, Action: Action{"urc", faults.Inserted{Text: "+CREG: 2"}}},
		"urc @info+3 RING":                            {Action: Action{"urc", faults.Inserted{At: faults.InsideInfo, Offset: 3, Text: "RING"}}},
		"urc @after RING":                             {Action: Action{"urc", faults.Inserted{At: faults.BehindResult, Text: "RING"}}},
		"raw \\x00\\xff":                              {Action: Action{"raw", RawAction{"\x00\xff"}}},
		"sim pin":                                     {Action: Action{"sim", SIMAction{State: "pin"}}},
		"power off":                                   {Action: Action{"power", PowerAction{On: false}}},
		"reset silent":                                {Action: Action{"reset", ResetAction{Silent: true}}},
		"ring":                                        {Action: Action{"ring", RingAction{1}}},
		"ring 3":                                      {Action: Action{"ring", RingAction{3}}},
		"sms +15550100 hello  you":                    {Action: Action{"sms", SMSAction{messages.Address{TOA: messages.International, Addr: "15550100"}, "hello  you"}}},
		"sms cell 50 Snow":                            {Action: Action{"sms", SMSCellAction{50, "Snow"}}},
		"sms cell 65536 Snow":                         {},
		"sms cell 50":                                 {},
		"sms centre refuse 38":                        {Action: Action{"sms", SMSCentreAction{Behaviour: CentreRefuses, CMS: 38}}},
		"sms centre refuse 1000":                      {},
		"sms centre lose now":                         {},
		"sms pdu 00":                                  {},
		"sms 1555x":                                   {},
		"unplug":                                      {Action: Action{"unplug", UnplugAction{For: time.Second}}},
		"unplug 2s":                                   {Action: Action{"unplug", UnplugAction{For: 2 * time.Second}}},
		"unplug renamed":                              {Action: Action{"unplug", UnplugAction{time.Second, true}}},
		"unplug 5s renamed":                           {Action: Action{"unplug", UnplugAction{5 * time.Second, true}}},
		"unplug renamed 5s":                           {},
		"stall 6s":                                    {Action: Action{"stall", StallAction{For: 6 * time.Second}}},
		"on boot cut socket 2":                        {Trigger: on(life("boot")), Action: Action{"cut", CutAction{Socket: 2}}},
		"on boot cut 9 socket 8":                      {Trigger: on(life("boot")), Action: Action{"cut", CutAction{After: 9, Socket: 8}}},
		"on boot stall 1s socket 1":                   {Trigger: on(life("boot")), Action: Action{"stall", StallAction{For: time.Second, Socket: 1}}},
		"stall off":                                   {Action: Action{"stall", StallAction{}}},
		"slow 3000":                                   {Action: Action{"slow", SlowAction{3000}}},
		"flip off":                                    {Action: Action{"flip", OffAction{}}},
		"file fw.bin 65536 hostile":                   {Action: Action{"file", FileAction{"fw.bin", 65536, true}}},
		"ftp RETR 550 No such file":                   {Action: Action{"ftp", faults.FTPReply{Verb: "RETR", Code: 550, Text: "No such file"}}},
		"ftp stor end 452 Disk full":                  {Action: Action{"ftp", faults.FTPReply{Verb: "STOR", Code: 452, Text: "Disk full", End: true}}},
		"on AT+FTPPUT= prompt 48 +FTPPUT: 2,48":       {Trigger: on(command("+FTPPUT", "=", "", true)), Action: Action{"prompt", PromptAction{48, "+FTPPUT: 2,48"}}},
		"on AT+CMGS= prompt >":                        {Trigger: on(command("+CMGS", "=", "", true)), Action: Action{"prompt", PromptAction{0, ">"}}},
		"prompt >":                                    {},
		"on AT+CMGS= prompt":                          {},
		"on AT+CMGS= prompt 5":                        {},
		"on AT+CMGS= prompt 0 >":                      {},
		"ftp RETR at 5 226 Done":                      {Action: Action{"ftp", faults.FTPShort{Verb: "RETR", At: 5, Code: 226, Text: "Done"}}},
		"ftp stor at 5000 552 Quota exceeded":         {Action: Action{"ftp", faults.FTPShort{Verb: "STOR", At: 5000, Code: 552, Text: "Quota exceeded"}}},
		"ftp STOR at 5 150 x":                         {},
		"ftp SIZE at 5 226 x":                         {},
		"ftp RETR end none":                           {Action: Action{"ftp", faults.FTPSilent{Verb: "RETR", End: true}}},
		"ftp CONNECT refuse":                          {Action: Action{"ftp", faults.FTPRefused{Connection: "CONNECT"}}},
		"ftp CONNECT 421 Too many":                    {Action: Action{"ftp", faults.FTPReply{Verb: "CONNECT", Code: 421, Text: "Too many"}}},
		"ftp DATA timeout":                            {Action: Action{"ftp", faults.FTPUnreachable{Connection: "DATA"}}},
		"ftp 421 Service not available":               {Action: Action{"ftp", faults.FTPClosing{Text: "Service not available"}}},
		"expect 60s gprs:active":                      {Action: Action{"expect", ExpectAction{time.Minute, 0, life("gprs:active")}}},
		"expect 60s exit 1":                           {Action: Action{"expect", ExpectAction{time.Minute, 0, &Event{Kind: "exit", N: 1}}}},
		"expect 60s exit":                             {Action: Action{"expect", ExpectAction{time.Minute, 0, life("exit")}}},
		"forbid ftp:restart":                          {Action: Action{"forbid", ForbidAction{For: 0, Event: life("ftp:restart")}}},
		"forbid 5s ftp:stored a b":                    {Action: Action{"forbid", ForbidAction{For: 5 * time.Second, Event: &Event{Kind: "ftp:stored", N: -1, File: "a b"}}}},
		"within 5m":                                   {Action: Action{"within", WithinAction{5 * time.Minute}}},
		"fail it gave up":                             {Action: Action{"fail", FailAction{"it gave up"}}},
		"on host:junk first 2 then":                   {},
		"on ftp:cut once expect 60s AT+AFTPREST=1*":   {Trigger: on(life("ftp:cut")), Count: once, Action: Action{"expect", ExpectAction{time.Minute, 0, command("+AFTPREST", "=", "1", true)}}},
	} {
		r, err := parseRule(text)
		if want.Action.Verb == "" {
			if err == nil {
				t.Errorf("%s: no error", text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want.Text = r.Text
		if !reflect.DeepEqual(*r, want) {
			t.Errorf("%s: %+v %+v, want %+v %+v", text, *r, r.Trigger.Event, want, want.Trigger.Event)
		}
	}
}

func TestThen(t *testing.T) {
	sc := mustParse(t, "pass\nthen network searching\nthen 10s network home\nthen each 2s log x")
	want := []Trigger{{}, {Kind: Then}, {Kind: Then, D: 10 * time.Second}, {Kind: ThenEach, D: 2 * time.Second}}
	for i, r := range sc.Rules {
		if r.Trigger != want[i] {
			t.Errorf("%s: %+v", r.Text, r.Trigger)
		}
	}
}

func TestRuleErrors(t *testing.T) {
	for text, want := range map[string]string{
		"then pass":              `then has no rule above it`,
		"on":                     `an event is missing (AT+X, or one of boot, down, host:open`,
		"on ftp:dta pass":        `there is no event "ftp:dta" (did you mean "ftp:data"?)`,
		"on ftp:data@x pass":     `ftp:data@x: "x" is not a number of bytes or a percentage`,
		"on ftp:data@101% pass":  `ftp:data@101%: "101%" is not a number of bytes or a percentage`,
		"on host:idle pass":      `host:idle wants a time (host:idle@10s)`,
		"on network pass":        `network wants a state (network:idle)`,
		"on ftp:data@ pass":      `ftp:data@: "" is not a number of bytes or a percentage`,
		"on host:idle@ pass":     `host:idle@: "" is not a time such as 500ms, 10s or 2m`,
		"on boot@3 pass":         `there is no event "boot@3" (did you mean "boot"?)`,
		"on command pass":        `there is no event "command"`,
		"on network:far pass":    `network: "far" is not one of: idle, home`,
		"on exit pass":           `the program's end triggers nothing (expect 60s exit 0 waits for it)`,
		`on AT+X="a pass`:        `AT+X="a pass: a string does not end with a quote`,
		"on AT+A;+B pass":        `AT+A;+B is not one command (a chain is matched command by command)`,
		"on AT+A?B pass":         `AT+A?B is not a command (AT+X, AT+X?, AT+X=?, AT+X= or AT+X=arguments)`,
		"on boot":                `a verb is missing (one of set, network`,
		"on boot exepct 1s boot": `unknown verb "exepct" (did you mean "expect"?)`,
		"on boot first pass":     `first: "pass" is not in 1..2147483647`,
		"on boot nth 0 pass":     `nth: "0" is not in 1..2147483647`,
		"on boot p 1.1 pass":     `p wants a probability from 0 to 1`,
		"on boot p NaN pass":     `p wants a probability from 0 to 1`,
		"at soon pass":           `"soon" is not a time such as 500ms, 10s or 2m`,
		"at pass":                `"pass" is not a time such as 500ms, 10s or 2m`,
		"at -1s pass":            `"-1s" is not a time such as 500ms, 10s or 2m`,
		"drop":                   `drop acts on the answer to a command (on AT+X drop ...)`,
		"on ftp:cut drop":        `drop acts on the answer to a command (on AT+X drop ...)`,
		"on AT truncate":         `truncate: bytes is missing (0..2147483647)`,
		"on AT truncate -1":      `truncate: bytes: "-1" is not in 0..2147483647`,
		"on AT drop answer":      `drop: unexpected "answer" (drop [echo|info|prompt|final])`,
		"pass now":               `pass: unexpected "now" (pass)`,
		`raw \q`:                 `raw: a \ stands before r, n, xHH or another \`,
		`raw \xZZ`:               `raw: "\xZZ" is not \x and two hex digits`,
		"raw":                    `raw: a text is missing`,
		"urc @info RING":         `urc: @info is not a place (one of @echo, @info+K, @final, @after)`,
		"network far":            `network: state: "far" is not one of: idle, home, searching, denied, unknown, roaming`,
		"gprs":                   `gprs: word is missing (one of up, down)`,
		"file a":                 `file: size is missing (0..1073741824)`,
		"slow 0":                 `slow: number: "0" is not in 1..2147483647`,
		"ftp ABOR 226 x":         `ftp: the module does not send "ABOR" (one of CONNECT, DATA, 421, USER`,
		"ftp SIZE end 213 1":     `ftp: SIZE has no data, only RETR and STOR have an end`,
		"ftp RETR 99 x":          `ftp: code: "99" is not in 100..599`,
		"ftp RETR 550":           `ftp: a text is missing`,
		"ftp DATA 150 x":         `ftp: DATA takes refuse or timeout`,
		"expect gprs:active":     `expect: a time is missing before the event (expect 10s gprs:active)`,
		"expect soon boot":       `expect: "soon" is not a time such as 500ms, 10s or 2m`,
		"On boot pass":           `unknown verb "On" (words are in lower case: on)`,
		"on boot Once pass":      `unknown verb "Once" (words are in lower case: once)`,
		"on boot PASS":           `unknown verb "PASS" (words are in lower case: pass)`,
		"pass\nthen on boot log": `on cannot stand here (a rule has one trigger, at its beginning)`,
		"on boot once nth 2 log": `nth cannot stand here (a rule has one count)`,
		"on ftp:data@50 % cut":   `"%" stands apart (write it without a blank: ftp:data@50%)`,
		"wait 10s":               `unknown verb "wait" (then 10s VERB acts 10 s after the rule above)`,
		"when boot pass":         `unknown verb "when" (on EVENT VERB)`,
		"eahc 10s log x":         `unknown verb "eahc"`,
		"every 10s log x":        `every takes a number of times (each 10s acts every 10s)`,
		"on boot every 1m log x": `every takes a number of times (each 1m acts every 1m)`,
		"on boot every 1 log x":  `every: "1" is not in 2..2147483647`,
		"eac 10s log x":          `unknown verb "eac" (did you mean "each"?)`,
		"ftp:cut expect 1s boot": `ftp:cut is an event and stands where a verb has to (on ftp:cut VERB, expect 10s ftp:cut, forbid ftp:cut)`,
		"on ftp:data@1k cut":     `ftp:data@1k: "1k" is not a number of bytes or a percentage (write 1000)`,
		"expect 5s":              `expect: an event is missing`,
		"include x.scn":          `include works in files only`,
	} {
		_, err := Parse("x.scn", strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("x.scn:%d: %s", strings.Count(text, "\n")+1, want)) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		event, name, form, args string
		want                    bool
	}{
		{"AT+AFTPC", "+AFTPC", "", "", true},
		{"AT+AFTPC", "+AFTPCD", "", "", false},
		{"AT+AFTPC", "+AFTPC", "?", "", true},
		{"AT+AFTPC?", "+AFTPC", "", "", false},
		{"AT+AFTPREST=1000", "+AFTPREST", "=", "1000", true},
		{"AT+AFTPREST=1000", "+AFTPREST", "=", "10000", false},
		{"AT+AFTPREST=1000*", "+AFTPREST", "=", "10000", true},
		{"AT+AFTPREST=", "+AFTPREST", "=", "5", true},
		{"AT+AFTPREST=", "+AFTPREST", "=?", "", false},
		{"AT+AFTPREST=?", "+AFTPREST", "=?", "", true},
		{"ATE", "E", "=", "0", true},
		{"ATE0", "E", "=", "1", false},
		{"AT", "", "", "", true},
		{"ATD", "D", "=", "*99#", true},
		{"ATD*", "D", "=", "*99#", true},
		{"ATD*99#", "D", "=", "*99#", true},
		{"ATD*99#", "D", "=", "*99***1#", false},
		{"ATD*99*", "D", "=", "*99***1#", true},
		{"ATD*99***1#", "D", "=", "*99***1#", true},
		{"ATD+15550100;", "D", "=", "+15550100;", true},
		{"ATD123", "D", "=", "123", true},
		{"AT", "+CSQ", "", "", false},
	} {
		e, err := (&scanner{rest: c.event}).event()
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Matches(c.name, c.form, c.args); got != c.want {
			t.Errorf("%s and %s %s %s: %v", c.event, c.name, c.form, c.args, got)
		}
	}
}
