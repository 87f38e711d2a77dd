package scenarios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A verb is what a rule can do: a row of the verbs table.
type verb struct {
	name   string
	args   string // as in the reference
	doc    string
	answer bool // acts on the answer to the command that triggered it
	fault  bool // is something that goes wrong, and promises to happen when counted
	parse  func(*scanner, *Action) error
}

// usage is the verb with its arguments.
func (v verb) usage() string { return strings.TrimSpace(v.name + " " + v.args) }

// A VerbRow is one row of the verbs table, as the reference prints it.
type VerbRow struct {
	Group, Usage, Doc string
}

// verbs is filled by init, since the parser of an event looks a verb up.
var verbs []verbGroup

// verbGroup is what belongs together in the reference.
type verbGroup struct {
	name  string
	verbs []verb
}

func init() {
	verbs = []verbGroup{
		{"state", []verb{
			{"set", "KEY VALUE", "sets a field of the profile or the world", false, false, parseSet},
			{"network", "STATE", "the network offers another registration", false, false, oneOf("state", networks...)},
			{"sim", "STATE", "the SIM changes", false, false, oneOf("state", simStates...)},
			{"gprs", "up|down [silent]", "the network activates or drops the PDP context; silent: the module does not notice", false, true, parseGPRS},
			{"power", "on|off", "the module is switched on, with its banner, or off", false, true, oneOf("word", "on", "off")},
			{"reset", "[silent]", "the module restarts, with its banner unless silent", false, true, parseReset},
		}},
		{"content", []verb{
			{"file", "NAME SIZE [hostile]", "the embedded server has this file; each 16-byte line of it holds its offset; hostile: and what hosts choke on", false, false, parseFile},
		}},
		{"answer", []verb{
			{"ignore", "", "the command is neither run nor answered", true, true, nothing},
			{"reply", "TEXT", "the command is not run; TEXT is the answer, then OK unless TEXT is a final result", true, true, parseText},
			{"delay", "[echo|info|final] D|next", "the answer, or that part of it, comes D later, or with the next command", true, true, parseDelay},
			{"drop", "[echo|info|final]", "it is lost", true, true, parsePart},
			{"repeat", "[echo|info|final]", "it comes twice", true, true, parsePart},
			{"truncate", "[echo|info|final] N", "only its first N bytes come", true, true, parsePartN},
			{"split", "[echo|info|final] N [D]", "there is a pause of D (100ms) after N bytes", true, true, parseSplit},
			{"garble", "[echo|info|final] N", "N of its bytes are others", true, true, parsePartN},
		}},
		{"line", []verb{
			{"urc", "[@echo|@info+K|@final|@after] TEXT", "an unsolicited result code: held while a command runs, or breaking in at a place of the answer", false, true, parseURC},
			{"raw", "TEXT", "these bytes come, whatever else goes on", false, true, parseText},
			{"mute", "D|next", "the module is deaf to the host for D, or to what it sends next", false, true, parseMute},
			{"type", "TEXT", "the modem takes TEXT as if a host before this one had sent it, each line when the one before has its answer", false, false, parseText},
			{"ring", "[N]", "a call comes in and rings N times (1): RING, or what +CLIP and V0 make of it, and RI", false, true, parseRings},
			{"unplug", "[D]", "the port goes away and comes back after D (1s)", false, true, parseOptionalD},
		}},
		{"data", []verb{
			{"cut", "[N]", "the data connection is lost, after N bytes more", false, true, parseOptionalN},
			{"stall", "D", "no data passes for D", false, true, parseD},
			{"slow", "RATE|off", "data passes at RATE bytes per second", false, true, parseNOrOff},
			{"lose", "N|off", "one byte in N is lost", false, true, parseNOrOff},
			{"double", "N|off", "one byte in N comes twice", false, true, parseNOrOff},
			{"flip", "N|off", "one byte in N has a bit flipped", false, true, parseNOrOff},
		}},
		{"server", []verb{
			{"ftp", "VERB [end] CODE TEXT | VERB [end] none | CONNECT|DATA refuse|timeout | CONNECT CODE TEXT | 421 TEXT", "the FTP server answers the next VERB with this, or its data (end), or not at all; refuses a connection; says 421 and closes", false, true, parseFTP},
		}},
		{"verdict", []verb{
			{"expect", "D EVENT", "the event must come within D", false, false, parseExpect},
			{"forbid", "[D] EVENT", "the event must not come, for D or to the end", false, false, parseForbid},
			{"within", "D", "the run must end within D of the start", false, false, parseD},
			{"pass", "", "the run ends well", false, false, nothing},
			{"fail", "TEXT", "the run ends badly", false, false, parseText},
		}},
		{"other", []verb{
			{"log", "TEXT", "a line in the log and the transcript", false, false, parseText},
		}},
	}
}

