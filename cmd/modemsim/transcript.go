package main

import (
	"io"
	"os"

	"github.com/modemsim/modemsim/run"
)

// transcripts opens what the transcript of a modem goes to: the file of --transcript, and with
// --verbose its FTP lines to the log. It is nil when it goes nowhere.
func (f *modemFlags) transcripts() func(modem int) (io.Writer, error) {
	if !f.verbose && f.transcript.name == "" {
		return nil
	}
	return func(modem int) (io.Writer, error) {
		var ws []io.Writer
		if f.verbose {
			ws = append(ws, ftpLog{f.logger(modem)})
		}
		if f.transcript.name == "" {
			return io.MultiWriter(ws...), nil
		}
		file, err := f.transcript.open(modem)
		if err != nil {
			return nil, wrong("name a file in a folder that you can write to", "--transcript: %w", err)
		}
		return transcriptFile{io.MultiWriter(append(ws, file)...), file}, nil
	}
}

// A transcriptFile is written to with whatever else takes the transcript, and closed.
type transcriptFile struct {
	io.Writer
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
