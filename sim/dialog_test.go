package sim_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/transcript"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the modem answers into the dialogs")

// ran collects the commands that the dialogs ran, as commands.Command prints them.
var ran sync.Map

// TestDialogs runs the golden dialogs of testdata: txtar archives whose "dialog" file holds what
// the host does and what the modem answers.
//
//	> bytes     the host sends (\r \n \xHH \\ are escapes)
//	< bytes     the modem has sent, one line for each line end
//	wait 5s     time passes
//	do LINE     a line of the scenario language runs
//	close, open the host closes or opens the port
//	stored NAME what the embedded server has got, as "= size sha256"
//	# text      a comment
//
// The archive's "profile" names one, its "settings" are lines of another; its files/NAME are on the
// server.
func TestDialogs(t *testing.T) {
	names, err := filepath.Glob("testdata/dialogs/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no dialogs: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) { runDialog(t, name, archive) })
		})
	}
	t.Run("every form of every row has a dialog", func(t *testing.T) {
		for _, row := range commands.ADH8066().All() {
			for _, form := range row.Forms.Each() {
				c := commands.Command{Name: row.Name, Form: form}
				if row.Name == "S" {
					c.Reg = "3"
				}
				if _, ok := ran.Load(c.String()); !ok {
					t.Errorf("%s: no dialog runs %s", row.Name, c)
				}
			}
		}
	})
}

func runDialog(t *testing.T, name string, archive *txtar.Archive) {
	d := newDialog(t, archive)
	var got bytes.Buffer
	for line := range strings.Lines(string(section(archive, "dialog"))) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "< ") || strings.HasPrefix(line, "= ") {
			continue
		}
		got.WriteString(line + "\n")
		got.WriteString(d.do(t, line))
	}
	want := section(archive, "dialog")
	if bytes.Equal(got.Bytes(), want) {
		return
	}
	if !*update {
		t.Errorf("%s: the modem answers otherwise; got\n%s", name, got.Bytes())
		return
	}
	for i := range archive.Files {
		if archive.Files[i].Name == "dialog" {
			archive.Files[i].Data = got.Bytes()
		}
	}
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// A dialog is a modem in a bubble with an embedded server and a host.
type dialog struct {
	modem  *sim.Modem
	server *backend.Embedded
	pipe   *port.Pipe
	host   *recorder
}

func newDialog(t *testing.T, archive *txtar.Archive, options ...sim.Option) *dialog {
	t.Helper()
	settings := scenarios.Default()
	if name := strings.TrimSpace(string(section(archive, "profile"))); name != "" {
		profile, err := scenarios.LoadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := profile.Apply(&settings); err != nil {
			t.Fatal(err)
		}
	}
	if text := section(archive, "settings"); text != nil {
		script, err := scenarios.Parse("settings", bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := script.Apply(&settings); err != nil {
			t.Fatal(err)
		}
	}
	network := internet.NewEmbedded(internet.Options{})
	t.Cleanup(func() { network.Close() })
	d := startModem(t, append(options, sim.Settings(settings), sim.Internet(network), sim.Observe(func(e sim.Event) {
		if e.Kind == scenarios.EventCommand {
			ran.Store(e.Command.String(), true)
		}
	}))...)
	for _, f := range archive.Files {
		if path, ok := strings.CutPrefix(f.Name, "files/"); ok {
			if err := d.server.WriteFile(path, bytes.TrimSuffix(f.Data, []byte("\n"))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

// startModem starts a modem on a pipe whose host end is open.
func startModem(t *testing.T, options ...sim.Option) *dialog {
	t.Helper()
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &dialog{server: server, pipe: port.NewPipe()}
	d.modem, err = sim.New(d.pipe, append([]sim.Option{sim.FTP(sim.Embedded(server))}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	d.host = record(d.pipe.Dial())
	t.Cleanup(func() {
		d.host.Close()
		d.modem.Close()
		server.Close()
		sameWhenRead(t, d.modem.Transcript())
	})
	synctest.Wait()
	return d
}

// sameWhenRead fails unless a transcript is the same when it was read, as text and as JSON.
func sameWhenRead(t *testing.T, rows transcript.Rows) {
	t.Helper()
	if again, err := transcript.ReadText("transcript", strings.NewReader(rows.String())); err != nil || again.String() != rows.String() {
		t.Errorf("%v: read as text it is\n%s\nwant\n%s", err, again, rows)
	}
	if again, err := transcript.ReadJSON("transcript", strings.NewReader(rows.JSON())); err != nil || !slices.EqualFunc(again, rows, transcript.Row.Equal) {
		t.Errorf("%v: read as JSON it is\n%s\nwant\n%s", err, again, rows)
	}
}

// do runs one line of a dialog and returns the lines that it leads to.
func (d *dialog) do(t *testing.T, line string) string {
	t.Helper()
	verb, args, _ := strings.Cut(line, " ")
	switch verb {
	case ">":
		b := unescape(t, args)
		if n, err := d.host.Write(b); n != len(b) || err != nil {
			t.Fatalf("%s: wrote %d bytes: %v", line, n, err)
		}
	case "wait":
		delay, err := time.ParseDuration(args)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(delay)
	case "do":
		if err := d.modem.Do(args); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	case "close":
		d.host.Close()
	case "open":
		d.host = record(d.pipe.Dial())
	case "stored":
		synctest.Wait()
		content, ok := d.server.Stored(args)
		if !ok {
			return "= nothing\n"
		}
		return fmt.Sprintf("= %d %x\n", len(content), sha256.Sum256(content))
	case "", "#":
	default:
		t.Fatalf("unknown line %q", line)
	}
	synctest.Wait()
	return show(d.host.take())
}

// ask sends a line and returns what the modem answers.
func (d *dialog) ask(t *testing.T, line string) string {
	t.Helper()
	if _, err := d.host.Write([]byte(line + "\r")); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return string(d.host.take())
}

// A recorder is a host that reads all the time.
type recorder struct {
	*port.Host
	mu  sync.Mutex
	got []byte
}

func record(h *port.Host) *recorder {
	r := &recorder{Host: h}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := h.Read(buf)
			r.mu.Lock()
			r.got = append(r.got, buf[:n]...)
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return r
}

// take returns what came since the last take.
func (r *recorder) take() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

// show writes bytes as lines of a dialog.
func show(p []byte) string {
	var b strings.Builder
	for len(p) > 0 {
		n := bytes.IndexByte(p, '\n') + 1
		if n == 0 {
			n = len(p)
		}
		b.WriteString("< ")
		for _, c := range p[:n] {
			switch {
			case c == '\r':
				b.WriteString(`\r`)
			case c == '\n':
				b.WriteString(`\n`)
			case c == '\\':
				b.WriteString(`\\`)
			case c < ' ' || c > '~':
				fmt.Fprintf(&b, `\x%02X`, c)
			default:
				b.WriteByte(c)
			}
		}
		b.WriteByte('\n')
		p = p[n:]
	}
	return b.String()
}

// unescape reads the escapes of a dialog.
func unescape(t *testing.T, s string) []byte {
	t.Helper()
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		switch {
		case i < len(s) && s[i] == 'r':
			b = append(b, '\r')
		case i < len(s) && s[i] == 'n':
			b = append(b, '\n')
		case i < len(s) && s[i] == '\\':
			b = append(b, '\\')
		case i+2 < len(s) && s[i] == 'x':
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			b = append(b, byte(n))
			i += 2
		default:
			t.Fatalf("bad escape in %q", s)
		}
	}
	return b
}
