package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/modemsim/modemsim/transcript"
)

// logger returns the log of modem n: warnings and errors in the form of other messages, with
// --quiet errors alone, with --verbose everything.
func (f *modemFlags) logger(n int) *slog.Logger {
	var h slog.Handler = messages{w: f.log, level: slog.LevelWarn}
	switch {
	case f.verbose:
		h = slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})
	case f.quiet:
		h = messages{w: f.log, level: slog.LevelError}
	}
	l := slog.New(h)
	if f.count > 1 {
		l = l.With("modem", n)
	}
	return l
}

// messages is a handler that writes a record like any other message of modemsim: a line that begins
// with "modemsim:", then the modem in a fleet, the message, and the values of its attributes.
type messages struct {
	w     io.Writer
	level slog.Level
	who   string // the attributes of the logger
}

func (h messages) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h messages) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += ": " + a.Value.String(); return true })
	_, err := fmt.Fprintf(h.w, "modemsim: %s%s\n", h.who, transcript.Printable(strings.ReplaceAll(text, "\n", "; ")))
	return err
}

func (h messages) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.who += a.Key + " " + a.Value.String() + ": "
	}
	return h
}

func (h messages) WithGroup(string) slog.Handler { return h }

// ftpLog logs the rows of a transcript that are lines of the FTP control connection.
type ftpLog struct{ log *slog.Logger }

func (l ftpLog) WriteRow(r transcript.Row) error {
	if r.FTP() {
		message := "ftp <"
		if r.Kind == transcript.FTPSent {
			message = "ftp >"
		}
		l.log.Debug(message, "line", r.Text)
	}
	return nil
}

// rawLines ends lines with CR LF, which a terminal in raw mode needs.
type rawLines struct{ w io.Writer }

func (l rawLines) Write(text []byte) (int, error) {
	if _, err := l.w.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(text), nil
}
