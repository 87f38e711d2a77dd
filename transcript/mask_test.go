package transcript_test

import (
	"strings"
	"testing"

	"github.com/modemsim/modemsim/transcript"
)

// typed records a line that comes in pieces, with its echo.
func typed(r *transcript.Recorder, pieces ...string) {
	for i, p := range pieces {
		r.Typed(transcript.Typed{Bytes: []byte(p), Echo: []byte(p), Open: i < len(pieces)-1})
	}
}

// Where a secret stands the row says ***, and which part of it that is.
func TestMask(t *testing.T) {
	r := record()
	typed(r, `PASS="s3cret"`+"\r")
	r.SetSecrets([]string{`"s3cret"`, `"T4"`})
	r.Frame([]byte(`+PASS: "S3CRET",user,"t4""t4"`))
	r.Frame([]byte(`"s3cre"`))
	r.FTP(false, "530 user s3cret")
	r.FTP(false, "530 users3cret")
	r.Note("", "refused: s3cret")
	r.SetSecrets(nil)
	r.Frame([]byte(`"s3cret"`)) // of a line that holds no secret
	wantText(t, r.Rows(), `> PASS=***\r`, `< PASS=***\r`, `< +PASS: ***,user,******`, `< "s3cre"`, "# ftp < 530 user ***", "# ftp < 530 users3cret",
		"# refused: ***", `< "s3cret"`)
	for _, row := range r.Rows() {
		for _, s := range row.Masked {
			if row.Text[s.Start:s.End] != transcript.Mask {
				t.Errorf("masked is %q of %q", row.Text[s.Start:s.End], row.Text)
			}
		}
		if got, want := len(row.Masked), strings.Count(row.Text, "***"); got != want {
			t.Errorf("%d parts of %q are masked, want %d", got, row.Text, want)
		}
	}
}

// Remarks that name a command do not show its secret, whichever line runs.
func TestMaskOfCommandsInRemarks(t *testing.T) {
	for text, want := range map[string]string{
		`on ATPASS="s3 cret" drop`:        `on ATPASS=*** drop`,
		`on atPASS="a" or ATPASS="b" log`: `on atPASS=*** or ATPASS=*** log`,
		`forbid ATPASS="s3cret`:           `forbid ***`,
		`BATPASS="s3cret"`:                `BATPASS="s3cret"`,
		`at 20 times the speed`:           `at 20 times the speed`,
		`the state is "PASS"`:             `the state is "PASS"`,
	} {
		r := record()
		r.Note("x.scn:1", text)
		r.Failure("x.scn:1", text)
		wantText(t, r.Rows(), "# x.scn:1: "+want, "# x.scn:1: "+want)
		if got := r.Masked(text); got != want {
			t.Errorf("%s: other records have %s, want %s", text, got, want)
		}
	}
}

// A server may repeat what the line before told it, but no other line's secret is looked for.
func TestMaskOfWhatAServerKnows(t *testing.T) {
	r := record()
	r.SetSecrets([]string{`"1234"`})
	r.Note("", "SIM ready")
	r.SetSecrets([]string{`"s3cret"`})
	r.FTP(true, "PASS ****")
	r.SetSecrets(nil)
	r.FTP(false, "213 1234")
	r.FTP(false, "221 bye, S3cret")
	r.Note("", "lost: bye, s3cret")
	r.Frame([]byte("\r\ns3cret\r\n"))
	wantText(t, r.Rows(), "# SIM ready", "# ftp > PASS ****", "# ftp < 213 1234", "# ftp < 221 bye, ***", "# lost: bye, ***", `< \r\n***\r\n`)
}

