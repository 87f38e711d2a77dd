package faults

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// ftpVerbs are the commands that the module sends to a server.
var ftpVerbs = []string{"USER", "PASS", "TYPE", "PASV", "REST", "SIZE", "RETR", "STOR", "CWD", "MKD", "RMD", "DELE", "QUIT"}

var ftpRow = Row{
	Name: "ftp", Hook: OnWire,
	Args:  "VERB [end] CODE TEXT | VERB [end] none | RETR|STOR at N CODE TEXT | CONNECT|DATA refuse|timeout | CONNECT CODE TEXT | 421 TEXT",
	Doc:   "the FTP server answers the next VERB with this (a 1xx: and the data go on; \\n: several lines), or the end of its data, now or next (end), or not at all; at N: sends or keeps N bytes of the data, and says this; refuses a connection; says 421 and closes",
	Parse: parseFTP,
}

func parseFTP(w Words) (Fault, error) {
	verb := strings.ToUpper(w.Word())
	switch {
	case verb == "421":
		text, err := w.Text()
		return FTPClosing{text}, err
	case verb == "CONNECT" || verb == "DATA":
		return parseFTPConnection(w, verb)
	case !slices.Contains(ftpVerbs, verb):
		return nil, fmt.Errorf("the module does not send %q (one of CONNECT, DATA, 421, %s)", verb, strings.Join(ftpVerbs, ", "))
	}
	if w.Is("at") {
		return parseFTPShort(w, verb)
	}
	end := w.Is("end")
	if end && verb != "RETR" && verb != "STOR" {
		return nil, fmt.Errorf("%s has no data, only RETR and STOR have an end", verb)
	}
	return parseFTPReply(w, verb, end)
}

// parseFTPShort takes N CODE TEXT.
func parseFTPShort(w Words, verb string) (Fault, error) {
	if verb != "RETR" && verb != "STOR" {
		return nil, fmt.Errorf("%s has no data, only RETR and STOR have", verb)
	}
	at, err := w.Number("bytes", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	code, err := w.Number("code", 200, 599)
	if err != nil {
		return nil, err
	}
	text, err := w.Text()
	return FTPShort{verb, at, int(code), text}, err
}

func parseFTPConnection(w Words, connection string) (Fault, error) {
	switch {
	case w.Is("refuse"):
		return FTPRefused{connection}, nil
	case w.Is("timeout"):
		return FTPUnreachable{connection}, nil
	case connection == "DATA":
		return nil, errors.New("DATA takes refuse or timeout")
	}
	return parseFTPReply(w, connection, false)
}

// parseFTPReply takes CODE TEXT, or none.
func parseFTPReply(w Words, verb string, end bool) (Fault, error) {
	if w.Is("none") {
		return FTPSilent{verb, end}, nil
	}
	code, err := w.Number("code", 100, 599)
	if err != nil {
		return nil, err
	}
	text, err := w.Text()
	return FTPReply{verb, int(code), text, end}, err
}
