package commands

import "strings"

// masked stands in records for what must not be shown.
const masked = "***"

// Secrets returns what no record of a command line may show: the arguments of
// parameters marked secret, as the host wrote them, quotes included. When a
// line with such a command cannot be read, whole is false and nothing of the
// line may be shown.
func Secrets(body string) (secrets []string, whole bool) {
	line := Normalize(body)
	for line != "" {
		cmd, rest, err := Next(line)
		if err != nil {
			return secrets, !namesSecret(strings.ToUpper(strings.ReplaceAll(line, " ", "")))
		}
		if row := Lookup(cmd.Name); row != nil && cmd.Form == Set {
			fields, _ := splitArgs(cmd.Text)
			for i, p := range row.Params {
				if p.Secret && i < len(fields) && len(fields[i]) > len(`""`) {
					secrets = append(secrets, fields[i])
				}
			}
		}
		line = rest
	}
	return secrets, true
}

// namesSecret reports whether a line names a command with a secret parameter.
func namesSecret(line string) bool {
	for _, r := range rows {
		for _, p := range r.Params {
			if p.Secret && strings.Contains(line, r.Name) {
				return true
			}
		}
	}
	return false
}

// MaskLine hides the given secrets in a line as the host typed it. A line in
// which that leaves a secret to be seen, because it was edited or cannot be
// read, is not shown at all.
func MaskLine(line string, secrets []string) string {
	line = Mask(line, secrets)
	left, whole := Secrets(strings.Map(printing, line))
	for _, s := range left {
		whole = whole && s == masked
	}
	if !whole {
		return "(a line with a secret)"
	}
	return line
}

// printing drops control characters, which a command line does not hold.
func printing(r rune) rune {
	if r < ' ' {
		return -1
	}
	return r
}

// Mask hides secrets in a text.
func Mask(text string, secrets []string) string {
	for _, s := range secrets {
		text = replaceFold(text, s, masked)
	}
	return text
}

// replaceFold replaces every old in text, in either case.
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
