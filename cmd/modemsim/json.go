package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/modemsim/modemsim/run"
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

// ftpPlace says where FTP goes. The address is empty where no real one belongs to it.
type ftpPlace struct {
	Kind    string `json:"kind"` // embedded, direct or server
	Address string `json:"address,omitempty"`
}

// printPaths prints what to connect to, a line for each modem.
func (f *modemFlags) printPaths(fleet *run.Fleet) error {
	var lines strings.Builder
	for _, m := range fleet.Modems() {
		line, err := f.line(fleet, m)
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

// line returns what to connect to: the path alone, or the JSON object.
func (f *modemFlags) line(fleet *run.Fleet, m *run.Modem) (string, error) {
	if !f.json {
		return m.Path, nil
	}
	a := m.Address
	text, err := json.Marshal(announcement{
		Modem: m.Number, Path: m.Path, Wire: a.Network, Host: a.Host, Port: a.Port, PID: os.Getpid(),
		FTP: f.place(fleet), Ctl: fleet.ControlAddress(), Seed: m.Seed, Profile: f.profile, Version: moduleVersion(),
	})
	return string(text), err
}

func (f *ftpFlags) place(fleet *run.Fleet) ftpPlace {
	switch address := fleet.FTPAddress(); {
	case f.ftp == run.FTPEmbedded && address != nil:
		return ftpPlace{f.ftp, address.String()}
	case f.ftp == run.FTPEmbedded, f.ftp == run.FTPDirect:
		return ftpPlace{Kind: f.ftp}
	}
	return ftpPlace{"server", f.ftp}
}
