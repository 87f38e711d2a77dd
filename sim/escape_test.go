package sim_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A typed is something that a host sends after a pause.
type typed struct {
	after time.Duration
	text  string
}

// at once, slowly enough to be fast, and too slowly for an escape sequence.
const (
	now    = 0
	spread = 900 * time.Millisecond
	apart  = 1100 * time.Millisecond
)

// Section F: no guard time; three in one burst or up to 1 s each; fewer than three are data.
func TestEscapeEndsAnUpload(t *testing.T) {
	for name, c := range map[string]struct {
		typed  []typed
		stored string
	}{
		"a burst":                       {[]typed{{now, "data"}, {now, "+++"}}, "data"},
		"a burst with the data":         {[]typed{{now, "data+++"}}, "data"},
		"a burst much later":            {[]typed{{now, "data"}, {time.Minute, "+++"}}, "data"},
		"first of all":                  {[]typed{{now, "+++"}}, ""},
		"spread":                        {[]typed{{now, "data"}, {spread, "+"}, {spread, "+"}, {spread, "+"}}, "data"},
		"two and one":                   {[]typed{{now, "data++"}, {spread, "+"}}, "data"},
		"one and two":                   {[]typed{{now, "data+"}, {spread, "++"}}, "data"},
		"too far apart, then a burst":   {[]typed{{now, "data"}, {apart, "+"}, {apart, "+"}, {apart, "+"}, {apart, "+++"}}, "data+++"},
		"two, a pause, three":           {[]typed{{now, "data++"}, {apart, "+++"}}, "data++"},
		"two, then data":                {[]typed{{now, "data++"}, {now, "more"}, {now, "+++"}}, "data++more"},
		"two, then data in one piece":   {[]typed{{now, "data++more+++"}}, "data++more"},
		"two, then data after a while":  {[]typed{{now, "data++"}, {spread, "more+++"}}, "data++more"},
		"one at the end of each piece":  {[]typed{{now, "a+"}, {now, "b+"}, {now, "c+"}, {now, "+"}, {now, "+"}}, "a+b+c"},
		"single ones":                   {[]typed{{now, "+1+2+3++4"}, {now, "+++"}}, "+1+2+3++4"},
		"after a full piece":            {[]typed{{now, strings.Repeat("x", 4096)}, {now, "+++"}}, strings.Repeat("x", 4096)},
		"across the end of a piece":     {[]typed{{now, strings.Repeat("x", 4094) + "+++"}}, strings.Repeat("x", 4094)},
		"across the end of a big piece": {[]typed{{now, strings.Repeat("x", 16383) + "+++"}}, strings.Repeat("x", 16383)},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.logIn(t)
				d.upload(t, "up")
				for i, x := range c.typed {
					d.want(t, "before the sequence is whole", "")
					if i == len(c.typed)-1 {
						d.wantNotStored(t, "up")
					}
					pass(x.after)
					d.type_(t, x.text)
				}
				d.want(t, "+++", frames("OK"))
				d.wantStored(t, "up", c.stored)
				d.expect(t, "AT", "OK")
			})
		})
	}
}

// A fourth character is command input, as what follows it is.
func TestInputAfterTheEscape(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "data++++")
		d.want(t, "++++", frames("OK"))
		d.wantStored(t, "up", "data")
		d.type_(t, "AT+CSQ\r")
		d.want(t, "AT+CSQ", frames("+CSQ: 25,99", "OK"))
	})
}

// The characters that wait for more are data when the transfer ends without them.
func TestHeldEscapeCharactersAreData(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.ok(t, "AT&D1")
		d.upload(t, "up")
		d.type_(t, "data++")
		d.pulseDTR(t, frames("OK"))
		d.expect(t, "ATO", "CONNECT")
		d.type_(t, "+x+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "data+++x")
	})
}

// +++ in a download stops it; the answer is OK, the session stays (section F).
func TestEscapeStopsADownload(t *testing.T) {
	for name, sequence := range map[string][]typed{
		"a burst":                {{now, "+++"}},
		"spread":                 {{now, "+"}, {spread, "+"}, {spread, "+"}},
		"after other input":      {{now, "AT\r"}, {now, "x+++"}},
		"too far apart at first": {{now, "+"}, {apart, "++"}, {apart, "+++"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startNetwork(t, &network{pace: time.Second})
				content := string(noise(1<<20, 5))
				d.put(t, "f", []byte(content))
				d.put(t, "small", []byte("small"))
				d.logIn(t)
				d.retrieve(t, "f")
				d.type_(t, "AT+AFTPDATA\r")
				pass(3500 * time.Millisecond)
				for _, x := range sequence {
					pass(x.after)
					d.type_(t, x.text)
				}
				synctest.Wait()
				got := string(d.host.take())
				got, connect := strings.CutPrefix(got, frames("CONNECT"))
				got, ok := strings.CutSuffix(got, frames("OK"))
				if !connect || !ok || got == "" || !strings.HasPrefix(content, got) || len(got) == len(content) {
					t.Fatalf("CONNECT %t, %d bytes (of the file %t), OK %t", connect, len(got), strings.HasPrefix(content, got), ok)
				}
				pass(time.Minute)
				d.want(t, "a minute later", "") // fault D2 is not this modem's
				d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
				d.fetch(t, "small", "small")
			})
		})
	}
}

