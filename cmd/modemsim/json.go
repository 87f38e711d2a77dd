package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// announcement is what run --json prints as its first line. docs/json.md
// promises it to harnesses: fields are added, none is changed.
type announcement struct {
	Path    string   `json:"path"`
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

// announce prints what to connect to: the path alone, or the JSON object.
func (f *modemFlags) announce(s *station) error {
	line := s.path
	if f.json {
		text, err := json.Marshal(announcement{
			Path: s.path, PID: os.Getpid(), FTP: f.place(s), Ctl: s.controlAddress(), Seed: f.seed, Profile: f.profile, Version: moduleVersion(),
		})
		if err != nil {
			return err
		}
		line = string(text)
	}
	if _, err := fmt.Println(line); err != nil {
		return fmt.Errorf("printing the path: %w", err)
	}
	return nil
}

func (f *ftpFlags) place(s *station) ftpPlace {
	switch {
	case f.ftp == ftpEmbedded && s.ftpAddress != nil:
		return ftpPlace{ftpEmbedded, s.ftpAddress.String()}
	case f.ftp == ftpEmbedded, f.ftp == ftpDirect:
		return ftpPlace{Kind: f.ftp}
	}
	return ftpPlace{"server", f.ftp}
}
