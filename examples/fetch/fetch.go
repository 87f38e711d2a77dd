package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
)

// fetch logs in, downloads one file, and checks that it is as long as the
// server said: a download that was cut ends with the same NO CARRIER.
func fetch(m *modem, file string) error {
	for _, line := range []string{
		`AT`,
		`AT+AIPDCONT="internet"`,
		`AT+AIPA=1`,
		`AT+AFTPO="192.0.2.1",21,"user","secret"`,
		`AT+AFTPTYPE=0`,
	} {
		if _, err := m.command(line); err != nil {
			return err
		}
	}
	size, err := m.size(file)
	if err != nil {
		return err
	}
	for _, line := range []string{`AT+AFTPPASV=1`, `AT+AFTPRETR="` + file + `"`} {
		if _, err := m.command(line); err != nil {
			return err
		}
	}
	sum := sha256.New()
	if err := m.download(size, sum); err != nil {
		return err
	}
	for _, line := range []string{`AT+AFTPC`, `AT+AIPA=0`} {
		if _, err := m.command(line); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(m.log, "%s: %d bytes, SHA-256 %x\n", file, size, sum.Sum(nil))
	return err
}

// size asks for a file's size in bytes.
func (m *modem) size(file string) (int64, error) {
	answer, err := m.command(`AT+AFTPSIZE="` + file + `"`)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(answer["+AFTPSIZE"], 10, 64)
}

// download reads size bytes of data mode into w, and then the NO CARRIER that ends it.
func (m *modem) download(size int64, w io.Writer) error {
	if err := m.send(`AT+AFTPDATA`); err != nil {
		return err
	}
	if err := m.expect("CONNECT"); err != nil {
		return err
	}
	if _, err := io.CopyN(w, m.in, size); err != nil {
		return fmt.Errorf("download: %w", err)
	}
	return m.expect("NO CARRIER")
}
