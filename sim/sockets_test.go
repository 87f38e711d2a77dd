package sim_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/backend/memnet"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A farEnd is a server that the module's sockets connect to.
type farEnd struct {
	*dialog
	listener net.Listener
	conn     net.Conn // the last one that was accepted
}

// A named network knows the name far.example alone.
type named struct{ *memnet.Network }

func (named) LookupHost(_ context.Context, name string) ([]string, error) {
	if name != "far.example" {
		return nil, internet.NotFound(name)
	}
	return []string{"192.0.2.10"}, nil
}

func (named) LookupAddr(_ context.Context, address string) ([]string, error) {
	if address != "192.0.2.10" {
		return nil, internet.NotFound(address)
	}
	return []string{"far.example"}, nil
}

// startFarEnd starts a modem with an active context and a server at every address, port 80.
func startFarEnd(t *testing.T, options ...sim.Option) *farEnd {
	t.Helper()
	n := memnet.New()
	l, err := n.Listen(&net.TCPAddr{Port: 80})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	f := &farEnd{dialog: startModem(t, append([]sim.Option{sim.Internet(named{n})}, options...)...), listener: l}
	f.ok(t, "ATE0")
	f.ok(t, "AT+AIPA=1")
	return f
}

// open opens a socket, with the arguments behind the port.
func (f *farEnd) open(t *testing.T, socket int, arguments string) {
	t.Helper()
	line := fmt.Sprintf(`AT+AIPO=%d,%d,"192.0.2.10",80%s`, socket, 5000+socket, arguments)
	if strings.HasSuffix(arguments, ",2") {
		f.expect(t, line, "CONNECT")
	} else {
		f.expect(t, line, fmt.Sprintf(`+AIPO: %d,%d,"192.0.2.10",80,0`, socket, 5000+socket), "OK")
	}
	conn, err := f.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	f.conn = conn
}

// sends lets the far end send something, and time pass until the host has it.
func (f *farEnd) sends(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(f.conn, text); err != nil {
		t.Fatal(err)
	}
	pass(time.Second)
}

// got is what the far end has received.
func (f *farEnd) got(t *testing.T, n int) string {
	t.Helper()
	p := make([]byte, n)
	if _, err := io.ReadFull(f.conn, p); err != nil {
		t.Fatal(err)
	}
	return string(p)
}

func TestSocketInCommandMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, "")
		f.expect(t, `AT+AIPW=1,"48656c6C6F"`, "+AIPW: 1,0,7300,5840,5", "OK")
		if got := f.got(t, 5); got != "Hello" {
			t.Errorf("the far end got %q", got)
		}
		f.sends(t, "ABCDEF")
		f.want(t, "data", frames(`+AIPRTCP:1,0,7300,5840,6,"414243444546"`))
		f.sends(t, strings.Repeat("x", 1000))
		f.want(t, "1000 bytes", frames(
			`+AIPRTCP:1,0,7300,5840,768,"`+strings.Repeat("78", 768)+`"`, `+AIPRTCP:1,0,7300,5840,232,"`+strings.Repeat("78", 232)+`"`))
		f.conn.Close()
		pass(time.Second)
		f.want(t, "the far end closes", frames("+AIPC: 1"))
		f.expect(t, "AT+AIPSST=1", `+AIPSST: 1,2,"192.0.2.66",5001,"192.0.2.10",80,0`, "OK")
		f.expect(t, `AT+AIPW=1,"41"`, "ERROR")
		f.expect(t, "AT+AIPESTAT", "+AIPESTAT: 215", "OK")
		f.expect(t, "AT+AIPC=1", "+AIPC: 1", "OK")
		f.expect(t, "AT+AIPSST=1", "+AIPSST: 1,0", "OK")
	})
}

func TestSocketInRequestMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 2, ",,,,1")
		f.sends(t, "ABC")
		f.want(t, "the first bytes", frames("+AIPRIPI: 2,0"))
		f.sends(t, "DEF")
		f.want(t, "more while some wait", "")
		f.expect(t, "AT+AIPR=2,4", `+AIPR: 2,0,7298,5840,4,"41424344"`, "OK")
		f.conn.Close()
		pass(time.Second)
		f.want(t, "the far end closes", frames("+AIPC: 2"))
		f.expect(t, "AT+AIPR=2,768", `+AIPR: 2,0,7300,5840,2,"4546"`, "OK")
		f.expect(t, "AT+AIPR=2,768", `+AIPR: 2,0,7300,5840,0,""`, "OK")
	})
}

