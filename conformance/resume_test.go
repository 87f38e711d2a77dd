//go:build conformance

package conformance

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// A download that a scenario cuts at any byte is complete when the host resumes it there by
// +AFTPREST: exactly the bytes before the cut come, then exactly the rest.
func TestResume(t *testing.T) {
	const size = 1_000_003 // so that no cut is at the end of a block
	a := newAccount(t)
	s := vsftpdServer.start(t, a, limits{})
	writeContent(t, a.path("fw.bin"), size)
	want := sumFile(t, a.path("fw.bin"))
	for k := range 15 {
		at := size * (k + 1) / 16
		t.Run(fmt.Sprintf("cut at %d of %d", at, size), func(t *testing.T) {
			m := startModem(t, sim.FTP(sim.At(s.address())), sim.Scenario(cutAt(t, at)))
			h := m.dial(t)
			h.must("AT+AIPA=1", "OK")
			h.must(fmt.Sprintf(`AT+AFTPO="192.0.2.1",21,%q,%q`, a.user, a.password), "OK")
			h.must("AT+AFTPTYPE=0", "OK")
			file := h.download("fw.bin", 0)
			if len(file) != at {
				t.Fatalf("%d bytes came before the cut, want %d", len(file), at)
			}
			file = append(file, h.download("fw.bin", at)...)
			h.must("AT+AFTPC", "OK")
			h.must("AT+AIPA=0", "OK")
			h.hangUp()
			if got := sum(t, bytes.NewReader(file)); got != want {
				t.Errorf("%d bytes, SHA-256 %x, want %d and %x", len(file), got, size, want)
			}
			if v := m.Judge("the host ended"); !v.Passed {
				t.Errorf("%v", v)
			}
		})
	}
}

// cutAt returns a scenario that cuts a download and expects the host to resume it.
func cutAt(t *testing.T, at int) *scenarios.Script {
	t.Helper()
	script, err := scenarios.Parse("cut.scn", strings.NewReader(fmt.Sprintf(`on ftp:data@%d once cut
then expect 60s ftp:resume
then expect 60s ftp:done
on ftp:cut forbid ftp:restart
on ftp:cut forbid ftp:gap
`, at)))
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// download returns a file from an offset on, up to NO CARRIER.
func (h *host) download(name string, offset int) []byte {
	h.t.Helper()
	h.must("AT+AFTPPASV=1", "OK")
	h.must(fmt.Sprintf("AT+AFTPREST=%d", offset), "OK")
	h.must(fmt.Sprintf("AT+AFTPRETR=%q", name), "OK")
	h.must("AT+AFTPDATA", "CONNECT")
	return h.readTo("NO CARRIER")
}
