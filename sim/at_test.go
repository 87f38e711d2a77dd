package sim_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// BenchmarkAT is a round trip of AT with its echo on a wire in memory.
func BenchmarkAT(b *testing.B) {
	pipe := port.NewPipe()
	m, err := sim.New(pipe)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	host := pipe.Dial()
	defer host.Close()
	buf := make([]byte, 64)
	trip := func() {
		if _, err := io.WriteString(host, "AT\r"); err != nil {
			b.Fatal(err)
		}
		for n := 0; !bytes.HasSuffix(buf[:n], []byte("OK\r\n")); {
			more, err := host.Read(buf[n:])
			if err != nil {
				b.Fatal(err)
			}
			n += more
		}
	}
	trip()
	b.ReportAllocs()
	for b.Loop() {
		trip()
	}
}
