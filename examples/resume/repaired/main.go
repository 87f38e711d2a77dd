// Command repaired downloads fw.bin through the FTP client of a modem. If the download is cut, it
// resumes it where it was.
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
		fmt.Fprintln(os.Stderr, "usage: repaired TTY")
		os.Exit(2)
	}
	tty, err := os.OpenFile(os.Args[1], os.O_RDWR|syscall.O_NOCTTY, 0)
	fatal(err)
	m := modem{tty, bufio.NewReader(tty)}
	var file []byte
	for range 3 {
		m.logIn()
		file = append(file, m.download("fw.bin", len(file))...)
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
		fmt.Fprintln(os.Stderr, "repaired:", err)
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

// download returns the data from an offset to NO CARRIER.
func (m modem) download(name string, offset int) (part []byte) {
	m.ask("AT+AFTPPASV=1")
	m.ask(fmt.Sprintf("AT+AFTPREST=%d", offset))
	m.ask(`AT+AFTPRETR="` + name + `"`)
	if m.ask("AT+AFTPDATA") != "CONNECT" {
		return nil
	}
	for end := []byte("\r\nNO CARRIER\r\n"); !bytes.HasSuffix(part, end) || m.in.Buffered() > 0; {
		b, err := m.in.ReadByte()
		fatal(err)
		part = append(part, b)
	}
	return part[:len(part)-len("\r\nNO CARRIER\r\n")]
}