// Content that holds the sequence ends an upload there, and the log says so (section F).
func TestContentWithTheEscape(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.upload(t, "up")
		d.type_(t, "12345+++67890")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "12345")
		d.wantNote(t, "escape sequence after 5 bytes")
	})
}

// With escape-guard the sequence needs silence before and after it, and content may hold it.
func TestEscapeGuard(t *testing.T) {
	const short, long = 300 * time.Millisecond, 1200 * time.Millisecond
	for name, c := range map[string]struct {
		typed  []typed
		stored string // "-": the upload goes on
	}{
		"a burst in silence":          {[]typed{{now, "data"}, {long, "+++"}, {long, ""}}, "data"},
		"spread":                      {[]typed{{now, "data"}, {long, "+"}, {short, "+"}, {short, "+"}, {long, ""}}, "data"},
		"in two pieces":               {[]typed{{now, "data"}, {long, "++"}, {short, "+"}, {long, ""}}, "data"},
		"the guard after is awaited":  {[]typed{{now, "data"}, {long, "+++"}, {short, ""}}, "-"},
		"no silence before":           {[]typed{{now, "data"}, {short, "+++"}, {long, ""}}, "-"},
		"no silence after":            {[]typed{{now, "data"}, {long, "+++"}, {short, "x"}, {long, ""}}, "-"},
		"in the content":              {[]typed{{now, "da+++ta"}, {long, ""}}, "-"},
		"too slow":                    {[]typed{{now, "data"}, {long, "+"}, {long, "+"}, {long, "+"}, {long, ""}}, "-"},
		"four":                        {[]typed{{now, "data"}, {long, "++++"}, {long, ""}}, "-"},
		"content, then the real one":  {[]typed{{now, "da+++ta"}, {long, "+++"}, {long, ""}}, "da+++ta"},
		"broken off, then a real one": {[]typed{{now, "data"}, {long, "++"}, {long, "+++"}, {long, ""}}, "data++"},
		"right after CONNECT":         {[]typed{{now, "+++"}, {long, ""}}, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, with(t, "escape-guard 1s"))
				d.logIn(t)
				d.upload(t, "up")
				for _, x := range c.typed {
					pass(x.after)
					d.type_(t, x.text)
				}
				if c.stored == "-" {
					d.want(t, "the upload goes on", "")
					pass(10 * time.Second)
					if name == "the guard after is awaited" {
						d.want(t, "after the guard", frames("OK"))
						return
					}
					d.want(t, "the upload goes on", "")
					d.type_(t, "+++")
					pass(2 * time.Second)
					d.want(t, "+++", frames("OK"))
					var all string
					for _, x := range c.typed {
						all += x.text
					}
					d.wantStored(t, "up", all)
					return
				}
				d.want(t, "+++", frames("OK"))
				d.wantStored(t, "up", c.stored)
			})
		})
	}
}

// S2 is the escape character; above 127 there is none (V.250, C.5).
func TestEscapeCharacter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.ok(t, "ATS2=42")
		d.upload(t, "up")
		d.type_(t, "a+++b***")
		d.want(t, "***", frames("OK"))
		d.wantStored(t, "up", "a+++b")
		d.ok(t, "ATS2=128")
		d.upload(t, "up2")
		d.type_(t, "+++***\x80\x80\x80")
		pass(time.Minute)
		d.want(t, "no sequence", "")
		d.pulseDTR(t, frames("OK"))
		d.wantNotStored(t, "up2")
	})
}

// A.1, section F: +++ in a download is OK and the session stays, also when only the server's last
// word is missing.
func TestEscapeWhileTheLastReplyIsAwaited(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{late: lateReply("226 ", 3*time.Second)}
		d := startNetwork(t, n)
		d.put(t, "f", []byte("content"))
		d.logIn(t)
		d.retrieve(t, "f")
		d.type_(t, "AT+AFTPDATA\r")
		d.want(t, "AT+AFTPDATA", frames("CONNECT")+"content")
		pass(time.Second)
		d.type_(t, "+++")
		pass(10 * time.Second)
		got := string(d.host.take())
		if got != frames("OK") && got != frames("NO CARRIER") {
			t.Errorf("after +++ %q", got)
		}
		d.expect(t, "AT+AFTPO?", "+AFTPC: 1", "OK")
		d.ok(t, "AT+AFTPTYPE=0")
	})
}
