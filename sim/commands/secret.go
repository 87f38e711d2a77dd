package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/transcript"
)

// A LineMasker finds the secrets in what a host types, which no record may show: the arguments of
// secret parameters, and what may be such an argument behind a name that is mistyped or damaged.
type LineMasker struct {
	Table *Table
	Erase byte // the character that deletes the one before it, S5 (V.250 6.2.3)

	// Damaged says that a fault changes what the host types: any name may have been another one, so
	// the arguments of all commands that the module does not take are secrets.
	Damaged bool
}

// Secrets returns the secrets of a command line in each way in which an answer, a server or a note
// may repeat them.
func (m LineMasker) Secrets(body string) []string {
	var secrets []string
	line := Normalize(body)
	parts, _ := m.read(line)
	for _, p := range parts {
		secret := line[p.Start:p.End]
		secrets = append(secrets, secret)
		if text, ok := unquote(secret); ok {
			secrets = append(secrets, Quote(text), `"`+text+`"`, strconv.Quote(text))
		}
		if start := nameStart(line[:p.Start]); start < p.Start {
			name, _, _ := strings.Cut(line[start:p.End], "=")
			secrets = append(secrets, name)
		}
	}
	slices.Sort(secrets)
	return slices.Compact(secrets)
}

// nameStart is where the name at the end of a text begins.
func nameStart(text string) int {
	n := len(text)
	for n > 0 && isNameByte(text[n-1]) {
		n--
	}
	if n > 0 && n < len(text) && isExtendedPrefix(text[n-1]) {
		n--
	}
	return n
}

// Shown returns a command with its arguments as records show it, secrets masked.
func (m LineMasker) Shown(c Command) string {
	parts, _ := m.command(c)
	text, _ := transcript.Masked(c.String()+c.Text, parts)
	return text
}

// read returns the secrets in a normalized line. Whole is false when it cannot be read and may hold
// others.
func (m LineMasker) read(line string) (parts []transcript.Span, whole bool) {
	var loose strings.Builder // what belongs to no command with a name of its own
	broken := false           // some of it is none that the module knows
	for rest := line; rest != ""; {
		cmd, next, err := Next(rest)
		if err != nil {
			loose.WriteString(m.Table.withoutName(rest))
			broken = true
			break
		}
		start := len(line) - len(rest)
		secrets, open := m.command(cmd)
		for _, p := range secrets {
			parts = append(parts, transcript.Span{Start: start + p.Start, End: start + p.End})
		}
		if open { // a quote or a semicolon may be wrong: the secret may go on
			parts[len(parts)-1].End = len(line)
			return parts, !broken || !m.suspicious(loose.String())
		}
		if isExtendedPrefix(cmd.Name[0]) {
			loose.WriteByte(0)
		} else {
			loose.WriteString(cmd.Name + cmd.Text)
			broken = broken || m.Table.Lookup(cmd.Name) == nil
		}
		rest = next
	}
	return parts, !broken || !m.suspicious(loose.String())
}

// command returns the secrets in a command, as parts of its name, form and arguments in a row. Open
// says that the command is not one that the module takes, and what follows it may be secret too.
func (m LineMasker) command(c Command) (parts []transcript.Span, open bool) {
	head := len(c.String())
	end := head + len(c.Text)
	from := end // of what is all secret
	switch row := m.Table.Lookup(c.Name); {
	case c.Name == "":
	case m.Table.lacksSecret(c.Name):
		from = head
	case row == nil && isExtendedPrefix(c.Name[0]):
		from = m.secretFrom(c)
	case row == nil:
	case row.hasSecret() && c.Form == Set:
		if _, err := row.parseArgs(c.Text); err == nil {
			return row.secrets(c.Text, head), false
		}
		from = head
	case c.Name == "D" && dialsSecret(c.Text) || m.Table.names(c.Text):
		from = head
	case m.Damaged && c.Form == Set && !row.basic():
		if _, err := row.parseArgs(c.Text); err != nil {
			from = head
		}
	}
	if from >= end {
		return nil, false
	}
	return []transcript.Span{{Start: from, End: end}}, true
}

// dialsSecret reports whether what is dialled may hold a secret: the code that changes a PIN or a
// password (3GPP TS 22.030 6.6.2 and 6.5.4), or what looks like another command.
func dialsSecret(dialled string) bool {
	code, _, _ := strings.Cut(strings.TrimLeft(dialled, "*"), "*")
	return strings.HasPrefix(dialled, "*") && slices.Contains([]string{"03", "04", "042", "05", "052"}, code) ||
		strings.ContainsAny(dialled, `="`) && dialled[0] != '>'
}