// More than the module holds waits in the network: nothing is lost, and memory does not grow.
func TestSocketHoldsAWindow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, ",,,,1")
		sent := make([]byte, 300_000)
		rand.Read(sent)
		go func() {
			f.conn.Write(sent)
			f.conn.Close()
		}()
		pass(time.Second)
		f.want(t, "data", frames("+AIPRIPI: 1,0"))
		var got []byte
		for len(got) < len(sent) {
			answer := f.ask(t, "AT+AIPR=1,768")
			_, digits, _ := strings.Cut(answer, `,"`)
			digits, _, _ = strings.Cut(digits, `"`)
			p, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatalf("%q", answer)
			}
			got = append(got, p...)
			pass(100 * time.Millisecond)
		}
		if !bytes.Equal(got, sent) {
			t.Error("what the host fetched differs")
		}
	})
}

func TestSocketInDataMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 3, ",0,30,1,2")
		f.type_(t, "GET / HTTP/1.0\r\n\r\n")
		if got := f.got(t, 18); got != "GET / HTTP/1.0\r\n\r\n" {
			t.Errorf("the far end got %q", got)
		}
		f.sends(t, "HTTP/1.0 200 OK\r\n\r\n")
		f.want(t, "data", "HTTP/1.0 200 OK\r\n\r\n")
		f.type_(t, "+++")
		f.want(t, "the escape sequence", frames("OK"))
		f.sends(t, "later")
		f.want(t, "online command mode", "")
		f.expect(t, `AT+AIPW=3,"41"`, "ERROR")
		f.type_(t, "ATO\r")
		f.want(t, "back", frames("CONNECT")+"later")
		f.type_(t, "+++")
		f.want(t, "again", frames("OK"))
		f.expect(t, "AT+AIPC=3", "+AIPC: 3", "OK")
		if _, err := f.conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the far end reads %v", err)
		}
		f.expect(t, "AT+AIPC?", "OK")
	})
}

func TestSocketsFarEndClosesDataMode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, ",0,,,2")
		io.WriteString(f.conn, "bye")
		f.conn.Close()
		pass(time.Second)
		f.want(t, "the end", "bye"+frames("NO CARRIER"))
		f.expect(t, "AT+AIPSST=1", `+AIPSST: 1,2,"192.0.2.66",5001,"192.0.2.10",80,0`, "OK")
		f.expect(t, "AT+AIPC=1", "+AIPC: 1", "OK")
	})
}

// dnr 1 resolves a name, and an address needs none (Enhanced AT manual 3).
func TestSocketToAName(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.expect(t, `AT+AIPO=1,5001,"far.example",80,0,,1`, `+AIPO: 1,5001,"192.0.2.10",80,0`, "OK")
		f.expect(t, `AT+AIPO=2,5002,"192.0.2.10",80,,,1`, `+AIPO: 2,5002,"192.0.2.10",80,0`, "OK")
		f.expect(t, `AT+AIPO=3,,"other.example",80,0,,1`, "ERROR")
		f.expect(t, "AT+AIPESTAT", "+AIPESTAT: 222", "OK")
		f.expect(t, `AT+AIPDNR=1,"far.example"`, `+AIPDNR: "192.0.2.10"`, "OK")
		f.expect(t, `AT+AIPDNR=2,"192.0.2.10"`, `+AIPDNR: "far.example"`, "OK")
		f.expect(t, `AT+AIPDNR=2,"192.0.2.11"`, "ERROR")
	})
}

func TestSocketErrors(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, "")
		for _, c := range []struct {
			line   string
			number int
		}{
			{`AT+AIPO=0,,"192.0.2.10",80`, 300},
			{`AT+AIPO=9,,"192.0.2.10",80`, 300},
			{`AT+AIPO=2,,"192.0.2.10"`, 300},
			{`AT+AIPO=1,,"192.0.2.10",80`, 302},
			{`AT+AIPO=2,5001,"192.0.2.10",80`, 303},
			{`AT+AIPO=2,,"192.0.2.10",0`, 303},
			{`AT+AIPO=2,,"0.0.0.0",80`, 303},
			{`AT+AIPO=2,,"example.com",80`, 303},
			{`AT+AIPO=2,,"192.0.2.10",81`, 217},
			{`AT+AIPC=2`, 302},
			{`AT+AIPW=2,"41"`, 302},
			{`AT+AIPR=2,10`, 302},
			{`AT+AIPR=1,10`, 206},
			{`AT+AIPW=1,"4"`, 300},
			{`AT+AIPW=1,"4G"`, 300},
			{`AT+AIPW=1,""`, 300},
			{`AT+AIPW=1,"` + strings.Repeat("41", 768) + `4"`, 204},
			{`AT+AIPA=0`, 302},
		} {
			f.expect(t, c.line, "ERROR")
			f.expect(t, "AT+AIPESTAT", fmt.Sprintf("+AIPESTAT: %d", c.number), "OK")
		}
		f.expect(t, `AT+AIPW=1,"`+strings.Repeat("41", 768)+`"`, "+AIPW: 1,0,7300,5840,768", "OK")
		if got := f.got(t, 768); got != strings.Repeat("A", 768) {
			t.Errorf("the far end got %q", got)
		}
	})
}