// eachVerb calls f for every verb.
func eachVerb(f func(group string, v verb)) {
	for _, g := range verbs {
		for _, v := range g.verbs {
			f(g.name, v)
		}
	}
}

// Verbs returns the names of the verbs.
func Verbs() []string {
	var names []string
	eachVerb(func(_ string, v verb) { names = append(names, v.name) })
	return names
}

// VerbTable returns the verbs in the order of the reference.
func VerbTable() []VerbRow {
	var rows []VerbRow
	eachVerb(func(group string, v verb) { rows = append(rows, VerbRow{group, v.usage(), v.doc}) })
	return rows
}

// IsFault reports whether the verb makes something go wrong.
func (a Action) IsFault() bool {
	v, err := findVerb(a.Verb)
	return err == nil && v.fault
}

func findVerb(name string) (found verb, err error) {
	eachVerb(func(_ string, v verb) {
		if v.name == name {
			found = v
		}
	})
	if found.name == "" {
		return verb{}, fmt.Errorf("unknown verb %q (%s)", name, suggest(name, Verbs()))
	}
	return found, nil
}

func join(words []string) string { return strings.Join(words, ", ") }

func nothing(*scanner, *Action) error { return nil }

// oneOf is the parser of a verb that takes one of a few words.
func oneOf(what string, words ...string) func(*scanner, *Action) error {
	return func(s *scanner, a *Action) (err error) {
		a.Word, err = s.choice(what, words...)
		return err
	}
}

func parseSet(s *scanner, a *Action) error {
	if a.Word = s.word(); a.Word == "" {
		return errors.New("a setting is missing (set KEY VALUE)")
	}
	a.Text = s.text()
	var scratch Settings
	return scratch.Set(a.Word, a.Text)
}

func parseGPRS(s *scanner, a *Action) (err error) {
	if a.Word, err = s.choice("word", "up", "down"); err != nil {
		return err
	}
	a.Flag = a.Word == "down" && s.is("silent")
	return nil
}

func parseReset(s *scanner, a *Action) error {
	a.Flag = s.is("silent")
	return nil
}

// maxFile is the largest file that a scenario makes, in bytes.
const maxFile = 1 << 30

func parseFile(s *scanner, a *Action) (err error) {
	if a.Word = s.word(); a.Word == "" {
		return errors.New("a name is missing (file NAME SIZE)")
	}
	a.N, err = s.number("size", 0, maxFile)
	a.Flag = s.is("hostile")
	return err
}

func parseText(s *scanner, a *Action) (err error) {
	text := s.text()
	if text == "" {
		return errors.New("a text is missing")
	}
	a.Text, err = unescape(text)
	return err
}

// part takes the name of a part, if there is one.
func (s *scanner) part() Part {
	for _, p := range []Part{PartEcho, PartInfo, PartFinal} {
		if s.is(string(p)) {
			return p
		}
	}
	return Whole
}

func parsePart(s *scanner, a *Action) error {
	a.Part = s.part()
	return nil
}

func parseDelay(s *scanner, a *Action) (err error) {
	a.Part = s.part()
	if a.Flag = s.is("next"); a.Flag {
		return nil
	}
	a.D, err = s.duration()
	return err
}

func parsePartN(s *scanner, a *Action) (err error) {
	a.Part = s.part()
	a.N, err = s.number("bytes", 0, math.MaxInt32)
	return err
}

func parseSplit(s *scanner, a *Action) error {
	if err := parsePartN(s, a); err != nil {
		return err
	}
	return parseOptionalD(s, a)
}

