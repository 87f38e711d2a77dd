package commands

import (
	"strconv"
	"strings"
)

// A Command is one command of a command line, as the grammar reads it.
type Command struct {
	Name string // in capitals: "+AFTPO", "&F", "E"; "S" for "S3"
	Form Form
	Text string // what follows "=", the number of a basic command, or what follows D
	Reg  string // the number of the register, for S
}

// String returns the command without its arguments: "+CSQ", "+CREG?", "+AFTPO=".
func (c Command) String() string {
	return c.Name + c.Reg + formSigns[c.Form]
}

// FormSign returns what follows the name in this form: "", "=", "?" or "=?". A basic command with
// a number counts as set.
func (c Command) FormSign() string {
	if c.Form == Execute && c.Text != "" {
		return "="
	}
	return formSigns[c.Form]
}

var formSigns = map[Form]string{Execute: "", Set: "=", Read: "?", Test: "=?"}

// Normalize removes blanks from a command line and turns letters into capitals, except in strings
// (V.250 5.2.1 and 5.4.1). It clears the eighth bit too, except in strings, where names of files
// may need it.
func Normalize(body string) string {
	line, _ := normalize(body)
	return line
}

// normalize is [Normalize]; it returns too where each byte of the line stood.
func normalize(body string) (line string, from []int) {
	var b []byte
	quoted := false
	for i := range len(body) {
		c := body[i]
		if !quoted {
			c &= 0x7f
		}
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			if c == ' ' {
				continue
			}
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
		}
		b, from = append(b, c), append(from, i)
	}
	return string(b), from
}

// Next reads the first command of a normalized line and returns the rest of the line. The error is
// ErrSyntax when the line does not begin with a command (V.250 5.3 and 5.4).
func Next(line string) (cmd Command, rest string, err error) {
	switch {
	case line == "":
		return Command{}, "", ErrSyntax
	case isExtendedPrefix(line[0]):
		return nextExtended(line)
	case line[0] == 'D':
		return nextDial(line)
	case line[0] == 'S':
		return nextRegister(line)
	}
	return nextBasic(line)
}

// nextBasic reads a letter, or & and a letter, and its number.
func nextBasic(line string) (Command, string, error) {
	n := 1
	if line[0] == '&' {
		n = 2
	}
	if len(line) < n || !isLetter(line[n-1]) {
		return Command{}, "", ErrSyntax
	}
	digits := countDigits(line[n:])
	cmd := Command{Name: line[:n], Form: Execute, Text: line[n : n+digits]}
	return cmd, skipSeparator(line[n+digits:]), nil
}

// nextRegister reads S<n>=<v> or S<n>? (V.250 5.3.2).
func nextRegister(line string) (Command, string, error) {
	digits := countDigits(line[1:])
	cmd := Command{Name: "S", Reg: line[1 : 1+digits]}
	rest := line[1+digits:]
	switch {
	case digits == 0:
		return Command{}, "", ErrSyntax
	case strings.HasPrefix(rest, "?"):
		cmd.Form = Read
		return cmd, skipSeparator(rest[1:]), nil
	case strings.HasPrefix(rest, "="):
		value := countDigits(rest[1:])
		cmd.Form, cmd.Text = Set, rest[1:1+value]
		return cmd, skipSeparator(rest[1+value:]), nil
	}
	return Command{}, "", ErrSyntax
}

// nextDial reads D, which takes the rest of the line up to a semicolon (V.250 6.3.1).
func nextDial(line string) (Command, string, error) {
	number, rest, voice := strings.Cut(line[1:], ";")
	if voice {
		number += ";"
	}
	return Command{Name: "D", Form: Execute, Text: number}, rest, nil
}

// nextExtended reads an extended command, which ends with the line or before a semicolon that is
// not in a string (V.250 5.4).
func nextExtended(line string) (Command, string, error) {
	n := 1
	for n < len(line) && n <= maxName && isNameByte(line[n]) {
		n++
	}
	if n == 1 || !isLetter(line[1]) {
		return Command{}, "", ErrSyntax
	}
	cmd := Command{Name: line[:n]}
	tail, rest, ok := cutCommand(line[n:])
	switch {
	case !ok:
		return Command{}, "", ErrSyntax
	case tail == "":
		cmd.Form = Execute
	case tail == "?":
		cmd.Form = Read
	case tail == "=?":
		cmd.Form = Test
	case tail[0] == '=':
		cmd.Form, cmd.Text = Set, tail[1:]
	default:
		return Command{}, "", ErrSyntax
	}
	return cmd, rest, nil
}

// maxName is how many characters may follow the + of a name (V.250 5.4.1).
const maxName = 16

// cutCommand splits s at the first semicolon that is not in a string. It is not ok when a string
// has no end.
func cutCommand(s string) (head, rest string, ok bool) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", !quoted
}

// splitArgs splits s at the commas that are not in a string. It is not ok when a string has no end.
func splitArgs(s string) ([]string, bool) {
	var fields []string
	quoted, start := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			fields = append(fields, s[start:i])
			start = i + 1
		}
	}
	return append(fields, s[start:]), !quoted
}

// unquote reads a string constant, in which a backslash and two hexadecimal digits are one
// character (V.250 5.4.2.2).
func unquote(s string) (string, bool) { return unescape(s, func(byte) bool { return true }) }

// unquoteName reads a string constant that names a file. Names go to the server as typed, so that
// "c:\data" keeps its backslash; only a quote and a backslash may be written as V.250 does, \22 and
// \5C (assumed: the documents have both rules).
func unquoteName(s string) (string, bool) {
	return unescape(s, func(c byte) bool { return c == '"' || c == '\\' })
}

// unescape takes the quotes from a string constant and resolves the escapes of those characters
// that may have one.
func unescape(s string, may func(byte) bool) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	s = s[1 : len(s)-1]
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			return "", false
		}
		if s[i] == '\\' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil && may(byte(n)) {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), true
}

// Quote returns s as a string constant, quotes included (V.250 5.4.2.2).
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c < ' ':
			b.WriteString(`\` + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// skipSeparator drops the semicolon that some hosts put after a basic command.
func skipSeparator(rest string) string { return strings.TrimPrefix(rest, ";") }

func countDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' }

func isExtendedPrefix(c byte) bool { return strings.IndexByte("+#*$%^", c) >= 0 }

func isNameByte(c byte) bool {
	return isLetter(c) || isDigit(c) || strings.IndexByte("!%-./:_", c) >= 0
}