// A far end that never reads closes the send window, and the host is told when it opens.
func TestSocketSendWindow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, "")
		line := `AT+AIPW=1,"` + strings.Repeat("41", 768) + `"`
		for n := 0; ; n++ {
			f.type_(t, line+"\r")
			pass(200 * time.Millisecond)
			if string(f.host.take()) == frames("ERROR") {
				break
			}
			if n > 200 {
				t.Fatal("the module takes data without end")
			}
		}
		f.expect(t, "AT+AIPESTAT", "+AIPESTAT: 227", "OK")
		go io.Copy(io.Discard, f.conn)
		pass(time.Second)
		f.want(t, "the far end reads", frames("+AIPEVNTI: 1,3"))
		f.expect(t, line, "+AIPW: 1,0,7300,5840,768", "OK")
	})
}

// What takes sockets down: the loss of the bearer leaves them for +AIPC, a restart frees them.
func TestSocketsEndWithTheirBearer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, "")
		far := f.conn
		f.open(t, 2, ",0,,,2")
		f.run(t, "gprs down")
		f.want(t, "the bearer is lost", frames("NO CARRIER", "+AIPC: 1"))
		for _, conn := range []net.Conn{far, f.conn} {
			if _, err := conn.Read(make([]byte, 1)); err == nil {
				t.Error("a far end is still connected")
			}
		}
		f.expect(t, "AT+AIPC?", "+AIPC: 1,2", "OK")
		f.ok(t, "AT+AIPC=1")
		f.ok(t, "AT+AIPA=1")
		f.open(t, 1, "")
		f.type_(t, "AT+SFUN=RST\r")
		pass(time.Minute)
		f.host.take()
		f.ok(t, "ATE0")
		f.expect(t, "AT+AIPC?", "OK")
	})
}

func TestSocketNoticesWaitForTheLine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, "")
		f.type_(t, "AT+C")
		f.sends(t, "A")
		f.want(t, "half a line", "")
		f.type_(t, "SQ\r")
		f.want(t, "its end", frames("+CSQ: 25,99", "OK", `+AIPRTCP:1,0,7300,5840,1,"41"`))
	})
}

// cut ends the socket that it names, or the one whose data has set the rule off; the others live
// on.
func TestCutOfASocket(t *testing.T) {
	for rule, gone := range map[string][]int{
		"cut":                                     {3}, // the latest
		"cut socket 1":                            {1},
		"on socket:data once cut":                 {2},
		"on socket:data once cut 0 socket 3":      {3},
		"on socket:data@5 once cut":               {2},
		"on socket:data once cut 4":               {2},
		"on AT+AIPW= once cut 5 socket 2":         {2},
		"on socket:open 1 cut":                    nil,
		"on socket:closed once cut socket 3":      nil,
		"on AT+AIPW= once stall 1s socket 2":      nil,
		"on AT+AIPW= once gprs down":              {1, 2, 3},
		"on socket:data once gprs down silent 5s": nil,
	} {
		t.Run(rule, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				f := startFarEnd(t)
				for n := 1; n <= 3; n++ {
					f.open(t, n, "")
				}
				f.run(t, rule)
				f.ask(t, `AT+AIPW=2,"4142434445"`)
				pass(time.Minute)
				var left []int
				for _, s := range f.modem.State().Sockets {
					if s.State == "left" {
						left = append(left, s.Number)
					}
				}
				if !slices.Equal(left, gone) {
					t.Errorf("ended: %v, want %v\n%s", left, gone, f.modem.Transcript())
				}
			})
		})
	}
}

// Faults on bytes act on the data of a socket, both ways.
func TestDamageOfSocketData(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		f.open(t, 1, "")
		f.run(t, "flip 1")
		f.ok(t, `AT+AIPW=1,"41424344"`)
		if got := f.got(t, 4); got == "ABCD" {
			t.Error("what the host sends is not damaged")
		}
		f.sends(t, "EFGH")
		if got := string(f.host.take()); !strings.HasPrefix(got, "\r\n+AIPRTCP:1,0,7300,5840,4,") || strings.Contains(got, "45464748") {
			t.Errorf("what the far end sends is not damaged: %q", got)
		}
		f.run(t, "flip off")
		f.run(t, "stall 10s")
		io.WriteString(f.conn, "late")
		pass(5 * time.Second)
		f.want(t, "stalled", "")
		pass(6 * time.Second)
		f.want(t, "passes again", frames(`+AIPRTCP:1,0,7300,5840,4,"6C617465"`))
	})
}

