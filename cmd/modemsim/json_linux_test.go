package main

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// fields are the keys of a JSON object, those of an object in it as "outer.inner", and their
// values.
func fields(t *testing.T, text string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	flat := make(map[string]any)
	for key, value := range object {
		inner, nested := value.(map[string]any)
		if !nested {
			flat[key] = value
		}
		for k, v := range inner {
			flat[key+"."+k] = v
		}
	}
	return flat
}

func TestJSONNamesWhatAHarnessNeeds(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		ftp  map[string]any
	}{
		"embedded": {nil, map[string]any{"ftp.kind": "embedded"}},
		"direct":   {[]string{"--ftp", "direct"}, map[string]any{"ftp.kind": "direct"}},
		"server": {[]string{"--ftp", "ftp.example:2121", "--ftp-tls", "require"},
			map[string]any{"ftp.kind": "server", "ftp.address": "ftp.example:2121"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := startPiped(t, "modemsim", append(c.args, "--json", "-q", "--seed", "7", "--profile", "adh8066-2012")...)
			got := fields(t, p.await("\n"))
			want := map[string]any{"pid": float64(p.Process.Pid), "seed": 7.0, "profile": "adh8066-2012", "version": moduleVersion(), "path": got["path"], "modem": 1.0, "wire": "pty"}
			maps.Copy(want, c.ftp)
			if !maps.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			path, _ := got["path"].(string)
			if answer := exchange(t, path, "AT"); !strings.Contains(answer, "OK\n") {
				t.Errorf("answered %q at %q", answer, path)
			}
			p.send(syscall.SIGTERM)
			p.exits(0)
		})
	}
}

// docs/json.md has a row for every field that there is, and for no other.
func TestJSONIsDocumented(t *testing.T) {
	text, err := json.Marshal(announcement{Host: "127.0.0.1", Port: 5000, FTP: ftpPlace{Address: "127.0.0.1:2121"}, Ctl: "/run/ctl"})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	first, _, _ := strings.Cut(string(page), "\n# The rows of a transcript\n")
	for line := range strings.Lines(first) {
		if row, ok := strings.CutPrefix(line, "| `"); ok {
			key, _, _ := strings.Cut(row, "`")
			documented = append(documented, key)
		}
	}
	slices.Sort(documented)
	if written := slices.Sorted(maps.Keys(fields(t, string(text)))); !slices.Equal(documented, written) {
		t.Errorf("documented are %q, written %q", documented, written)
	}
}
