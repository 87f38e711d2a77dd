//go:build conformance

package conformance

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/modemsim/modemsim/sim"
)

// A way is how the modem connects to the server.
type way struct {
	name string
	ftp  func(*site) sim.FTPServer
	asks func(*site) string // the address that the host names
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

// test runs every case. Those of a server without limits are run by every way, with the same
// result.
func (v server) test(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.writeFiles(t)
	g := readGolden(t, v.name)
	t.Cleanup(func() { g.save(t) })
	for l, list := range byLimits() {
		name, through := "limits of "+list[0].name, ways[:1]
		if l == (limits{}) {
			name, through = "no limits", ways
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := a
			if l.logins > 0 { // Pure-FTPd counts an account's logins on the whole machine
				a = newAccount(t)
				a.writeFiles(t)
			}
			s := v.start(t, a, l)
			for _, w := range through {
				for _, c := range list {
					t.Run(w.name+"/"+c.name, func(t *testing.T) { s.visit(t, w, c, g) })
				}
			}
		})
	}
}

// byLimits groups the cases by the limits of the site that they need.
func byLimits() map[limits][]visitCase {
	m := map[limits][]visitCase{}
	for _, c := range cases {
		m[c.limits] = append(m[c.limits], c)
	}
	return m
}

// visit runs one case.
func (s *site) visit(t *testing.T, w way, c visitCase, g *golden) {
	x := newVisit(t, s, w)
	c.run(x)
	x.hangUp()
	g.compare(t, c.name, x.said.String())
}

// A visit is a run of a case: a modem with a host on a tty, a server, and the record of what they
// said.
type visit struct {
	*host
	modem   *modem
	site    *site
	open    string // the beginning of a login: +AFTPO and the server's address
	said    strings.Builder
	masks   []string // for strings.NewReplacer: text that changes from run to run, and its name
	foreign chan string
}

func newVisit(t *testing.T, s *site, w way) *visit {
	t.Helper()
	x := &visit{site: s, masks: []string{s.user, "USER", s.password, "PASSWORD"}, foreign: make(chan string, 1)}
	x.modem = startModem(t, sim.FTP(x.local(w.ftp(s))))
	x.host = x.modem.dial(t)
	ip, port, err := net.SplitHostPort(w.asks(s))
	if err != nil {
		t.Fatal(err)
	}
	x.open = fmt.Sprintf("AT+AFTPO=%q,%s", ip, port)
	x.mask(x.open, `AT+AFTPO="ADDRESS",PORT`)
	x.must("AT+AIPA=1", "OK")
	return x
}

// local keeps the modem's FTP on this machine: any other address is unreachable and stored in
// x.foreign.
func (x *visit) local(to sim.FTPServer) sim.FTPServer {
	dial := to.Dial
	to.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if !strings.HasPrefix(address, "127.0.0.1:") {
			select {
			case x.foreign <- address:
			default:
			}
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
		}
		return dial(ctx, network, address)
	}
	return to
}

// set changes a setting of the modem.
func (x *visit) set(key, value string) {
	x.t.Helper()
	if err := x.modem.Do("set " + key + " " + value); err != nil {
		x.t.Fatal(err)
	}
}

// mask makes the record show name instead of text that changes from run to run.
func (x *visit) mask(changing, name string) { x.masks = append(x.masks, changing, name) }

// maskNumber masks a number, such as a count of bytes.
func (x *visit) maskNumber(n int64, name string) { x.mask(strconv.FormatInt(n, 10), name) }

// A mask is a text of a server that changes from run to run, and what the record shows instead.
type mask struct {
	changing *regexp.Regexp
	name     string
}

// dataPort masks the port in a 227 reply (RFC 959 4.1.2).
var dataPort = mask{regexp.MustCompile(`(\(\d+,\d+,\d+,\d+,)\d+,\d+\)`), "${1}PORT)"}

// note adds a line to the record.
func (x *visit) note(mark, text string) {
	text = strings.NewReplacer(x.masks...).Replace(text)
	for _, m := range append(x.site.kind.masks, dataPort) {
		text = m.changing.ReplaceAllString(text, m.name)
	}
	fmt.Fprintf(&x.said, "%s %s\n", mark, text)
}

// say sends a command line, records it and its answer, and returns the final result.
func (x *visit) say(line string) string {
	x.t.Helper()
	frames := x.ask(line)
	x.note(">", line)
	for _, text := range frames {
		x.note("<", text)
	}
	return frames[len(frames)-1]
}

// expect is like say, but the test ends if the final result is another.
func (x *visit) expect(line, result string) {
	x.t.Helper()
	if got := x.say(line); got != result {
		x.t.Fatalf("%s: %s, want %s; so far\n%s", line, got, result, x.said.String())
	}
}

// login logs in. It is the beginning of every case but that of the login.
func (x *visit) login() {
	x.t.Helper()
	x.must(x.open+x.credentials(), "OK")
}

// credentials returns the end of an +AFTPO that logs in.
func (x *visit) credentials() string { return fmt.Sprintf(",%q,%q", x.site.user, x.site.password) }

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
