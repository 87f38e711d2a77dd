package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// BenchmarkBaud measures a paced line on a real pty: the time that two seconds of data take, as a
// ratio to what ten bits a byte would take, in each direction. Run it with -benchtime 1x.
func BenchmarkBaud(b *testing.B) {
	for _, baud := range []int{300, 2400, 9600, 57600, 115200, 921600} {
		b.Run(fmt.Sprintf("%d/down", baud), func(b *testing.B) { benchBaud(b, baud, true) })
		b.Run(fmt.Sprintf("%d/up", baud), func(b *testing.B) { benchBaud(b, baud, false) })
	}
}

func benchBaud(b *testing.B, baud int, down bool) {
	size := baud / 10 * 2
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	if err := server.WriteFile("f", make([]byte, size)); err != nil {
		b.Fatal(err)
	}
	pty, err := port.OpenPTY(port.PTYOptions{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := sim.New(pty, sim.FTP(sim.Embedded(server)), sim.Baud(baud))
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	tty, err := os.OpenFile(pty.Path(), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer tty.Close()
	read := func(until string) {
		var got []byte
		buf := make([]byte, 4096)
		for !bytes.HasSuffix(got, []byte(until)) {
			n, err := tty.Read(buf)
			if err != nil {
				b.Fatal(err)
			}
			got = append(got, buf[:n]...)
		}
	}
	ask := func(line, until string) {
		if _, err := io.WriteString(tty, line+"\r"); err != nil {
			b.Fatal(err)
		}
		read(until)
	}
	const ok = "\r\nOK\r\n"
	for _, line := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"u","p"`} {
		ask(line, ok)
	}
	var took time.Duration
	for b.Loop() {
		ask("AT+AFTPPASV=1", ok)
		if down {
			ask(`AT+AFTPRETR="f"`, ok)
			start := time.Now()
			ask("AT+AFTPDATA", "\r\nNO CARRIER\r\n")
			took += time.Since(start)
			continue
		}
		ask(`AT+AFTPSTOR="g"`, ok)
		ask("AT+AFTPDATA", "\r\nCONNECT\r\n")
		start := time.Now()
		if _, err := tty.Write(append(make([]byte, size), "+++"...)); err != nil {
			b.Fatal(err)
		}
		read(ok)
		took += time.Since(start)
	}
	bits := 10 * (len("AT+AFTPDATA\r\r\nCONNECT\r\n") + size + len("\r\nNO CARRIER\r\n"))
	if !down {
		bits = 10 * (size + len("+++") + len(ok))
	}
	ideal := time.Duration(bits) * time.Second / time.Duration(baud)
	b.ReportMetric(float64(took)/float64(b.N)/float64(ideal), "ratio")
}
