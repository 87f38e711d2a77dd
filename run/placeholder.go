package run

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/port"
)

// placeholderForm is what is replaced in the arguments of a program: {tty} is the path of modem 1,
// {tty7} that of modem 7.
var placeholderForm = regexp.MustCompile(`\{(tty|host|port|path)([0-9]+)?\}`)

// A PlaceholderError is a placeholder in the arguments of a program that the modems have no value
// for: there is no such modem, or its wire has no such part.
type PlaceholderError struct {
	Placeholder string // such as {tty3}
	Part        string // tty, host, port or path
	Modem       string // the number of the modem that there is not; "": the wire has no such part
	Network     string // of the wire
}

func (e *PlaceholderError) Error() string {
	switch {
	case e.Modem != "":
		return fmt.Sprintf("%s: there is no modem %s", e.Placeholder, e.Modem)
	case e.Part == "path":
		return fmt.Sprintf("%s is for a pty, a unix socket and a serial device: %s has none", e.Placeholder, e.Network)
	}
	return fmt.Sprintf("%s is for tcp and rfc2217: %s has none", e.Placeholder, e.Network)
}

// checkPlaceholders returns a [PlaceholderError] for the first placeholder that count modems on a
// wire have no value for.
func checkPlaceholders(args []string, w Wire, count int) error {
	remote := w.Address.Host != ""
	for _, arg := range args {
		for _, m := range placeholderForm.FindAllStringSubmatch(arg, -1) {
			e := &PlaceholderError{Placeholder: m[0], Part: m[1], Network: w.network()}
			number, _ := strconv.Atoi(m[2]) // a long one becomes a high one
			if number > count || strings.HasPrefix(m[2], "0") {
				e.Modem = m[2]
				return e
			}
			if needsRemote := e.Part == "host" || e.Part == "port"; needsRemote && !remote || e.Part == "path" && remote {
				return e
			}
		}
	}
	return nil
}

// fill puts the wires of the modems into the arguments.
func (f *Fleet) fill(args []string) []string {
	var filled []string
	for _, arg := range args {
		filled = append(filled, placeholderForm.ReplaceAllStringFunc(arg, func(text string) string {
			m := placeholderForm.FindStringSubmatch(text)
			number, err := strconv.Atoi(m[2])
			if err != nil {
				number = 1
			}
			modem := f.modems[number-1]
			return partOf(modem.Path, modem.Address, m[1])
		}))
	}
	return filled
}

// partOf is what a placeholder stands for.
func partOf(path string, a port.Address, part string) string {
	switch part {
	case "host":
		return a.Host
	case "port":
		return strconv.Itoa(a.Port)
	case "path":
		return a.Path
	}
	return path
}
