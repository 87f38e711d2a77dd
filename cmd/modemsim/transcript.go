package main

import (
	"io"
	"os"
	"strings"

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

func (r *transcriptFlag) open(modem int) (*os.File, error) {
	flag := os.O_TRUNC
	if r.begun[modem] {
		flag = os.O_APPEND
	}
	if r.begun == nil {
		r.begun = make(map[int]bool)
	}
	r.begun[modem] = true
	return os.OpenFile(run.Numbered(r.name, modem), os.O_WRONLY|os.O_CREATE|flag, 0o666)
}
