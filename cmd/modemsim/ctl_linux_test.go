package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/sim"
)

// A harness reads the address from the first line; a socket that was left by a killed modem is
// replaced.
func TestControlOfARun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ctl")
	killed := startPiped(t, "modemsim", "-q", "--ctl", path)
	killed.await("\n")
	killed.send(syscall.SIGKILL)
	killed.awaitEnd()
	if _, err := os.Lstat(path); err != nil {
		t.Fatalf("a killed modem leaves no socket: %v", err)
	}

	p := startPiped(t, "modemsim", "--json", "-q", "--ctl", path)
	first := fields(t, p.await("\n"))
	address, _ := first["ctl"].(string)
	tty, _ := first["path"].(string)
	client, err := control.NewClient(address)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Ask(t.Context(), http.MethodGet, "/state", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	var s sim.State
	if err := json.NewDecoder(answer).Decode(&s); err != nil || s.Power != "on" {
		t.Errorf("%+v, %v", s, err)
	}

	// Its transcript is followed to its end.
	follower := startPiped(t, "modemsim", "ctl", "--ctl", path, "transcript", "--follow")
	exchange(t, tty, "AT+CSQ")
	follower.await("+CSQ: ")
	asJSON := startPiped(t, "modemsim", "ctl", "--ctl", path, "transcript", "--json")
	asJSON.await(`"dir":"host","kind":"line","bytes":"AT+CSQ\r"}`)
	asJSON.exits(0)
	p.send(syscall.SIGTERM)
	p.exits(0)
	gone(t, path)
	follower.await(" # end\n")
	follower.exits(0)
}

// A run without a scenario outlives what is loaded, again and again.
func TestControlOfSeveralScenarios(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ctl")
	p := startPiped(t, "modemsim", "-q", "--ctl", path)
	tty := p.await("\n")
	client, err := control.NewClient(path)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, body string) *json.Decoder {
		t.Helper()
		answer, err := client.Ask(t.Context(), method, path, nil, body)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Close() })
		return json.NewDecoder(answer)
	}
	for _, line := range []string{"AT+CSQ", "AT+CREG?", "AT+CSQ"} {
		ask(http.MethodPost, "/load", "on AT+CSQ pass\non AT+CREG? fail no\n")
		exchange(t, tty, line)
		var v control.Verdict
		if err := ask(http.MethodPost, "/verdict", "").Decode(&v); err != nil || v.Passed != strings.HasPrefix(line, "AT+CSQ") {
			t.Errorf("%s: %+v, %v", line, v, err)
		}
	}
	p.send(syscall.SIGTERM)
	p.exits(0)
}
