package scenarios

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// none is the parser of a verb without arguments.
func none[A any](*scanner) (any, error) {
	var action A
	return action, nil
}

// text is the parser of a verb that takes a text.
func text(action func(text string) any) func(*scanner) (any, error) {
	return func(s *scanner) (any, error) {
		t, err := s.Text()
		return action(t), err
	}
}

// maxPrompt is how many bytes a prompt may ask for.
const maxPrompt = 1 << 20

func parsePrompt(s *scanner) (any, error) {
	var a PromptAction
	var err error
	if word, _, _ := strings.Cut(s.Peek(), ".."); isDigits(word) {
		if a.Bytes, err = s.Number("bytes", 1, maxPrompt); err != nil {
			return nil, err
		}
	}
	a.Text, err = s.Text()
	return a, err
}

func parseConnect(s *scanner) (any, error) {
	_, err := s.choice("far end", "echo")
	return ConnectAction{}, err
}

func parseSet(s *scanner) (any, error) {
	a := SetAction{Key: s.Word()}
	if a.Key == "" {
		return nil, errors.New("a setting is missing (set KEY VALUE)")
	}
	text := s.verbatim()
	a.Value, a.Over = moving(a.Key, text)
	if a.Over > 0 && a.Value == "99" {
		return nil, fmt.Errorf("%s: 99 is not a strength to move to (write a number of the range)", a.Key)
	}
	var scratch Settings
	return a, scratch.Set(a.Key, a.Value)
}

// moving splits N over D, where a setting is a number that moves.
func moving(key, text string) (value string, over time.Duration) {
	words := strings.Fields(text)
	if row, err := find(key); err != nil || !row.moves || len(words) != 3 || words[1] != "over" {
		return text, 0
	}
	d, err := time.ParseDuration(words[2])
	if err != nil || d <= 0 {
		return text, 0
	}
	return words[0], d
}

func parseNetwork(s *scanner) (any, error) {
	state, err := s.choice("state", networks...)
	return NetworkAction{state, s.outage()}, err
}

func parseSIM(s *scanner) (any, error) {
	state, err := s.choice("state", simStates...)
	return SIMAction{state, s.outage()}, err
}

func parseGPRS(s *scanner) (any, error) {
	word, err := s.choice("word", "up", "down")
	if err != nil {
		return nil, err
	}
	if word == "up" {
		return GPRSAction{Up: true}, nil
	}
	return GPRSAction{Silent: s.Is("silent"), For: s.outage()}, nil
}

func parseNet(s *scanner) (any, error) {
	word, err := s.choice("word", "unknown", "known")
	if err != nil {
		return nil, err
	}
	name := s.Word()
	if name == "" {
		return nil, fmt.Errorf("a name is missing (net %s NAME)", word)
	}
	if strings.ContainsFunc(name, notInHostName) {
		return nil, fmt.Errorf("%q is not the name of a host (letters, digits, -, _ and .)", name)
	}
	return NetAction{Known: word == "known", Name: name}, nil
}

// notInHostName reports whether a character is in no name of a host.
func notInHostName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
}

// outage takes how long a state lasts, if the rule says so.
func (s *scanner) outage() time.Duration {
	d, _ := s.peekDuration()
	return d
}

func parsePower(s *scanner) (any, error) {
	word, err := s.choice("word", "on", "off")
	if word == "on" {
		return PowerAction{On: true}, nil
	}
	return PowerAction{For: s.outage()}, err
}

func parseReset(s *scanner) (any, error) { return ResetAction{Silent: s.Is("silent")}, nil }

// maxFile is the largest file that a scenario makes, in bytes.
const maxFile = 1 << 30

func parseFile(s *scanner) (any, error) {
	name := s.Word()
	if name == "" {
		return nil, errors.New("a name is missing (file NAME SIZE)")
	}
	size, err := s.Number("size", 0, maxFile)
	return FileAction{name, size, s.Is("hostile")}, err
}

