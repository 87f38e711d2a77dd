package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// quietTime is how long the modem is silent after the end of a piped input
// before a conversation ends.
const quietTime = time.Second

// leaveKey is Ctrl-], as in telnet.
const leaveKey = 0x1D

// keys is the input of a conversation. If leave is set, leaveKey ends it.
type keys struct {
	io.Reader
	leave bool
}

// errLeft: the user typed leaveKey.
var errLeft = errors.New("left")

// converse copies keys to the line and the line's answers to standard output,
// until the user leaves, a signal comes, or the keys have ended and the line
// has been silent for quietTime. The goroutines that still wait for either end
// with the process.
func converse(line io.ReadWriter, k keys, signals <-chan os.Signal) error {
	typed, shown := make(chan error), make(chan error)
	go func() { typed <- k.copyTo(line) }()
	go func() {
		for {
			shown <- showNext(line)
		}
	}()
	silence := time.NewTimer(quietTime)
	silence.Stop()
	over := false
	for {
		select {
		case <-signals:
			return nil
		case err := <-typed:
			if err == errLeft {
				return nil
			}
			if err != nil {
				return err
			}
			over = true
			silence.Reset(quietTime)
		case err := <-shown:
			if err != nil {
				return err
			}
			if over {
				silence.Reset(quietTime)
			}
		case <-silence.C:
			return nil
		}
	}
}

// showNext copies the next bytes of the line to standard output.
func showNext(line io.Reader) error {
	buf := make([]byte, 4096)
	n, err := line.Read(buf)
	if n > 0 {
		_, err = os.Stdout.Write(buf[:n])
		return err
	}
	if err == io.EOF {
		err = errors.New("it has closed the line")
	}
	return fmt.Errorf("the modem has gone: %w", err)
}

// copyTo writes keys to the line up to their end.
func (k keys) copyTo(line io.Writer) error {
	buf := make([]byte, 4096)
	var count, ends int
	for {
		n, err := k.Read(buf)
		p, left := buf[:n], false
		if k.leave {
			p, _, left = bytes.Cut(p, []byte{leaveKey})
		}
		if _, err := line.Write(p); err != nil {
			return fmt.Errorf("the modem has gone: %w", err)
		}
		count += len(p)
		ends += bytes.Count(p, []byte{'\r'})
		switch {
		case left:
			return errLeft
		case err == io.EOF && count > 0 && ends == 0:
			fmt.Fprintln(os.Stderr, `modemsim: hint: no command line ended: AT commands end with CR, not LF, as in printf 'AT\r'`)
			return nil
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("reading standard input: %w", err)
		}
	}
}
