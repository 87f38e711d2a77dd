package sim_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// Section E, check 2: CONNECT has exactly 11 bytes, the file begins at byte 12, and NO CARRIER
// follows its last byte.
func TestConnectIsElevenBytes(t *testing.T) {
	for _, x := range []string{"ATX0", "ATX4"} {
		t.Run(x, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.put(t, "f", []byte("first byte"))
				d.logIn(t)
				d.ok(t, x)
				d.retrieve(t, "f")
				got := d.ask(t, "AT+AFTPDATA")
				if got[:11] != "\r\nCONNECT\r\n" {
					t.Errorf("the first 11 bytes are %q", got[:11])
				}
				if got[11:] != "first byte\r\nNO CARRIER\r\n" {
					t.Errorf("from byte 12 on: %q", got[11:])
				}
			})
		})
	}
}

// Section F: 1 and CR under V0, nothing under Q1; the end of the file is told the same way.
func TestConnectUnderV0AndQ1(t *testing.T) {
	for line, want := range map[string]string{"ATV0": "1\rcontent3\r", "ATQ1": "content", "ATQ1V0": "content"} {
		t.Run(line, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.put(t, "f", []byte("content"))
				d.logIn(t)
				d.retrieve(t, "f")
				d.ask(t, line)
				if got := d.ask(t, "AT+AFTPDATA"); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			})
		})
	}
}

func TestEmptyFile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.put(t, "empty", nil)
		d.logIn(t)
		d.fetch(t, "empty", "")
		d.upload(t, "up")
		d.type_(t, "+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "")
	})
}

// A file that ends like the result that follows it (fault D7), and one that looks like a whole
// session.
func TestContentThatLooksLikeResults(t *testing.T) {
	for _, content := range []string{"x\r\nNO CARRIER\r\n", "\r\nOK\r\n", "+++", "++", "AT\r\r\nERROR\r\n", "\r\nCONNECT\r\n"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			d.put(t, "f", []byte(content))
			d.logIn(t)
			d.fetch(t, "f", content)
			d.expect(t, "AT", "OK")
		})
	}
}

// everyByte are the 256 values, forwards and back, and each of them twice.
func everyByte() string {
	var b []byte
	for i := range 256 {
		b = append(b, byte(i))
	}
	for i := range 256 {
		b = append(b, byte(255-i))
	}
	for i := range 256 {
		b = append(b, byte(i), byte(i))
	}
	return string(b)
}

func TestEveryByteValue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.put(t, "f", []byte(everyByte()))
		d.logIn(t)
		d.fetch(t, "f", everyByte())
		d.upload(t, "up")
		for _, b := range []byte(everyByte()) {
			d.type_(t, string([]byte{b}))
		}
		d.want(t, "data", "")
		d.type_(t, "+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", everyByte())
	})
}

// noise is n bytes that hold no escape sequence.
func noise(n int, seed byte) []byte {
	p := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(p)
	p = bytes.ReplaceAll(p, []byte("++"), []byte("+*"))
	p[n-1] = '.'
	return p
}

func TestEightMebibytes(t *testing.T) {
	const size = 8 << 20
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		content := noise(size, 1)
		d.put(t, "f", content)
		d.logIn(t)
		d.retrieve(t, "f")
		got := d.ask(t, "AT+AFTPDATA")
		got, _ = strings.CutPrefix(got, frames("CONNECT"))
		got, carrier := strings.CutSuffix(got, frames("NO CARRIER"))
		if len(got) != size || sha256.Sum256([]byte(got)) != sha256.Sum256(content) || !carrier {
			t.Fatalf("downloaded %d bytes, NO CARRIER %t", len(got), carrier)
		}
		content = noise(size, 2)
		d.upload(t, "up")
		d.type_(t, string(content))
		d.type_(t, "+++")
		d.want(t, "+++", frames("OK"))
		stored, _ := d.server.Stored("up")
		if len(stored) != size || sha256.Sum256(stored) != sha256.Sum256(content) {
			t.Fatalf("stored %d bytes", len(stored))
		}
		d.wantNote(t, fmt.Sprintf("upload complete: %d bytes, SHA-256 %x", size, sha256.Sum256(content)))
	})
}

// Other input during a download is dropped (section F).
func TestInputDuringDownloadIsDropped(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{pace: time.Second}
		d := startNetwork(t, n)
		content := string(noise(100<<10, 3))
		d.put(t, "f", []byte(content))
		d.logIn(t)
		d.retrieve(t, "f")
		d.type_(t, "AT+AFTPDATA\r")
		pass(2500 * time.Millisecond)
		d.type_(t, "AT+CSQ\r++AT")
		d.type_(t, "\r")
		pass(time.Minute)
		d.want(t, "AT+AFTPDATA", frames("CONNECT")+content+frames("NO CARRIER"))
		d.expect(t, "AT", "OK")
	})
}

// An upload and a download in turn on one session, a hundred times.
func TestManyTransfers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		for i := range 50 {
			content := strings.Repeat(fmt.Sprintf("line %d\n", i), i*10)
			d.upload(t, "f")
			d.type_(t, content+"+++")
			d.want(t, "+++", frames("OK"))
			d.fetch(t, "f", content)
		}
	})
}

// The file goes out as it comes, whatever the host's line and whatever stands around the end of a
// chunk.
func TestDownloadSizesAroundBuffers(t *testing.T) {
	for _, size := range []int{1, 4095, 4096, 16383, 16384, 16385, 18048, 65535, 65536, 65537, 131072} {
		bubble(t, func(t *testing.T) {
			d := startModem(t)
			content := string(noise(size, byte(size)))
			d.put(t, "f", []byte(content))
			d.logIn(t)
			d.fetch(t, "f", content)
			d.upload(t, "up")
			d.type_(t, content+"+++")
			d.want(t, "+++", frames("OK"))
			d.wantStored(t, "up", content)
		})
	}
}

