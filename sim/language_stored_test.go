package sim_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// foreign is a server that the modem does not look into.
func foreign(t *testing.T) *backend.Embedded {
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// What the server has of an upload is compared with size, hash and a file, on the
// embedded server and on any other, whatever the pieces, and over a resume.
func TestContentOfUploads(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log file.bin")
	content := faults.Content("up.bin", dataSize, false)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want   string
		passed bool // of the whole file; of another one it is the other way round
	}{
		{fmt.Sprintf("expect 1h ftp:stored size %d", dataSize), true},
		{fmt.Sprintf("forbid ftp:stored not size %d", dataSize), true},
		{fmt.Sprintf("expect 1h ftp:stored dir/up.bin same %q", file), true},
		{fmt.Sprintf("forbid ftp:stored dir/up.bin not same %q", file), true},
		{fmt.Sprintf("on ftp:stored same %q once expect 1h ftp:done or ftp:stored or AT", file), true},
		{fmt.Sprintf("expect 1h ftp:stored not same %q", file), false},
		{"expect 1h ftp:stored not sha256 " + strings.Repeat("0", 64), true},
		{"expect 1h ftp:stored sha256 " + strings.Repeat("0", 64), false},
		{fmt.Sprintf("expect 1h ftp:stored other same %q", file), false},
	} {
		for _, embedded := range []bool{true, false} {
			for _, chunk := range chunks[1:] {
				bubble(t, func(t *testing.T) {
					options := []sim.Option{withRules(c.want)}
					if !embedded {
						options = append(options, sim.FTP(sim.FTPServer{Dial: foreign(t).DialContext, Manual: true}))
					}
					d := startModem(t, options...)
					d.logIn(t)
					d.ok(t, `AT+AFTPMKD="dir"`)
					d.upload(t, "dir/up.bin")
					d.send(t, content, chunk)
					d.type_(t, "+++")
					pass(time.Second)
					d.type_(t, "AT\r")
					if v := d.modem.Judge("the test ended"); v.Passed != c.passed {
						t.Errorf("%s, embedded %v, pieces of %d: %v", c.want, embedded, chunk, v)
					}
				})
			}
		}
	}
	// A resumed upload: the server has the whole file.
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(fmt.Sprintf("on ftp:data@5000 once cut\nexpect 1h ftp:stored same %q", file)))
		d.logIn(t)
		d.upload(t, "up.bin")
		d.send(t, content, 4096)
		pass(time.Second)
		d.host.take()
		d.ok(t, "AT+AFTPREST=5000")
		d.upload(t, "up.bin")
		d.type_(t, string(content[5000:])+"+++")
		pass(time.Second)
		d.wantNote(t, fmt.Sprintf("up.bin: %d bytes, SHA-256 ", dataSize))
		d.wantPassed(t)
	})
}