// A secret in a line that comes in several pieces is in no row, wherever the line is cut.
func TestMaskOfALineInPieces(t *testing.T) {
	const line = `AT;PASS="s3cret"` + "\r"
	for i := range len(line) {
		for k := i; k < len(line); k++ {
			r := record()
			typed(r, line[:i], line[i:k], line[k:])
			typed(r, "AT+CSQ\r")
			wantNoSecret(t, r.Rows(), line[:i]+"|"+line[i:k]+"|"+line[k:])
			rows := r.Rows()
			wantText(t, rows[len(rows)-2:], `> AT+CSQ\r`, `< AT+CSQ\r`)
		}
	}
	r := record()
	typed(r, "AT+PA", strings.Repeat(" ", 5000), `SS = "s3cret"`, `"s3cret"`)
	typed(r, "AT+PAXXX", "\b\b\b", `SS="s3cret"`+"\r")
	wantNoSecret(t, r.Rows(), "a line with blanks or edits in pieces")
	r = record()
	typed(r, `PASS="s3`, "\r")
	wantText(t, r.Rows(), "> "+transcript.Hidden, "< "+transcript.Hidden, `> \r`, `< \r`)
	r = record()
	typed(r, `AT+CSQ;`, `+CREG?`, "\r")
	wantText(t, r.Rows(), `> AT+CSQ;`, `< AT+CSQ;`, `> +CREG?`, `< +CREG?`, `> \r`, `< \r`)
}

// wantNoSecret fails when rows show three characters in a row of the secret.
func wantNoSecret(t *testing.T, rows transcript.Rows, why string) {
	t.Helper()
	for _, part := range []string{"s3c", "3cr", "cre", "ret", `et"`} {
		if text := strings.ReplaceAll(rows.String(), transcript.Hidden, ""); strings.Contains(text, part) {
			t.Errorf("%q: the rows show %q:\n%s", why, part, text)
			return
		}
	}
}

// An echo of which some was dropped cannot be masked, and is hidden when the line has a secret.
func TestMaskOfAnEchoThatWasCut(t *testing.T) {
	r := record()
	r.Typed(transcript.Typed{Bytes: []byte(`PASS="s3cret"` + "\r"), Echo: []byte(`cret"` + "\r"), EchoCut: true})
	r.Typed(transcript.Typed{Bytes: []byte("AT+CSQ\r"), Echo: []byte("SQ\r"), EchoCut: true})
	wantText(t, r.Rows(), `> PASS=***\r`, "< "+transcript.Hidden, `> AT+CSQ\r`, `< SQ\r`)
}

// What a fault made of an answer shows no secret: cut anywhere, or with bytes changed.
func TestMaskOfWhatAFaultAltered(t *testing.T) {
	const frame = `+PASS: "s3cret",1` + "\r\n"
	secrets := []string{`"s3cret"`}
	altered := func(pieces ...string) transcript.Rows {
		r := record()
		r.Altered(secrets, func() {
			for _, p := range pieces {
				r.Frame([]byte(p))
				r.Dropped([]byte(p))
			}
		})
		return r.Rows()
	}
	for i := range len(frame) {
		for k := i; k < len(frame); k++ {
			wantNoSecret(t, altered(frame[:i], frame[i:k], frame[k:]), frame[:i]+"|"+frame[i:k]+"|"+frame[k:])
		}
		garbled := []byte(frame)
		garbled[i] ^= 0x55
		if i != 11 { // of "s3c?et" no three characters are left
			wantNoSecret(t, altered(string(garbled)), string(garbled))
		}
	}
	wantText(t, altered(frame, "\r\nOK\r\n"), `< +PASS: ***,1\r\n`, `# dropped, nobody has the port open: +PASS: ***,1\r\n`,
		`< \r\nOK\r\n`, `# dropped, nobody has the port open: \r\nOK\r\n`)
}

// Whatever pieces a secret comes in, no row shows it.
func FuzzMask(f *testing.F) {
	f.Add(`AT;PASS="s3cret"`+"\r", 3, 9)
	f.Add("PA\bASS=\"s3cret\"\r", 1, 2)
	f.Fuzz(func(t *testing.T, line string, i, k int) {
		if !strings.Contains(line, `PASS="s3cret"`) || strings.Count(line, "s3cret") > 1 {
			return
		}
		i = max(0, min(i, len(line)))
		k = max(i, min(k, len(line)))
		r := record()
		typed(r, line[:i], line[i:k], line[k:])
		if text := r.Rows().String(); strings.Contains(text, "s3cret") {
			t.Errorf("%q: %s", []string{line[:i], line[i:k], line[k:]}, text)
		}
	})
}
