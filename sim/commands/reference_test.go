package commands

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestReferenceHasEveryRow(t *testing.T) {
	entries := module.Reference()
	for i, r := range module.All() {
		e := entries[i]
		if e.Name != r.Name || len(e.Parameters) != len(r.Params) || e.Doc == "" || e.Source == "" || e.Fidelity == "" || len(e.Forms) == 0 {
			t.Errorf("%s: entry %+v", r.Name, e)
		}
	}
	if len(entries) != len(module.All()) {
		t.Errorf("%d entries of %d rows", len(entries), len(module.All()))
	}
}

func TestReferenceOfOneRow(t *testing.T) {
	i := slices.IndexFunc(module.Reference(), func(e Entry) bool { return e.Name == "+AFTPO" })
	got, err := json.Marshal(module.Reference()[i])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"+AFTPO","forms":["set","read","test"],"parameters":[` +
		`{"name":"ip","values":"string","optional":false,"secret":false},` +
		`{"name":"port","values":"(0-65535)","optional":false,"secret":false},` +
		`{"name":"user","values":"string","optional":true,"secret":false},` +
		`{"name":"password","values":"string","optional":true,"secret":true}],` +
		`"needs":["GPRS"],"fidelity":"documented",` +
		`"assumed":[{"forms":["test"],"values":[],"what":"its text: no document shows one"},ELSE],` +
		`"mark":"","why":"",` +
		`"doc":"connect to an FTP server, and log in when user and password are given; the read form answers +AFTPC",` +
		`"source":"FTP AT manual 1.2"}`
	got = regexp.MustCompile(`(one"}),.*?\],"mark"`).ReplaceAll(got, []byte(`$1,ELSE],"mark"`))
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestJSONIsTheReference(t *testing.T) {
	text, err := module.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var entries []Entry
	if err := json.Unmarshal([]byte(text), &entries); err != nil || len(entries) != len(module.All()) {
		t.Errorf("%v, %d entries", err, len(entries))
	}
	if strings.Contains(text, "null") || !strings.HasSuffix(text, "]\n") {
		t.Error("a list is null, or the text ends without a line feed")
	}
}

func TestMarkdownIsATable(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(module.Markdown(), "\n"), "\n")
	if len(lines) != len(module.All())+2 {
		t.Errorf("%d lines for %d rows", len(lines), len(module.All()))
	}
	for _, l := range lines {
		if strings.Count(l, "|") != 8 {
			t.Errorf("not seven cells: %s", l)
		}
	}
	want := "| `AT+AIPDCONT` | set, test | `apn` string, [`user` string], [`password` string] |  | documented, [in part](#assumed-parts) | " +
		"APN, user and password of the PDP context; only the APN counts, under the setting apn | Enhanced AT manual 3 |"
	if !slices.Contains(lines, want) {
		t.Errorf("no line %s", want)
	}
}