// NO CARRIER comes after the server's final reply, at most 5 s after the end of the data (section
// F).
func TestNoCarrierAwaitsTheServersReply(t *testing.T) {
	for _, c := range []struct {
		late, at time.Duration
	}{{3 * time.Second, 3 * time.Second}, {time.Minute, 5 * time.Second}} {
		bubble(t, func(t *testing.T) {
			d := startNetwork(t, &network{late: lateReply("226 ", c.late)})
			d.put(t, "f", []byte("content"))
			d.logIn(t)
			d.retrieve(t, "f")
			start := time.Now()
			d.type_(t, "AT+AFTPDATA\r")
			d.want(t, "data", frames("CONNECT")+"content")
			time.Sleep(c.at - time.Millisecond)
			d.want(t, "before the reply", "")
			time.Sleep(time.Millisecond)
			d.want(t, "after the reply", frames("NO CARRIER"))
			if took := time.Since(start); took != c.at {
				t.Errorf("NO CARRIER after %v, want %v", took, c.at)
			}
		})
	}
}

// A host that does not read a download holds it up: the modem keeps a bounded part and the host
// gets all of it later.
func TestDownloadAwaitsTheHost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var passed atomic.Int64
		d := startModem(t, sim.Observe(func(e sim.Event) {
			if e.Kind == scenarios.EventFTPData {
				passed.Store(e.N)
			}
		}))
		content := noise(4<<20, 9)
		d.put(t, "f", content)
		d.logIn(t)
		d.retrieve(t, "f")
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		if _, err := host.Write([]byte("AT+AFTPDATA\r")); err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Second)
		// 64 KiB may wait in the modem, beside what one chunk adds and the wire holds.
		if n := passed.Load(); n > (64+16+16+18)<<10 {
			t.Errorf("%d bytes of the download have passed with nobody reading", n)
		}
		d.host = record(host)
		d.want(t, "AT+AFTPDATA", frames("CONNECT")+string(content)+frames("NO CARRIER"))
	})
}

// B.7: the LF of CR LF is ignored, also behind the line that enters data mode.
func TestLineFeedBehindAFTPDATA(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.logIn(t)
		d.store(t, "up")
		d.type_(t, "AT+AFTPDATA\r\n")
		d.want(t, "AT+AFTPDATA", frames("CONNECT"))
		d.type_(t, "data+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "data")
		// after CONNECT it is data
		d.upload(t, "up")
		d.type_(t, "\ndata+++")
		d.want(t, "+++", frames("OK"))
		d.wantStored(t, "up", "\ndata")
	})
}

// +++ of a host that does not read: the result stands behind the data that was accepted.
func TestEscapeOfAHostThatDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		content := string(noise(1<<20, 11))
		d.put(t, "f", []byte(content))
		d.logIn(t)
		d.retrieve(t, "f")
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		host.Write([]byte("AT+AFTPDATA\r"))
		pass(time.Second)
		host.Write([]byte("+++"))
		pass(10 * time.Second)
		host.Write([]byte("AT+CSQ\r"))
		pass(time.Second)
		d.host = record(host)
		synctest.Wait()
		got, connect := strings.CutPrefix(string(d.host.take()), frames("CONNECT"))
		got, ok := strings.CutSuffix(got, frames("OK", "+CSQ: 25,99", "OK"))
		if !connect || !ok || !strings.HasPrefix(content, got) || got == "" || len(got) > 128<<10 {
			t.Errorf("CONNECT %t, %d bytes of the file %t, OK and the answer %t", connect, len(got), strings.HasPrefix(content, got), ok)
		}
	})
}

// Names of files go to the server as typed, a quote and a backslash may be escaped; none can hold a
// second command (section F)
func TestNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		for _, name := range []string{"a b.txt", "ö.bin", "semi;colon, comma", `quote".txt`, `back\slash`, `\43ase.TXT`, `c:\da\\b`, "x=1?&Z", "\xe4.bin"} {
			d.put(t, name, []byte("content of "+name))
		}
		d.put(t, "precious", []byte("x"))
		d.logIn(t)
		for typed, name := range map[string]string{
			"a b.txt": "a b.txt", "ö.bin": "ö.bin", "semi;colon, comma": "semi;colon, comma", `quote\22.txt`: `quote".txt`,
			`back\5Cslash`: `back\slash`, `\43ase.TXT`: `\43ase.TXT`, `c:\da\\5Cb`: `c:\da\\b`, "x=1?&Z": "x=1?&Z", "\xe4.bin": "\xe4.bin",
		} {
			d.ok(t, "AT+AFTPPASV=1")
			d.ok(t, `AT+AFTPRETR="`+typed+`"`)
			d.type_(t, "AT+AFTPDATA\r")
			d.want(t, name, frames("CONNECT")+"content of "+name+frames("NO CARRIER"))
		}
		d.ok(t, "AT+AFTPPASV=1")
		d.expect(t, `AT+AFTPRETR="a\0D\0ADELE precious"`, "ERROR")
		d.expect(t, `AT+AFTPSIZE="a\0ADELE precious"`, "ERROR")
		d.expect(t, `AT+AFTPSIZE="precious"`, "+AFTPS: 213 1", "+AFTPSIZE: 1", "OK")
		d.ok(t, "AT+AFTPC")
		d.expect(t, `AT+AFTPO="203.0.113.5",21,"u\0D\0APASS p","p"`, "ERROR")
		d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
	})
}
