package commands

import (
	"slices"
	"strings"
)

// masked stands in records in the place of a secret.
const masked = "***"

// Secrets returns what no record of a command line may show: the arguments of secret parameters, as
// the host wrote them, quotes included. When a line with such a command cannot be read, whole is
// false and no part of the line may be shown.
func (t *Table) Secrets(body string) (secrets []string, whole bool) {
	line := Normalize(body)
	for line != "" {
		cmd, rest, err := Next(line)
		if err != nil {
			return secrets, !t.MayHoldSecret(line)
		}
		if row := t.Lookup(cmd.Name); row != nil && cmd.Form == Set {
			secrets = append(secrets, row.secrets(cmd.Text)...)
		}
		line = rest
	}
	return secrets, true
}

// secrets returns the arguments of secret parameters, or all arguments when the text cannot be read
// and any of them may be a secret.
func (r *Row) secrets(text string) []string {
	if !slices.ContainsFunc(r.Params, func(p Param) bool { return p.secret }) {
		return nil
	}
	_, err := r.parseArgs(text)
	fields, _ := splitArgs(text)
	var secrets []string
	for i, f := range fields {
		if f == "" || f == `""` || err == nil && !r.Params[i].secret {
			continue
		}
		secrets = append(secrets, f)
		if text, ok := unquote(f); ok {
			secrets = append(secrets, Quote(text)) // as the answer may show it
		}
	}
	return secrets
}

// Shown returns a command with its arguments as records show it, secrets masked.
func (t *Table) Shown(c Command) string {
	text := c.Text
	if row := t.Lookup(c.Name); row != nil {
		text = mask(text, row.secrets(text))
	}
	return c.String() + text
}

// MayHoldSecret reports whether a line, or a piece of one, names a command with a secret parameter.
func (t *Table) MayHoldSecret(line string) bool {
	line = strings.ToUpper(strings.ReplaceAll(printing(line), " ", ""))
	for _, r := range t.rows {
		for _, p := range r.Params {
			if p.secret && strings.Contains(line, r.Name) {
				return true
			}
		}
	}
	return false
}

// LineSecrets is [Table.Secrets] for a line as the host typed it. Of one that may hold a secret but was
// edited, whole is false.
func (t *Table) LineSecrets(line string) (secrets []string, whole bool) {
	secrets, whole = t.Secrets(printing(line))
	if edited := erase(line); edited != line {
		var more []string
		more, whole = t.Secrets(printing(edited))
		whole = whole && len(secrets)+len(more) == 0
	}
	return secrets, whole
}

// erase removes each BS of a line and the character before it (V.250 6.2.3).
func erase(line string) string {
	var out []byte
	for i := range len(line) {
		switch {
		case line[i] != '\b':
			out = append(out, line[i])
		case len(out) > 0:
			out = out[:len(out)-1]
		}
	}
	return string(out)
}

// printing removes control characters, which are no part of a command line.
func printing(line string) string {
	var out []byte
	for i := range len(line) {
		if line[i] >= ' ' {
			out = append(out, line[i])
		}
	}
	return string(out)
}

// mask replaces secrets in a text, in either case, by ***.
func mask(text string, secrets []string) string {
	for _, s := range secrets {
		text = replaceFold(text, s, masked)
	}
	return text
}

// replaceFold replaces every old in text, in capitals or not, by new.
func replaceFold(text, old, new string) string {
	var b strings.Builder
	for len(text) >= len(old) && old != "" {
		if strings.EqualFold(text[:len(old)], old) {
			b.WriteString(new)
			text = text[len(old):]
			continue
		}
		b.WriteByte(text[0])
		text = text[1:]
	}
	return b.String() + text
}