func parseD(s *scanner, a *Action) (err error) {
	a.D, err = s.duration()
	return err
}

func parseMute(s *scanner, a *Action) error {
	if a.Flag = s.is("next"); a.Flag {
		return nil
	}
	return parseD(s, a)
}

func parseOptionalD(s *scanner, a *Action) error {
	if s.rest == "" {
		return nil
	}
	return parseD(s, a)
}

func parseOptionalN(s *scanner, a *Action) (err error) {
	if s.rest == "" {
		return nil
	}
	a.N, err = s.number("bytes", 0, math.MaxInt64)
	return err
}

func parseRings(s *scanner, a *Action) (err error) {
	a.N = 1
	if s.rest == "" {
		return nil
	}
	a.N, err = s.number("rings", 1, 1000)
	return err
}

func parseNOrOff(s *scanner, a *Action) (err error) {
	if a.Off = s.is("off"); a.Off {
		return nil
	}
	a.N, err = s.number("number", 1, math.MaxInt32)
	return err
}

// parseURC reads the place at which the URC breaks into an answer, and its text.
func parseURC(s *scanner, a *Action) error {
	place := s.peek()
	if strings.HasPrefix(place, "@") {
		if err := a.parsePlace(s.word()[1:]); err != nil {
			return err
		}
	}
	return parseText(s, a)
}

func (a *Action) parsePlace(place string) error {
	a.Part = Part(place)
	if slices.Contains([]Part{PartEcho, PartFinal, PlaceAfter}, a.Part) {
		return nil
	}
	if k, ok := strings.CutPrefix(place, "info+"); ok {
		n, err := (&scanner{rest: k}).number("@info+K", 0, math.MaxInt32)
		a.Part, a.N = PartInfo, n
		return err
	}
	return fmt.Errorf("@%s is no place (one of @echo, @info+K, @final, @after)", place)
}

// ftpVerbs are the commands that the module sends to a server.
var ftpVerbs = []string{"USER", "PASS", "TYPE", "PASV", "REST", "SIZE", "RETR", "STOR", "CWD", "MKD", "RMD", "DELE", "QUIT"}

func parseFTP(s *scanner, a *Action) error {
	a.Word = strings.ToUpper(s.word())
	switch {
	case a.Word == "421":
		a.N = 421
		return parseText(s, a)
	case a.Word == "CONNECT" || a.Word == "DATA":
		return parseFTPConnection(s, a)
	case !slices.Contains(ftpVerbs, a.Word):
		return fmt.Errorf("the module sends no %q (one of CONNECT, DATA, 421, %s)", a.Word, join(ftpVerbs))
	}
	if a.End = s.is("end"); a.End && a.Word != "RETR" && a.Word != "STOR" {
		return fmt.Errorf("%s has no data, only RETR and STOR have an end", a.Word)
	}
	return parseFTPReply(s, a)
}

func parseFTPConnection(s *scanner, a *Action) error {
	for _, word := range []string{"refuse", "timeout"} {
		if s.is(word) {
			a.Text = word
			return nil
		}
	}
	if a.Word == "DATA" {
		return errors.New("DATA takes refuse or timeout")
	}
	return parseFTPReply(s, a)
}

// parseFTPReply reads CODE TEXT, or none.
func parseFTPReply(s *scanner, a *Action) (err error) {
	if a.None = s.is("none"); a.None {
		return nil
	}
	if a.N, err = s.number("code", 100, 599); err != nil {
		return err
	}
	return parseText(s, a)
}

func parseExpect(s *scanner, a *Action) (err error) {
	if a.D, err = s.duration(); err != nil {
		return err
	}
	a.Event, err = s.lastEvent()
	return err
}

func parseForbid(s *scanner, a *Action) (err error) {
	a.D, _ = s.peekDuration()
	a.Event, err = s.lastEvent()
	return err
}

// lastEvent takes an event at the end of a rule, where a file's name may hold
// blanks.
func (s *scanner) lastEvent() (*Event, error) {
	if s.peek() == "ftp:stored" {
		s.word()
		return &Event{Kind: "ftp:stored", N: -1, File: s.text()}, nil
	}
	return s.event()
}
