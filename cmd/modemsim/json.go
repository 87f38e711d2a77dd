package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// announcement is what run --json prints for each modem. docs/json.md
// promises it to harnesses: fields are added, none is changed.
type announcement struct {
	Modem   int      `json:"modem"` // from 1
	Path    string   `json:"path"`
	Wire    string   `json:"wire"` // a network of port.Address
	Host    string   `json:"host,omitempty"`
	Port    int      `json:"port,omitempty"`
	PID     int      `json:"pid"`
	FTP     ftpPlace `json:"ftp"`
	Ctl     string   `json:"ctl,omitempty"`
	Seed    uint64   `json:"seed"`
	Profile string   `json:"profile"`
	Version string   `json:"version"`
}

// ftpPlace is where FTP goes. Without a real address there is none.
type ftpPlace struct {
	Kind    string `json:"kind"` // embedded, direct or server
	Address string `json:"address,omitempty"`
}

// announce prints what to connect to, a line for each modem.
func (f *modemFlags) announce(fl *fleet) error {
	var lines strings.Builder
	for _, s := range fl.stations {
		line, err := f.line(fl, s)
		if err != nil {
			return err
		}
		lines.WriteString(line + "\n")
	}
	if err := printText(lines.String()); err != nil {
		return fmt.Errorf("printing the path: %w", err)
	}
	return nil
}

// line is what to connect to: the path alone, or the JSON object.
func (f *modemFlags) line(fl *fleet, s *station) (string, error) {
	if !f.json {
		return s.wire.path, nil
	}
	at := s.wire.at
	text, err := json.Marshal(announcement{
		Modem: s.number, Path: s.wire.path, Wire: at.Network, Host: at.Host, Port: at.Port, PID: os.Getpid(),
		FTP: f.place(fl), Ctl: fl.controlAddress(), Seed: s.seed, Profile: f.profile, Version: moduleVersion(),
	})
	return string(text), err
}

func (f *ftpFlags) place(fl *fleet) ftpPlace {
	switch {
	case f.ftp == ftpEmbedded && fl.ftpAddress != nil:
		return ftpPlace{ftpEmbedded, fl.ftpAddress.String()}
	case f.ftp == ftpEmbedded, f.ftp == ftpDirect:
		return ftpPlace{Kind: f.ftp}
	}
	return ftpPlace{"server", f.ftp}
}
