package scenarios

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Event is what a rule waits for: a command of the host, or a point of the
// modem's life.
type Event struct {
	Kind EventKind

	// A command, in capitals outside of strings and without AT. An empty Name
	// is the bare line.
	Name string
	Form string // "": any, "?", "=?", "=": that form
	Args string // with Form "=": exactly these
	Any  bool   // Args or Text is what there is at the beginning; with Form "=" and no Args any

	State   string        // of StateArg
	N       int64         // of MarkArg and CodeArg; -1: any
	Percent bool          // N is a part of the stream in percent
	D       time.Duration // of TimeArg
	File    string        // of FileArg; "": any
	Content *FileTest     // of FileArg; nil: any
	Number  string        // of MessageArg; "": any
	Text    string        // of MessageArg

	Or *Event // another that will do; nil: none
}

// Either yields the events that will do: e, and those behind or. A nil event has none.
func (e *Event) Either() iter.Seq[*Event] {
	return func(yield func(*Event) bool) {
		for ; e != nil && yield(e); e = e.Or {
		}
	}
}

// Has reports whether what is true of one of the events that will do.
func (e *Event) Has(what func(*Event) bool) bool {
	for one := range e.Either() {
		if what(one) {
			return true
		}
	}
	return false
}

// String is the event in the words of a rule.
func (e *Event) String() string {
	var texts []string
	for one := range e.Either() {
		texts = append(texts, one.text())
	}
	return strings.Join(texts, " or ")
}

// text is the event without those behind or.
func (e *Event) text() string {
	if e.Kind == EventCommand {
		return "AT" + e.commandText()
	}
	text := string(e.Kind)
	switch arg := e.Kind.Row().Arg; {
	case arg == StateArg:
		text += eventSign[arg] + e.State
	case arg == TimeArg:
		text += eventSign[arg] + span{}.format(e.D)
	case arg == MarkArg && e.N >= 0 && e.Percent:
		text += fmt.Sprintf("%s%d%%", eventSign[arg], e.N)
	case arg == MarkArg && e.N >= 0:
		text += fmt.Sprintf("%s%d", eventSign[arg], e.N)
	case arg == CodeArg && e.N >= 0:
		text += fmt.Sprintf(" %d", e.N)
	case arg == FileArg && e.File != "":
		text += " " + quoted(e.File)
	case arg == WordArg && e.Text != "":
		text += " " + e.Text
	case arg == MessageArg:
		text += e.messageText()
	}
	if e.Content != nil {
		text += " " + e.Content.String()
	}
	return text
}

// commandText is a command without AT.
func (e *Event) commandText() string {
	form := e.Form
	if basic := !strings.HasPrefix(e.Name, "+") && e.command() != "S"; basic && form == "=" {
		form = ""
	}
	args := e.Args
	if e.Any && (args != "" || form == "") {
		args += "*"
	}
	return e.Name + form + args
}

// ParseEvent reads an event as a rule names it.
func ParseEvent(text string) (*Event, error) {
	s := &scanner{rest: text}
	e, err := s.lastEvent()
	if err == nil {
		err = s.end()
	}
	return e, err
}

// lastEvent takes an event at the end of a rule, where a file's name may hold
// blanks.
func (s *scanner) lastEvent() (*Event, error) { return s.either(s.lastFileName) }

// event takes an event with those behind or.
func (s *scanner) event() (*Event, error) { return s.either(s.fileName) }

// either takes an event with those behind or; fileName takes the name of a file.
func (s *scanner) either(fileName func() string) (*Event, error) {
	e, err := s.oneEvent(fileName)
	if err == nil && s.Is("or") {
		e.Or, err = s.either(fileName)
	}
	return e, err
}

// fileName takes the name of a file behind an event, if there is one: a word, or
// anything in double quotes.
func (s *scanner) fileName() string {
	switch next := s.Peek(); {
	case strings.HasPrefix(next, `"`):
		return unquoted(s.quotedWord())
	case next == "" || isKeyword(next):
		return ""
	}
	return s.Word()
}