func TestSocketEvents(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var events []string
		f := startFarEnd(t, sim.Observe(func(e sim.Event) {
			if strings.HasPrefix(string(e.Kind), "socket:") {
				events = append(events, e.String())
			}
		}))
		f.open(t, 2, "")
		f.expect(t, `AT+AIPO=3,,"192.0.2.10",81`, "ERROR")
		f.ok(t, `AT+AIPW=2,"4142"`)
		f.sends(t, "abc")
		f.host.take()
		f.ok(t, "AT+AIPC=2")
		want := "socket:open 2|socket:refused 3 dial tcp 192.0.2.10:81: connect: connection refused|socket:data 2 2|socket:data 5 2|socket:closed 2"
		if got := strings.Join(events, "|"); got != want {
			t.Errorf("events %s\nwant   %s", got, want)
		}
	})
}

// A datagram stays one, both ways, also where a rule acts in its middle or holds it back.
func TestDatagramsStayWhole(t *testing.T) {
	bubble(t, func(t *testing.T) {
		far, marked := newDatagrams(), false
		f := startFarEnd(t, sim.Internet(far), sim.Observe(func(e sim.Event) {
			marked = marked || e.Kind == scenarios.EventSocketData && e.N == 3
		}))
		f.run(t, "on socket:data@3 log there")
		f.expect(t, `AT+AIPO=1,5001,"192.0.2.10",53,1`, `+AIPO: 1,5001,"192.0.2.10",53,1`, "OK")
		for _, digits := range []string{"41", "424344", "4546474849"} {
			f.expect(t, `AT+AIPW=1,"`+digits+`"`, fmt.Sprintf("+AIPW: 1,1,0,0,%d", len(digits)/2), "OK")
		}
		f.run(t, "stall 1s")
		f.ok(t, `AT+AIPW=1,"4A"`)
		f.ok(t, `AT+AIPW=1,"4B4C"`)
		pass(2 * time.Second)
		if got := strings.Join(far.take(), " "); got != "A BCD EFGHI J KL" {
			t.Errorf("the far end got %q", got)
		}
		far.conn.sends("one")
		far.conn.sends("three")
		pass(time.Second)
		f.want(t, "datagrams", frames(`+AIPRUDP:1,1,0,0,3,"6F6E65"`, `+AIPRUDP:1,1,0,0,5,"7468726565"`))
		if !marked {
			t.Error("the byte in a datagram at which a rule acts is not told")
		}
	})
}

// While the host does not read, nothing more is taken from the far end than the port and the module
// hold, and nothing is lost.
func TestSocketWhoseHostDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := memnet.New()
		l, err := n.Listen(&net.TCPAddr{Port: 80})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { n.Close() })
		s := openPort(t, sim.Internet(named{n}))
		io.WriteString(s.line, "ATE0\rAT+AIPA=1\r")
		io.WriteString(s.line, `AT+AIPO=1,,"192.0.2.10",80`+"\r")
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		sent := make([]byte, 1<<20)
		rand.Read(sent)
		taken := 0
		go func() {
			for ; taken < len(sent); taken += 1024 {
				conn.Write(sent[taken : taken+1024])
			}
			conn.Close()
		}()
		pass(time.Hour)
		if taken > 1<<18 {
			t.Errorf("%d bytes were taken from the far end while nobody read", taken)
		}
		var got []byte
		for in := bufio.NewReader(s.line); ; {
			line, err := in.ReadString('\n')
			if err != nil || strings.HasPrefix(line, "+AIPC: 1") {
				break
			}
			if _, digits, ok := strings.Cut(line, `,"`); ok && strings.HasPrefix(line, "+AIPRTCP:") {
				p, err := hex.DecodeString(strings.TrimSuffix(digits, "\"\r\n"))
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, p...)
			}
		}
		if !bytes.Equal(got, sent) {
			t.Errorf("%d bytes came of %d, or others", len(got), len(sent))
		}
	})
}

