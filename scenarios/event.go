package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Event is what a rule waits for: a command of the host, or a point of the
// modem's life.
type Event struct {
	Kind string // one of the names of Events, "command" for an AT command

	// A command, in capitals outside of strings and without AT. An empty Name
	// is the bare line.
	Name string
	Form string // "": any, "?", "=?", "=": that form
	Args string // with Form "=": exactly these
	Any  bool   // Args is what the arguments begin with; with Form "=" and no Args any will do

	State   string        // of network:STATE and sim:STATE
	N       int64         // of ftp:data@N and exit N; -1: any
	Percent bool          // N is a part of the file in percent
	D       time.Duration // of host:idle@D
	File    string        // of ftp:stored NAME; "": any
}

// An EventRow is one kind of event.
type EventRow struct {
	Name string
	Args string // as in the reference
	Doc  string
}

// Events returns the kinds of events, in the order of the reference.
func Events() []EventRow { return slices.Clone(eventRows) }

var eventRows = []EventRow{
	{"command", "AT+X, AT+X?, AT+X=?, AT+X=, AT+X=args, AT+X=begin*, AT", "the host sends a command; a chain of commands is several"},
	{"boot", "", "the module is up, after power on or a reset"},
	{"host:open", "", "a host opens the port"},
	{"host:close", "", "the host closes the port"},
	{"host:line", "", "the host sends a command line"},
	{"host:idle", "@D", "the host sends nothing for this time"},
	{"host:early", "", "the host sends something while a command runs, before its final result"},
	{"host:junk", "", "the host sends something in command mode that is no AT line"},
	{"escape", "", "the host sends the escape sequence in data mode"},
	{"exit", " [N]", "the host program ends, with exit code N"},
	{"network", ":STATE", "the module's registration becomes idle, home, searching, denied, unknown or roaming"},
	{"sim", ":STATE", "the SIM becomes ready, absent, busy, pin or puk"},
	{"gprs:active", "", "the PDP context is activated"},
	{"gprs:inactive", "", "the PDP context ends"},
	{"ftp:open", "", "the FTP connection is open"},
	{"ftp:login", "", "the login has succeeded"},
	{"ftp:ready", "", "a transfer is ready for +AFTPDATA"},
	{"ftp:data", "[@N or @P%]", "data passes; with N, once N bytes of the transfer have"},
	{"ftp:cut", "", "a transfer ends before it is complete"},
	{"ftp:done", "", "a transfer is complete"},
	{"ftp:stored", " [NAME]", "an upload is complete, of the file NAME"},
	{"ftp:resume", "", "a transfer restarts above 0 and not past what was delivered"},
	{"ftp:restart", "", "a transfer starts from 0 again after a cut"},
	{"ftp:gap", "", "a transfer restarts past what was delivered: always wrong"},
	{"ftp:closed", "", "the FTP connection ends"},
}

func eventNames() []string {
	var names []string
	for _, e := range eventRows[1:] {
		names = append(names, e.Name)
	}
	return names
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
func (s *scanner) lastEvent() (*Event, error) {
	if s.Peek() == "ftp:stored" {
		s.Word()
		return &Event{Kind: "ftp:stored", N: -1, File: s.verbatim()}, nil
	}
	return s.event()
}

// event takes an event. It ends at the first blank outside of double quotes;
// exit and ftp:stored may take one word more.
func (s *scanner) event() (*Event, error) {
	if s.rest == "" {
		return nil, fmt.Errorf("an event is missing (AT+X, or one of %s)", strings.Join(eventNames(), ", "))
	}
	if len(s.rest) >= 2 && strings.EqualFold(s.rest[:2], "AT") {
		return parseCommandEvent(s.command())
	}
	word := s.Word()
	e, err := parseLifeEvent(word)
	if err != nil {
		return nil, err
	}
	switch next := s.Peek(); {
	case e.Kind == "exit" && isDigits(next):
		e.N, err = s.Number("exit code", 0, 255)
	case e.Kind == "ftp:stored" && next != "" && !isKeyword(next):
		e.File = s.Word()
	}
	return e, err
}

// command takes a word that may hold blanks within double quotes.
func (s *scanner) command() string {
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
	e := &Event{Kind: "command", N: -1}
	body := upperOutsideStrings(word[2:])
	if strings.Count(body, `"`)%2 != 0 {
		return nil, fmt.Errorf("%s: a string does not end with a quote", word)
	}
	name := body
	switch i := strings.IndexAny(body, "=?"); {
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

// parseLifeEvent reads a point of the modem's life.
func parseLifeEvent(word string) (*Event, error) {
	e := &Event{Kind: word, N: -1}
	kind, value, at := strings.Cut(word, "@")
	switch {
	case at && kind == "host:idle":
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return nil, fmt.Errorf("%s: %q is not a time such as 500ms, 10s or 2m", word, value)
		}
		e.Kind, e.D = kind, d
		return e, nil
	case at && kind == "ftp:data":
		digits, percent := strings.CutSuffix(value, "%")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || percent && n > 100 {
			return nil, fmt.Errorf("%s: %q is not a number of bytes or a percentage", word, value)
		}
		e.Kind, e.N, e.Percent = kind, n, percent
		return e, nil
	case word == "host:idle":
		return nil, fmt.Errorf("host:idle wants a time (host:idle@10s)")
	}
	if kind, state, ok := strings.Cut(word, ":"); ok && stateWords[kind] != nil {
		if !slices.Contains(stateWords[kind], state) {
			return nil, fmt.Errorf("%s: %q is not one of: %s", kind, state, strings.Join(stateWords[kind], ", "))
		}
		e.Kind, e.State = kind, state
		return e, nil
	}
	if stateWords[word] != nil || !slices.Contains(eventNames(), word) {
		return nil, fmt.Errorf("there is no event %q (%s)", word, suggest(word, eventNames()))
	}
	return e, nil
}

// stateWords are the events that name a state, with the states.
var stateWords = map[string][]string{"network": networks, "sim": simStates}

var simStates = []string{SIMReady, SIMAbsent, SIMBusy, SIMPIN, SIMPUK}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isKeyword reports whether a word can follow an event.
func isKeyword(word string) bool {
	_, err := findVerb(word)
	return err == nil || slices.Contains([]string{"once", "first", "nth", "from", "p"}, word)
}

// Matches reports whether a command of the host is the event: its name, its
// form as "?", "=?", "=" or "", and its arguments, normalized.
func (e *Event) Matches(name, form, args string) bool {
	switch {
	case e.Kind != "command" || e.Name != name:
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