// lastFileName takes the name of a file at the end of a rule: up to a word that
// goes on with the event, or anything in double quotes.
func (s *scanner) lastFileName() string {
	if strings.HasPrefix(s.rest, `"`) {
		return unquoted(s.quotedWord())
	}
	end := len(s.rest)
	for _, word := range eventWords {
		if i := strings.Index(" "+s.rest+" ", " "+word+" "); i >= 0 {
			end = min(end, i)
		}
	}
	name := strings.TrimRight(s.rest[:end], blanks)
	if end == len(s.rest) {
		name = s.rest
	}
	s.rest = s.rest[end:]
	if name != "" {
		s.taken = append(s.taken, name)
	}
	return name
}

// eventWords go on with an event.
var eventWords = []string{"or", "until", "not", "size", "sha256", "same"}

// quoted is the name of a file as a word of a rule.
func quoted(name string) string {
	if strings.ContainsAny(name, blanks) || isKeyword(name) {
		return `"` + name + `"`
	}
	return name
}

// unquoted is a word without its double quotes.
func unquoted(word string) string { return strings.Trim(word, `"`) }

// oneEvent takes an event. It ends at the first blank outside of double quotes; a
// code or a file's name may follow.
func (s *scanner) oneEvent(fileName func() string) (*Event, error) {
	if s.rest == "" {
		return nil, fmt.Errorf("an event is missing (AT+X, or one of %s)", strings.Join(eventNames(), ", "))
	}
	if len(s.rest) >= 2 && strings.EqualFold(s.rest[:2], "AT") {
		return parseCommandEvent(s.quotedWord())
	}
	word := s.Word()
	if _, _, is := ends(word); is && strings.Contains(word, "@") {
		return s.markRange(word)
	}
	e, err := parseLifeEvent(word)
	if err != nil {
		return nil, err
	}
	switch arg, next := e.Kind.Row().Arg, s.Peek(); {
	case arg == CodeArg && isDigits(next):
		e.N, err = s.exactNumber("exit code", 0, 255)
	case arg == FileArg:
		e.File = fileName()
		e.Content, err = s.fileTest()
	case arg == WordArg && next != "" && strings.Contains("*#0123456789", next[:1]):
		e.Text = s.Word()
	case arg == MessageArg:
		err = s.message(e)
	}
	return e, err
}

// quotedWord takes a word that may hold blanks within double quotes.
func (s *scanner) quotedWord() string {
	quoted := false
	for i := range len(s.rest) {
		switch c := s.rest[i]; {
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(blanks, c) >= 0:
			word := s.rest[:i]
			s.rest = strings.TrimLeft(s.rest[i:], blanks)
			s.taken = append(s.taken, word)
			return word
		}
	}
	return s.verbatim()
}

// parseCommandEvent reads AT and a command.
func parseCommandEvent(word string) (*Event, error) {
	e := &Event{Kind: EventCommand, N: -1}
	body := upperOutsideStrings(word[2:])
	if strings.Count(body, `"`)%2 != 0 {
		return nil, fmt.Errorf("%s: a string does not end with a quote", word)
	}
	name := body
	switch i := strings.IndexAny(body, "=?"); {
	case strings.HasPrefix(body, "D") && i != 1: // what it dials is the rest of the line (V.250 6.3.1)
		name, e.Args = "D", body[1:]
		if e.Args != "" {
			e.Form = "="
		}
	case i < 0 && strings.HasPrefix(body, "+"):
	case i < 0:
		name, e.Args = splitBasic(body)
		if e.Args != "" {
			e.Form = "="
		}
	case body[i:] == "?" || body[i:] == "=?":
		name, e.Form = body[:i], body[i:]
	case body[i] == '=':
		name, e.Form, e.Args = body[:i], "=", body[i+1:]
	default:
		return nil, fmt.Errorf("%s is not a command (AT+X, AT+X?, AT+X=?, AT+X= or AT+X=arguments)", word)
	}
	e.Name = name
	if e.Form == "=" {
		e.Args, e.Any = strings.CutSuffix(e.Args, "*")
		e.Any = e.Any || e.Args == ""
	}
	if strings.ContainsAny(name, `;,"*`) {
		return nil, fmt.Errorf("%s is not one command (a chain is matched command by command)", word)
	}
	return e, nil
}

