package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A bench is a modem with a host and a client of its control socket.
type bench struct {
	modem  *sim.Modem
	server *control.Server
	close  func() // closes the server
	client *control.Client
	host   io.Writer
	heard  *bufio.Reader // what the host receives
}

// newModem returns a modem on a wire in memory, and the host's end of the wire.
func newModem(t *testing.T, options ...sim.Option) (*control.Modem, io.ReadWriter) {
	t.Helper()
	wire := port.NewPipe()
	m, err := sim.New(wire, append([]sim.Option{sim.Seed(7)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	host := wire.Dial()
	t.Cleanup(func() { host.Close() })
	return &control.Modem{Modem: m, Prepare: prepare}, host
}

// prepare is a Modem.Prepare for scenarios without a profile.
func prepare(script *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
	return sim.Compose(sim.Scenario(script))
}

// newBench starts a modem and serves it, and others, on a unix socket.
func newBench(t *testing.T, others ...*control.Modem) *bench {
	t.Helper()
	return newBenchWith(t, nil, others...)
}

// newBenchWith is newBench with options of the first modem.
func newBenchWith(t *testing.T, options []sim.Option, others ...*control.Modem) *bench {
	t.Helper()
	m, host := newModem(t, options...)
	server, err := control.Listen(filepath.Join(t.TempDir(), "ctl"))
	if err != nil {
		t.Fatal(err)
	}
	server.Serve(append([]*control.Modem{m}, others...)...)
	close := sync.OnceFunc(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(close)
	client, err := control.NewClient(server.Address())
	if err != nil {
		t.Fatal(err)
	}
	return &bench{m.Modem, server, close, client, host, bufio.NewReader(host)}
}

// ask returns the status and the text of an answer. The address may have a
// query.
func (b *bench) ask(t *testing.T, method, address, body string) (status int, text string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := b.client.Ask(t.Context(), method, u.Path, u.Query(), body)
	if refusal := new(control.Refusal); errors.As(err, &refusal) {
		return refusal.Status, refusal.Text
	}
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	all, err := io.ReadAll(answer)
	if err != nil {
		t.Fatal(err)
	}
	return 200, string(all)
}

// ok returns the text of an answer whose status must be 200.
func (b *bench) ok(t *testing.T, method, address, body string) string {
	t.Helper()
	status, text := b.ask(t, method, address, body)
	if status != 200 {
		t.Fatalf("%s %s %q: %d %s", method, address, body, status, text)
	}
	return text
}

// command sends a command line as the host and returns the answer.
func (b *bench) command(t *testing.T, line string) string {
	t.Helper()
	if _, err := io.WriteString(b.host, line+"\r"); err != nil {
		t.Fatal(err)
	}
	var answer strings.Builder
	for {
		got, err := b.heard.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		answer.WriteString(got)
		if got == "OK\r\n" || got == "ERROR\r\n" {
			return answer.String()
		}
	}
}

// verdict requests the verdict.
func (b *bench) verdict(t *testing.T, query string) (v control.Verdict) {
	t.Helper()
	text := b.ok(t, "POST", "/verdict"+query, "")
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// follow follows the transcript from its start.
func (b *bench) follow(t *testing.T, ctx context.Context) *bufio.Reader {
	t.Helper()
	rows, err := b.client.Ask(ctx, "GET", "/transcript", url.Values{"follow": {"1"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rows.Close() })
	return bufio.NewReader(rows)
}
