package commands

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/modemsim/modemsim/backend"
)

// A Stage is how far the login to an FTP server has come.
type Stage int

// The stages of a login, in their order.
const (
	Closed       Stage = iota
	NeedUser           // connected, +AFTPUSER is next
	NeedPassword       // +AFTPPASS is next
	LoggedIn
)

// FTP is the module's one FTP session, with what commands have set in it. The zero value is a
// closed session.
type FTP struct {
	Session   *backend.Session
	Stage     Stage
	User      string
	Type      int    // +AFTPTYPE: 0 binary, 1 ASCII
	Passive   bool   // +AFTPPASV was answered and no transfer has used it up
	Restart   int64  // +AFTPREST, for the next transfer, in bytes
	Folder    string // +AFTPCD: absolute, or relative to the folder of the login; "": that folder
	Retrieve  string // +AFTPRETR
	Size      int64  // of the file that +AFTPSIZE asked for last, in bytes
	SizeKnown bool
	SizeOf    string            // where that file lies
	Download  *backend.Download // promised by +AFTPRETR, until +AFTPDATA has fetched it
	Upload    *backend.Upload   // promised by +AFTPSTOR, until +AFTPDATA has taken it
	Name      string            // of the transfer's file
	Transfer  Stream            // in data mode, or in online command mode; nil: none
	Settled   <-chan struct{}   // closed when the server is done with a cut transfer; or nil
}

// Open reports whether the control connection is open.
func (f *FTP) Open() bool { return f.Session != nil }

// Ready reports whether +AFTPDATA can transfer.
func (f *FTP) Ready() bool { return f.Download != nil || f.Upload != nil }

// at is where a name lies that is taken from the present folder, in the terms of Folder.
func (f *FTP) at(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(f.Folder, name)
}

// TransferEnded forgets the transfer, and the passive mode and restart offset that were set for it.
func (f *FTP) TransferEnded() {
	f.Download, f.Upload, f.Transfer = nil, nil, nil
	f.Passive, f.Restart = false, 0
}

// exchange runs one step of the session beside the modem and waits for the server's reply. A
// refusal of the server, a lost connection and a time-out are ERROR.
func (c *Call) exchange(step func(context.Context, *backend.Session) (backend.Reply, error)) (backend.Reply, error) {
	session, settled := c.FTP.Session, c.FTP.Settled
	if session == nil {
		return backend.Reply{}, because(Failed, "the FTP connection was lost; AT+AFTPO opens one")
	}
	var reply backend.Reply
	err := c.Await(func(ctx context.Context) (err error) {
		if err := wait(ctx, settled); err != nil {
			return err
		}
		reply, err = step(ctx, session)
		return err
	})
	return reply, c.failed(err)
}

// wait waits until done is closed or ctx ends. A nil done counts as closed.
func wait(ctx context.Context, done <-chan struct{}) error {
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failed turns the error of a session into a final result: ERROR, as the tables of the FTP AT
// manual say, after the server's words when the setting ftp-error-detail is on. Errors of the wait
// itself pass unchanged.
func (c *Call) failed(err error) error {
	var refusal *textproto.Error
	switch {
	case err == nil, errors.Is(err, ErrAborted), errors.Is(err, ErrBearer), errors.Is(err, ErrReset):
		return err
	case errors.As(err, &refusal):
		if c.Settings.FTPErrorDetail {
			c.serverLine(fmt.Sprintf("%d %s", refusal.Code, refusal.Msg))
		}
	}
	if sessionEnded(err, refusal) {
		c.EndFTP()
	}
	return because(Failed, "%v", err)
}

// sessionEnded reports whether an error ended the session: the connection is lost, or the server
// closed it with a 421 (RFC 959 4.2). A reply without the number that the command asks for fails
// the command alone (assumed).
func sessionEnded(err error, refusal *textproto.Error) bool {
	return errors.Is(err, backend.ErrLost) || refusal != nil && refusal.Code == 421
}

// status answers with the last line of the server's reply, or with the manual's wording where there
// is one and the setting ftp-text wants it.
func (c *Call) status(r backend.Reply, manual string) {
	line := r.Last()
	if manual != "" && c.ManualWording() {
		line = manual
	}
	c.serverLine(line)
}

// maxResponse is the longest response line of the module in bytes, without its line breaks (AT
// manual, general limits).
const maxResponse = 200

// serverLine answers with a line that the server worded, as one response line: with its text made
// of printing characters, and cut at the module's limit (assumed; the transcript has the server's
// own bytes).
func (c *Call) serverLine(line string) {
	c.Info(clipped(c.line("+AFTPS", responseText(line)), maxResponse))
}

// responseText replaces by a question mark each byte that is none of a printing character, ASCII or
// UTF-8. A reply has no CR and LF (RFC 959 5.3.1); that one or another control character would end
// the response line, or act on the terminal of whoever looks at it. Names of files are UTF-8 (RFC
// 2640).
func responseText(text string) string {
	var b strings.Builder
	for rest := text; rest != ""; {
		r, n := utf8.DecodeRuneInString(rest)
		if unicode.IsPrint(r) && (r != utf8.RuneError || n > 1) {
			b.WriteString(rest[:n])
		} else {
			b.WriteString(strings.Repeat("?", n))
		}
		rest = rest[n:]
	}
	return b.String()
}

// clipped returns the first characters of a UTF-8 text that fit into some bytes.
func clipped(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