func parseMute(s *scanner) (any, error) {
	if s.Is("next") {
		return MuteAction{Next: true}, nil
	}
	d, err := s.Duration()
	return MuteAction{For: d}, err
}

func parseRing(s *scanner) (any, error) {
	if !s.More() {
		return RingAction{1}, nil
	}
	n, err := s.Number("rings", 1, 1000)
	return RingAction{int(n)}, err
}

// unplugTime is how long the port is away when the rule does not say.
const unplugTime = time.Second

func parseUnplug(s *scanner) (any, error) {
	if !s.More() || s.Peek() == "renamed" {
		return UnplugAction{unplugTime, s.Is("renamed")}, nil
	}
	d, err := s.Duration()
	return UnplugAction{d, s.Is("renamed")}, err
}

func parseCut(s *scanner) (any, error) {
	socket, err := parseSocket(s)
	if err != nil || socket > 0 || !s.More() {
		return CutAction{Socket: socket}, err
	}
	n, err := s.Number("bytes", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	socket, err = parseSocket(s)
	return CutAction{n, socket}, err
}

func parseStall(s *scanner) (any, error) {
	if s.Is("off") {
		return StallAction{}, nil
	}
	d, err := s.Duration()
	if err != nil {
		return nil, err
	}
	socket, err := parseSocket(s)
	return StallAction{d, socket}, err
}

// parseSocket reads which socket an action is about; 0: it does not say.
func parseSocket(s *scanner) (int, error) {
	if !s.Is("socket") {
		return 0, nil
	}
	n, err := s.Number("socket", 1, 8)
	return int(n), err
}

func parseSlow(s *scanner) (any, error) {
	if s.Is("off") {
		return SlowAction{}, nil
	}
	n, err := s.Number("number", 1, math.MaxInt32)
	return SlowAction{n}, err
}

func parseExpect(s *scanner) (any, error) {
	if _, err := ParseEvent(s.rest); err == nil {
		return nil, fmt.Errorf("a time is missing before the event (expect 10s %s)", s.rest)
	}
	d, err := s.Duration()
	if err != nil {
		return nil, err
	}
	nth, err := s.nth()
	if err != nil {
		return nil, err
	}
	e, err := s.lastEvent()
	return ExpectAction{d, nth, e}, err
}

// nth takes how many of an event are meant, if the rule says so.
func (s *scanner) nth() (int, error) {
	if !s.Is("nth") {
		return 0, nil
	}
	n, err := s.exactNumber("nth", 1, math.MaxInt32)
	return int(n), err
}

func parseForbid(s *scanner) (any, error) {
	d, _ := s.peekDuration()
	nth, err := s.nth()
	if err != nil {
		return nil, err
	}
	a := ForbidAction{For: d, Nth: nth}
	a.Event, err = s.lastEvent()
	if err == nil && s.Is("until") {
		a.Until, err = s.lastEvent()
	}
	return a, err
}

func parseWithin(s *scanner) (any, error) {
	d, err := s.Duration()
	return WithinAction{d}, err
}

// farEndRings is how long a far end rings before it answers, unless the rule says so.
const farEndRings = 3 * time.Second

func parseCall(s *scanner) (any, error) {
	word, err := s.choice("word", "from", "hang-up", "far-end")
	switch {
	case err != nil:
		return nil, err
	case word == "hang-up":
		return CallAction{HangUp: true}, nil
	case word == "from":
		number := s.Word()
		if digits := strings.TrimPrefix(number, "+"); !isDigits(digits) || len(digits) > 20 {
			return nil, fmt.Errorf("%q is not a telephone number (up to 20 digits, + before them if you like)", number)
		}
		return CallAction{From: number}, nil
	}
	far, err := s.choice("far end", string(FarEndAnswers), string(FarEndBusy), string(FarEndSilent), string(FarEndRejects))
	a := CallAction{FarEnd: FarEnd(far)}
	if a.FarEnd == FarEndAnswers {
		a.After = farEndRings
		if d, ok := s.peekDuration(); ok {
			a.After = d
		}
	}
	return a, err
}
