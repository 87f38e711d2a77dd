package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// withModem runs fetch on a modem whose embedded server has one more file.
func withModem(t *testing.T, name string, content []byte, file string) (string, error) {
	t.Helper()
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.WriteFile(name, content); err != nil {
		t.Fatal(err)
	}
	wire := port.NewPipe()
	m, err := sim.New(wire, sim.FTP(sim.Embedded(server)))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var dialog strings.Builder
	host := wire.Dial()
	defer host.Close()
	err = fetch(newModem(host, &dialog), file)
	return dialog.String(), err
}

func TestFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content := []byte(strings.Repeat("NO CARRIER\r\nOK\r\n+++", 10_000))
		dialog, err := withModem(t, "trap.bin", content, "trap.bin")
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("trap.bin: %d bytes, SHA-256 %x\n", len(content), sha256.Sum256(content))
		if !strings.HasSuffix(dialog, want) {
			t.Errorf("want %s, got %s", want, dialog)
		}
	})
}

func TestFetchOfNoFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := withModem(t, "a.bin", nil, "b.bin")
		if err == nil || err.Error() != `AT+AFTPSIZE="b.bin": answered ERROR` {
			t.Errorf("error %v", err)
		}
	})
}

func TestReadmeShowsThisDialog(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		dialog, err := withModem(t, "more.bin", nil, "firmware.bin")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), "```\n"+dialog+"```\n") {
			t.Errorf("the README's session is not\n%s", dialog)
		}
	})
}
