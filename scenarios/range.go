package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Part is a part of a rule whose ranges are drawn together.
type Part int

// The parts of a rule.
const (
	TheTrigger Part = iota
	TheAction
)

// A wordRange is a word of a rule, or the end of one, that is LOW..HIGH: two numbers, or two times
// in nanoseconds.
type wordRange struct {
	Part
	word           int // its place
	prefix, suffix string
	low, high      int64
	time           bool
}

// ranges are the words of a rule that has some.
type ranges struct {
	words []string
	list  []wordRange
}

// Draws reports whether a part of the rule has a range.
func (r *Rule) Draws(part Part) bool {
	return r.random != nil && slices.ContainsFunc(r.random.list, func(w wordRange) bool { return w.Part == part })
}

// Draw returns the rule with a value in the place of each range of a part, which draw takes from
// low to high. Times are whole milliseconds where the range is. Ranges of the other part stay.
func (r *Rule) Draw(part Part, draw func(low, high int64) int64) *Rule {
	if !r.Draws(part) {
		return r
	}
	words := slices.Clone(r.random.words)
	for _, w := range r.random.list {
		if w.Part == part {
			words[w.word] = w.prefix + w.draw(draw) + w.suffix
		}
	}
	drawn, err := parseRule(strings.Join(words, " "))
	if err != nil {
		return r // cannot be: both ends of each range have been parsed
	}
	drawn.File, drawn.Line = r.File, r.Line
	for i, t := range drawn.fileTests() {
		*t = *r.fileTests()[i] // which has read its file
	}
	return drawn
}

// draw is one value of the range as a rule writes it.
func (w wordRange) draw(draw func(low, high int64) int64) string {
	if !w.time {
		return strconv.FormatInt(draw(w.low, w.high), 10)
	}
	unit := int64(time.Millisecond)
	if w.low%unit != 0 || w.high%unit != 0 {
		unit = 1
	}
	return time.Duration(draw(w.low/unit, w.high/unit) * unit).String()
}

// ends splits LOW..HIGH. It reports whether a word is that.
func ends(word string) (low, high string, is bool) { return strings.Cut(word, "..") }

// note keeps that the word just taken is a range.
func (s *scanner) note(w wordRange) {
	w.word, w.Part = len(s.taken)-1, s.part
	s.ranges = append(s.ranges, w)
}

// durationRange keeps a range of times, and returns its lower end.
func (s *scanner) durationRange(lowest, highest string) (time.Duration, error) {
	low, err := time.ParseDuration(lowest)
	high, err2 := time.ParseDuration(highest)
	if err != nil || err2 != nil || low <= 0 || low > high {
		return 0, fmt.Errorf("%q is not a range of times such as 5s..20s", lowest+".."+highest)
	}
	s.note(wordRange{low: int64(low), high: int64(high), time: true})
	return low, nil
}

// numberRange keeps a range of numbers, and returns its lower end.
func (s *scanner) numberRange(what, lowest, highest string, least, most int64) (int64, error) {
	low, err := strconv.ParseInt(lowest, 10, 64)
	high, err2 := strconv.ParseInt(highest, 10, 64)
	if err != nil || err2 != nil || low < least || high > most || low > high {
		return 0, fmt.Errorf("%s: %q is not a range of numbers in %d..%d", what, lowest+".."+highest, least, most)
	}
	s.note(wordRange{low: low, high: high})
	return low, nil
}

// markRange keeps a range of bytes of a stream, and returns the event with its lower end.
func (s *scanner) markRange(word string) (*Event, error) {
	name, value, _ := strings.Cut(word, "@")
	value, isPercent := strings.CutSuffix(value, "%")
	sign := ""
	if isPercent {
		sign = "%"
	}
	lowest, highest, _ := ends(value)
	lowest = strings.TrimSuffix(lowest, sign)
	low, err := parseLifeEvent(name + "@" + lowest + sign)
	if err != nil {
		return nil, err
	}
	high, err := parseLifeEvent(name + "@" + highest + sign)
	if err != nil {
		return nil, err
	}
	if low.Kind.Row().Arg != MarkArg || low.N > high.N {
		return nil, fmt.Errorf("%s: %q is not a range of bytes such as 1000..15000", name, value)
	}
	s.note(wordRange{prefix: name + "@", suffix: sign, low: low.N, high: high.N})
	return low, nil
}
