package main

import (
	"regexp"
	"strconv"
	"strings"
)

// placeholderForm is what exec replaces in the arguments of the program: {tty}
// is that of modem 1, {tty7} that of modem 7.
var placeholderForm = regexp.MustCompile(`\{(tty|host|port|path)([0-9]+)?\}`)

// checkPlaceholders refuses what the modems' wires have no value for.
func (f *modemFlags) checkPlaceholders(args []string) error {
	a, err := f.address()
	if err != nil {
		return err
	}
	remote := a.Host != ""
	for _, arg := range args {
		for _, m := range placeholderForm.FindAllStringSubmatch(arg, -1) {
			number, _ := strconv.Atoi(m[2]) // a long one becomes a high one
			switch word := m[1]; {
			case strings.HasPrefix(m[2], "0"):
				return wrong("modems are counted from 1", "exec: %s: there is no modem %s", m[0], m[2])
			case number > f.count:
				return wrong("write --count "+m[2]+" for so many modems", "exec: %s: there is no modem %s", m[0], m[2])
			case (word == "host" || word == "port") && !remote:
				return wrong("write {tty}, or --listen tcp:127.0.0.1:0", "exec: %s is for tcp and rfc2217: %s has none", m[0], a.Network)
			case word == "path" && remote:
				return wrong("write {tty}, {host} or {port}", "exec: %s is for a pty, a unix socket and a serial device: %s has none", m[0], a.Network)
			}
		}
	}
	return nil
}

// fill puts the wires of the modems into the arguments.
func (fl *fleet) fill(args []string) []string {
	var filled []string
	for _, arg := range args {
		filled = append(filled, placeholderForm.ReplaceAllStringFunc(arg, func(text string) string {
			m := placeholderForm.FindStringSubmatch(text)
			number, err := strconv.Atoi(m[2])
			if err != nil {
				number = 1
			}
			return fl.stations[number-1].wire.part(m[1])
		}))
	}
	return filled
}

// part is what a placeholder stands for.
func (w wire) part(word string) string {
	switch word {
	case "host":
		return w.at.Host
	case "port":
		return strconv.Itoa(w.at.Port)
	case "path":
		return w.at.Path
	}
	return w.path
}
