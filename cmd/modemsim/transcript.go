package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/modemsim/modemsim/internal/filelock"
	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/transcript"
)

// transcripts opens what the transcript of a modem goes to: the file of --transcript, as JSON lines
// if its name ends in .jsonl, and with --verbose its FTP lines to the log.
func (f *modemFlags) transcripts(modem int) ([]transcript.Writer, error) {
	var ws []transcript.Writer
	if f.verbose {
		ws = append(ws, ftpLog{f.logger(modem)})
	}
	if f.transcript.name == "" {
		return ws, nil
	}
	file, err := f.transcript.open(modem)
	if errors.Is(err, filelock.ErrLocked) {
		return nil, wrong("wait for its end, or name another file", "--transcript: %w", err)
	}
	if err != nil {
		return nil, wrong("name a file in a folder that you can write to", "--transcript: %w", err)
	}
	write := transcript.NewTextWriter
	if strings.HasSuffix(file.Name(), ".jsonl") {
		write = transcript.NewJSONWriter
	}
	return append(ws, transcriptFile{write(file), file}), nil
}

// A transcriptFile takes rows and is closed.
type transcriptFile struct {
	transcript.Writer
	io.Closer
}

// A transcriptFlag is the file of --transcript; %d in its name is the number of the modem. Several
// runs follow each other in it.
type transcriptFlag struct {
	name  string
	begun map[int]bool // by the number of the modem
}

// open opens the file and empties it for the first run. It is written at its end, wherever that is:
// others may truncate it meanwhile, as logrotate does with copytruncate. A file that another modem
// writes is an error and stays as it is.
func (r *transcriptFlag) open(modem int) (*os.File, error) {
	file, err := os.OpenFile(run.Numbered(r.name, modem), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, err
	}
	st, err := file.Stat()
	if err == nil && st.Mode().IsRegular() {
		err = r.begin(modem, file)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// begin makes a file that of the runs of a modem.
func (r *transcriptFlag) begin(modem int, file *os.File) error {
	if err := filelock.Lock(file); errors.Is(err, filelock.ErrLocked) {
		return fmt.Errorf("%s is %w", file.Name(), err)
	}
	if r.begun[modem] {
		return nil
	}
	if r.begun == nil {
		r.begun = make(map[int]bool)
	}
	r.begun[modem] = true
	return file.Truncate(0)
}
