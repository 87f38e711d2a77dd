// Command broken downloads fw.bin through the FTP client of a modem, and tries again if the
// download is cut. Its bug is that it starts from zero each time.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

const size = 65536

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: broken TTY")
		os.Exit(2)
	}
	tty, err := os.OpenFile(os.Args[1], os.O_RDWR|syscall.O_NOCTTY, 0)
	fatal(err)
	m := modem{tty, bufio.NewReader(tty)}
	for range 3 {
		m.logIn()
		file := m.download("fw.bin")
		fmt.Printf("got %d bytes of %d\n", len(file), size)
		if len(file) == size {
			return
		}
	}
	os.Exit(1)
}

// fatal ends the program if err is not nil.
func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "broken:", err)
		os.Exit(1)
	}
}

type modem struct {
	tty *os.File
	in  *bufio.Reader
}

// ask sends a command and returns its final result.
func (m modem) ask(command string) string {
	fatal(m.tty.SetReadDeadline(time.Now().Add(time.Minute)))
	_, err := m.tty.WriteString(command + "\r")
	fatal(err)
	for {
		line, err := m.in.ReadString('\n')
		fatal(err)
		switch line = strings.TrimSpace(line); line {
		case "OK", "ERROR", "CONNECT", "NO CARRIER":
			return line
		}
	}
}

// logIn activates the context, which it repeats until there is GPRS again, and logs in.
func (m modem) logIn() {
	for m.ask("AT+AIPA=1") != "OK" {
		time.Sleep(time.Second)
	}
	m.ask(`AT+AFTPO="192.0.2.1",21,"user","secret"`)
	m.ask("AT+AFTPTYPE=0")
}

// download returns the data before NO CARRIER.
func (m modem) download(name string) (file []byte) {
	m.ask("AT+AFTPPASV=1")
	m.ask(`AT+AFTPRETR="` + name + `"`)
	if m.ask("AT+AFTPDATA") != "CONNECT" {
		return nil
	}
	for end := []byte("\r\nNO CARRIER\r\n"); !bytes.HasSuffix(file, end) || m.in.Buffered() > 0; {
		b, err := m.in.ReadByte()
		fatal(err)
		file = append(file, b)
	}
	return file[:len(file)-len("\r\nNO CARRIER\r\n")]
}