// Ten thousand sockets, one after the other, leave nothing behind.
func TestTenThousandSockets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := startFarEnd(t)
		open := func(n int) {
			for range n {
				f.ok(t, `AT+AIPO=1,,"192.0.2.10",80`)
				conn, err := f.listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				f.ok(t, `AT+AIPW=1,"4142"`)
				f.ok(t, "AT+AIPC=1")
				if got, _ := io.ReadAll(conn); string(got) != "AB" {
					t.Fatalf("the far end got %q", got)
				}
				conn.Close()
			}
			pass(time.Minute)
		}
		open(100)
		before := holds()
		open(10_000)
		after := holds()
		if more := int64(after.heap) - int64(before.heap); after.goroutines > before.goroutines || more > 4<<20 {
			t.Errorf("%d goroutines more, and %d bytes", after.goroutines-before.goroutines, more)
		}
		t.Logf("%d goroutines and %d bytes, then %d and %d", before.goroutines, before.heap, after.goroutines, after.heap)
	})
}

// FuzzSocketData: whatever the far end sends, and in whatever pieces, the host gets it all and in
// order, in each mode of TCP and in command mode of UDP.
func FuzzSocketData(f *testing.F) {
	f.Add(byte(0), []byte("ABC"), uint16(1))
	f.Add(byte(1), []byte("\r\nOK\r\n+AIPC: 1\r\n"), uint16(3))
	f.Add(byte(2), []byte("\r\nNO CARRIER\r\n+++"), uint16(2))
	f.Add(byte(0), bytes.Repeat([]byte{0, 255}, 5000), uint16(4000))
	f.Fuzz(func(t *testing.T, mode byte, data []byte, piece uint16) {
		mode %= 3
		bubble(t, func(t *testing.T) {
			far := startFarEnd(t)
			far.open(t, 1, fmt.Sprintf(",0,30,0,%d", mode))
			go func() {
				for p := range slices.Chunk(data, max(1, int(piece))) {
					far.conn.Write(p)
				}
				far.conn.Close()
			}()
			pass(time.Minute)
			got := far.host.take()
			switch mode {
			case 2:
				got = bytes.TrimSuffix(got, []byte(frames("NO CARRIER")))
			case 1:
				for got = nil; len(got) < len(data); {
					answer := far.ask(t, "AT+AIPR=1,768")
					pass(time.Second)
					p := hexOf(t, answer)
					if len(p) == 0 {
						break
					}
					got = append(got, p...)
				}
			default:
				var came []byte
				for line := range strings.Lines(string(got)) {
					if strings.HasPrefix(line, "+AIPRTCP:") {
						came = append(came, hexOf(t, line)...)
					}
				}
				got = came
			}
			if !bytes.Equal(got, data) {
				t.Errorf("mode %d: %q came of %q", mode, got, data)
			}
		})
	})
}

// hexOf is what stands in hex digits in quotes in an answer.
func hexOf(t *testing.T, answer string) []byte {
	t.Helper()
	_, digits, _ := strings.Cut(answer, `,"`)
	digits, _, _ = strings.Cut(digits, `"`)
	p, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatalf("%q: %v", answer, err)
	}
	return p
}

// Eight sockets at once, of both protocols and each mode beside data mode, bring back what each was
// given.
func TestEightSocketsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := internet.NewEmbedded(internet.Options{})
		t.Cleanup(func() { network.Close() })
		d := startModem(t, sim.Internet(network))
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		for n := 1; n <= 8; n++ {
			d.ok(t, fmt.Sprintf(`AT+AIPO=%d,,"203.0.113.%d",7,%d,30,0,%d`, n, n, n/5, n%2))
		}
		d.expect(t, "AT+AIPO?", "OK")
		sent, got := make(map[int]string), make(map[int]string)
		for round := range 20 {
			var came strings.Builder // UDP answers at once
			for n := 1; n <= 8; n++ {
				text := fmt.Sprintf("socket %d round %d;", n, round)
				sent[n] += text
				came.WriteString(d.ask(t, fmt.Sprintf(`AT+AIPW=%d,"%X"`, n, text)))
			}
			pass(time.Second)
			came.Write(d.host.take())
			for line := range strings.Lines(came.String()) {
				var n int
				if _, err := fmt.Sscanf(line, "+AIPRTCP:%d,", &n); err == nil {
					got[n] += string(hexOf(t, line))
				} else if _, err := fmt.Sscanf(line, "+AIPRUDP:%d,", &n); err == nil {
					got[n] += string(hexOf(t, line))
				}
			}
			for n := 1; n <= 8; n += 2 {
				got[n] += string(hexOf(t, d.ask(t, fmt.Sprintf("AT+AIPR=%d,768", n))))
			}
		}
		for n := 1; n <= 8; n++ {
			if got[n] != sent[n] {
				t.Errorf("socket %d brought back %q", n, got[n])
			}
		}
	})
}
