package commands

import (
	"strconv"
	"strings"
)

// A Command is one command of a line, not yet looked up.
type Command struct {
	Name string // in capitals: "+AFTPO", "&F", "E", "S3"'s name is "S"
	Form Form
	Text string // after "=", or the number of a basic command, or the rest of D
	Reg  string // the register number of an S command
}

// String is the command without its arguments: "+CSQ", "+CREG?", "+AFTPO=".
func (c Command) String() string {
	return c.Name + c.Reg + formSigns[c.Form]
}

// FormSign is what follows the name in this form: "", "=", "?" or "=?". A
// basic command with its number counts as set.
func (c Command) FormSign() string {
	if c.Form == Execute && c.Text != "" {
		return "="
	}
	return formSigns[c.Form]
}

var formSigns = map[Form]string{Execute: "", Set: "=", Read: "?", Test: "=?"}

// Normalize removes blanks and folds letters to capitals outside of strings,
// as V.250 5.2.1 and 5.4.1 want a command line read. The eighth bit counts
// only within strings, where names of files may need it.
func Normalize(body string) string {
	var b strings.Builder
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
		b.WriteByte(c)
	}
	return b.String()
}

// Next takes the first command off a normalized line. The error is ErrSyntax
// when the line does not start with one (V.250 5.3 and 5.4).
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

// nextDial reads D, which takes the rest of the line up to a semicolon
// (V.250 6.3.1).
func nextDial(line string) (Command, string, error) {
	number, rest, voice := strings.Cut(line[1:], ";")
	if voice {
		number += ";"
	}
	return Command{Name: "D", Form: Execute, Text: number}, rest, nil
}

// nextExtended reads an extended command, which ends at the line's end or at a
// semicolon outside of strings (V.250 5.4).
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

// maxName is the most characters that follow the + of a name (V.250 5.4.1).
const maxName = 16

// cutCommand splits at the first semicolon outside of strings. It is not ok
// when a string does not end.
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

// splitArgs splits at commas outside of strings. It is not ok when a string
// does not end.
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

// unquote reads a string constant of V.250 5.4.2.2: a backslash and two
// hexadecimal digits are one character.
func unquote(s string) (string, bool) {
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
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), true
}

// Quote writes s as a string constant that unquote reads back.
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

// skipSeparator drops a semicolon that a host put after a basic command.
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
