//go:build conformance

package conformance

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/sim"
)

// A way is how the modem gets to the server.
type way struct {
	name string
	ftp  func(*site) sim.FTPServer
	asks func(*site) string // the address that the host asks for
}

var ways = []way{
	{
		name: "at",
		ftp:  func(s *site) sim.FTPServer { return sim.At(s.address()) },
		asks: func(*site) string { return "192.0.2.1:21" },
	},
	{
		name: "direct",
		ftp:  func(*site) sim.FTPServer { return sim.Direct() },
		asks: (*site).address,
	},
}

// test runs every case by every way; the modem says the same whichever way it goes.
func (v server) test(t *testing.T) {
	s := v.start(t)
	s.furnish(t)
	g := readGolden(t, v.name)
	for _, w := range ways {
		for _, c := range cases {
			t.Run(w.name+"/"+c.name, func(t *testing.T) {
				x := newVisit(t, s, w)
				c.run(x)
				x.hangUp()
				g.compare(t, c.name, x.said.String())
			})
		}
	}
	g.save(t)
}

// A visit is a modem that a host has on a tty, near a server, and what they said.
type visit struct {
	*host
	modem *modem
	site  *site
	open  string // +AFTPO and the server's address
	said  strings.Builder
	masks []string // for strings.NewReplacer: what changes from run to run, and its name
}

func newVisit(t *testing.T, s *site, w way) *visit {
	t.Helper()
	m := startModem(t, sim.FTP(w.ftp(s)))
	x := &visit{host: m.dial(t), modem: m, site: s, masks: []string{s.user, "USER", s.password, "PASSWORD"}}
	ip, port, err := net.SplitHostPort(w.asks(s))
	if err != nil {
		t.Fatal(err)
	}
	x.open = fmt.Sprintf("AT+AFTPO=%q,%s", ip, port)
	x.mask(x.open, `AT+AFTPO="ADDRESS",PORT`)
	x.must("AT+AIPA=1", "OK")
	return x
}

// mask lets the record show name in place of what changes from run to run.
func (x *visit) mask(changing, name string) { x.masks = append(x.masks, changing, name) }

// maskNumber is mask for a number, such as a count of bytes.
func (x *visit) maskNumber(n int64, name string) { x.mask(strconv.FormatInt(n, 10), name) }

// dataPort is the port in a 227 reply (RFC 959 4.1.2).
var dataPort = regexp.MustCompile(`(\(\d+,\d+,\d+,\d+,)\d+,\d+\)`)

// note adds a line to the record.
func (x *visit) note(mark, text string) {
	text = strings.NewReplacer(x.masks...).Replace(text)
	fmt.Fprintf(&x.said, "%s %s\n", mark, dataPort.ReplaceAllString(text, "${1}PORT)"))
}

// say sends a command line, records it and its answer, and gives the final result.
func (x *visit) say(line string) string {
	x.t.Helper()
	frames := x.ask(line)
	x.note(">", line)
	for _, text := range frames {
		x.note("<", text)
	}
	return frames[len(frames)-1]
}

// expect is say for a line whose final result decides whether the rest makes sense.
func (x *visit) expect(line, result string) {
	x.t.Helper()
	if got := x.say(line); got != result {
		x.t.Fatalf("%s: %s, want %s; so far\n%s", line, got, result, x.said.String())
	}
}

// login logs in, which every case but the login's own takes for granted.
func (x *visit) login() {
	x.t.Helper()
	x.must(fmt.Sprintf("%s,%q,%q", x.open, x.site.user, x.site.password), "OK")
}

// retrieve enters data mode for a download.
func (x *visit) retrieve(name string) {
	x.t.Helper()
	x.expect("AT+AFTPPASV=1", "OK")
	x.expect(fmt.Sprintf("AT+AFTPRETR=%q", name), "OK")
	x.expect("AT+AFTPDATA", "CONNECT")
}

// store enters data mode for an upload.
func (x *visit) store(name string) {
	x.t.Helper()
	x.expect("AT+AFTPPASV=1", "OK")
	x.expect(fmt.Sprintf("AT+AFTPSTOR=%q", name), "OK")
	x.expect("AT+AFTPDATA", "CONNECT")
}

// logout closes the connection to the server and the context.
func (x *visit) logout() {
	x.t.Helper()
	x.expect("AT+AFTPC", "OK")
	x.must("AT+AIPA=0", "OK")
}