// splitBasic splits a basic command from its number.
func splitBasic(body string) (name, number string) {
	n := len(strings.TrimRight(body, "0123456789*"))
	return body[:n], body[n:]
}

// upperOutsideStrings folds a command as the module reads it.
func upperOutsideStrings(s string) string {
	b := []byte(s)
	quoted := false
	for i, c := range b {
		if c == '"' {
			quoted = !quoted
		}
		if !quoted && 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// eventSign stands between the name of an event and what is said of it in the
// same word.
var eventSign = map[EventArg]string{StateArg: ":", TimeArg: "@", MarkArg: "@"}

// findEvent finds the row of an event, and what a word says of it behind the
// sign; false: it says nothing. The zero row means that there is no such event.
func findEvent(word string) (row EventRow, value string, said bool) {
	for _, r := range eventRows {
		rest, ok := strings.CutPrefix(word, string(r.Kind))
		if !ok || r.Arg == CommandArg {
			continue
		}
		if rest == "" {
			return r, "", false
		}
		if sign := eventSign[r.Arg]; sign != "" && strings.HasPrefix(rest, sign) {
			return r, rest[len(sign):], true
		}
	}
	return EventRow{}, "", false
}

// parseLifeEvent reads a point of the modem's life: its name, and what is said of
// it in the same word.
func parseLifeEvent(word string) (*Event, error) {
	row, value, said := findEvent(word)
	e := &Event{Kind: row.Kind, N: -1}
	var err error
	switch {
	case row.Kind == "":
		err = fmt.Errorf("there is no event %q (%s)", word, suggest(word, eventNames()))
	case row.Arg == StateArg && !said:
		err = fmt.Errorf("%s wants a state (%s:%s)", word, word, row.States[0])
	case row.Arg == StateArg:
		e.State = value
		if !slices.Contains(row.States, value) {
			err = fmt.Errorf("%s: %q is not one of: %s", row.Kind, value, strings.Join(row.States, ", "))
		}
	case row.Arg == TimeArg && !said:
		err = fmt.Errorf("%s wants a time (%s@10s)", word, word)
	case row.Arg == TimeArg:
		e.D, err = time.ParseDuration(value)
		if err != nil || e.D <= 0 {
			err = fmt.Errorf("%s: %q is not a time such as 500ms, 10s or 2m", word, value)
		}
	case row.Arg == MarkArg && said:
		e.N, e.Percent, err = parseMark(value)
		if err != nil {
			err = fmt.Errorf("%s: %w", word, err)
		}
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// parseMark reads a number of bytes, or a percentage.
func parseMark(value string) (n int64, percent bool, err error) {
	digits, percent := strings.CutSuffix(value, "%")
	n, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || percent && n > 100 {
		return 0, false, fmt.Errorf("%q is not a number of bytes or a percentage%s", value, inBytes(value))
	}
	return n, percent, nil
}

// inBytes is the hint for a number with a unit; "" when it is none.
func inBytes(value string) string {
	digits := strings.TrimRight(value, "kKMiBb")
	if digits == value || !isDigits(digits) {
		return ""
	}
	zeros := "000"
	if strings.Contains(value, "M") {
		zeros = "000000"
	}
	return fmt.Sprintf(" (write %s%s)", digits, zeros)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isKeyword reports whether a word can follow an event.
func isKeyword(word string) bool {
	_, err := findVerb(word)
	return err == nil || slices.Contains(countWords, word) || slices.Contains(eventWords, word)
}

// Matches reports whether a command of the host is the event: its name, its
// form as "?", "=?", "=" or "", and its arguments, normalized.
func (e *Event) Matches(name, form, args string) bool {
	switch {
	case e.Kind != EventCommand || e.Name != name:
		return false
	case e.Form == "":
		return true
	case e.Form != form:
		return false
	case e.Form != "=":
		return true
	case e.Any:
		return strings.HasPrefix(args, e.Args)
	}
	return args == e.Args
}