// hasSecret reports whether a parameter of the row is secret.
func (r *Row) hasSecret() bool {
	return slices.ContainsFunc(r.Params, func(p Param) bool { return p.secret })
}

// secrets returns the secrets in arguments that the row takes, which begin at a place.
func (r *Row) secrets(text string, at int) []transcript.Span {
	var parts []transcript.Span
	fields, _ := splitArgs(text)
	for i, f := range fields {
		if f != "" && f != `""` && r.Params[i].secret {
			parts = append(parts, transcript.Span{Start: at, End: at + len(f)})
		}
		at += len(f) + len(",")
	}
	return parts
}

// secretFrom is from where a command that the module does not know may be secret: its arguments
// when the name is nearly that of one with a secret, or some of the name when nothing stands
// between such a name and a secret.
func (m LineMasker) secretFrom(c Command) int {
	head := len(c.String())
	for _, name := range m.Table.secret {
		switch like := likeTo(name, c.Name); {
		case like.whole <= tolerance(name), like.least == 0 && c.Form == Set:
			return head
		case like.least == 0, like.least == 1 && c.Form != Set && strings.ContainsAny(c.Name[like.end:], digits):
			return like.end
		}
	}
	switch n := strings.IndexAny(c.Name, digits); {
	case m.Damaged && n > 0:
		return n
	case m.Damaged || m.Table.names(c.Text):
		return head
	}
	return head + len(c.Text)
}

// digits are those of a PIN.
const digits = "0123456789"

// suspicious reports whether a text that cannot be read may hold a secret.
func (m LineMasker) suspicious(text string) bool {
	return m.Table.nearlyNames(text) || m.Table.names(text) || m.Damaged && strings.ContainsAny(text, `="`+digits)
}

// withoutName removes the name of a command without secrets from the start of a line that cannot be
// read.
func (t *Table) withoutName(line string) string {
	for n := min(len(line), 1+maxName); n > 1; n-- {
		if row := t.Lookup(line[:n]); row != nil && !row.hasSecret() && (n == len(line) || !isNameByte(line[n])) {
			return line[n:]
		}
	}
	return line
}

// LineSecrets returns the secrets in a line as the host typed it, or in a piece of one. Whole is
// false for one that may hold others: nothing of it may be shown.
func (m LineMasker) LineSecrets(raw string) (parts []transcript.Span, whole bool) {
	line, at, whole := m.typed(raw)
	found, read := m.read(line)
	for _, p := range found {
		parts = append(parts, transcript.Span{Start: at[p.Start], End: at[p.End-1] + 1})
	}
	return parts, whole && read
}

// MayHoldSecret reports whether a piece of a line names a command with a secret parameter, or
// nearly does, or is edited.
func (m LineMasker) MayHoldSecret(piece string) bool {
	return m.edited(piece) || m.suspicious(piece)
}

// edited reports whether some of a line was deleted.
func (m LineMasker) edited(line string) bool { return strings.IndexByte(line, m.Erase) >= 0 }

// typed reads what a host typed as the modem does (V.250 5.2): it returns the normalized command
// line and where its characters stand. Whole is false when something else may hold a secret: what
// stands before the prefix, or was deleted.
func (m LineMasker) typed(raw string) (line string, at []int, whole bool) {
	start := behindPrefix(raw)
	whole = !m.suspicious(raw[:max(0, start-len("AT"))])
	var body []byte
	quoted, erasing := false, false
	for i := start; i < len(raw); i++ {
		c := raw[i]
		if !quoted {
			c &= 0x7f
		}
		switch {
		case c == m.Erase:
			whole = whole && (erasing || !m.Table.names(string(body)))
			if n := len(body) - 1; n >= 0 {
				quoted = quoted != (body[n] == '"')
				body, at = body[:n], at[:n]
			}
		case c >= ' ' && c != 0x7f:
			quoted = quoted != (c == '"')
			body, at = append(body, c), append(at, i)
		}
		erasing = c == m.Erase
	}
	if m.edited(raw[start:]) {
		whole = whole && !m.suspicious(raw) && !m.suspicious(string(body))
	}
	line, kept := normalize(string(body))
	for i, n := range kept {
		kept[i] = at[n]
	}
	return line, kept, whole
}

// behindPrefix is where the text behind the first AT begins; of a text without one, its start.
func behindPrefix(raw string) int {
	for i := 1; i < len(raw); i++ {
		if raw[i-1]&0x5f == 'A' && raw[i]&0x5f == 'T' {
			return i + 1
		}
	}
	return 0
}
