package scenarios

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kind is a type of value: how it is read, how it is written, and which texts it takes. The
// error of parse continues the sentence that begins with the text.
type kind[T any] interface {
	parse(text string) (T, error)
	format(value T) string
	allowed() string
}

// number is a whole number in a range.
type number struct{ low, high int }

func (k number) parse(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, errors.New("is not a number")
	}
	if err != nil || n < k.low || n > k.high {
		return 0, errors.New("is out of range")
	}
	return n, nil
}

func (k number) format(n int) string { return strconv.Itoa(n) }
func (k number) allowed() string     { return fmt.Sprintf("%d..%d", k.low, k.high) }

// numberOr is a number that has one more value, which means not known.
type numberOr struct {
	number
	unknown int
}

func (k numberOr) parse(text string) (int, error) {
	if text == k.format(k.unknown) {
		return k.unknown, nil
	}
	return k.number.parse(text)
}

func (k numberOr) allowed() string { return fmt.Sprintf("%s or %d", k.number.allowed(), k.unknown) }

// speed is a number of baud, or one of two words.
type speed struct{ number }

func (k speed) parse(text string) (int, error) {
	switch text {
	case "any":
		return BaudAny, nil
	case "auto":
		return BaudAuto, nil
	}
	return k.number.parse(text)
}

func (k speed) format(n int) string {
	switch n {
	case BaudAny:
		return "any"
	case BaudAuto:
		return "auto"
	}
	return k.number.format(n)
}

func (k speed) allowed() string { return "any, auto or " + k.number.allowed() }

// choice is one of a few texts, written exactly so.
type choice []string

func (k choice) parse(text string) (string, error) {
	if !slices.Contains(k, text) {
		return "", errors.New("is not a choice")
	}
	return text, nil
}

func (k choice) format(text string) string { return text }
func (k choice) allowed() string           { return strings.Join(k, " | ") }

// onOff is a bool.
type onOff struct{}

func (onOff) parse(text string) (bool, error) {
	if text != "on" && text != "off" {
		return false, errors.New("is not a choice")
	}
	return text == "on", nil
}

func (onOff) format(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (onOff) allowed() string { return "on | off" }

// pattern is a text that matches an expression as a whole; words describes it.
type pattern struct {
	words string
	whole *regexp.Regexp
}

func (k pattern) parse(text string) (string, error) {
	if !k.whole.MatchString(text) {
		return "", errors.New("does not fit")
	}
	return text, nil
}

func (k pattern) format(text string) string { return text }
func (k pattern) allowed() string           { return k.words }

// ipv4 is an address in dotted decimal.
type ipv4 struct{}

func (ipv4) parse(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() {
		return netip.Addr{}, errors.New("is not an address")
	}
	return a, nil
}

func (ipv4) format(a netip.Addr) string { return a.String() }
func (ipv4) allowed() string            { return "IPv4 address, such as 192.0.2.66" }

// moment is a time of day on a day, in the form of +CCLK (AT manual).
type moment struct{}

// ClockLayout is the form of a time in +CCLK, which has no time zone (AT manual).
const ClockLayout = "06/01/02,15:04:05"

func (moment) parse(text string) (time.Time, error) {
	t, err := time.Parse(ClockLayout, text)
	if err != nil {
		return time.Time{}, errors.New("is not a time")
	}
	return t, nil
}

func (moment) format(t time.Time) string { return t.Format(ClockLayout) }
func (moment) allowed() string           { return "yy/MM/dd,hh:mm:ss" }

// span is a duration in a range.
type span struct{ low, high time.Duration }

func (k span) parse(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("is not a duration such as 500ms, 10s or 2m")
	}
	if d < k.low || d > k.high {
		return 0, errors.New("is out of range")
	}
	return d, nil
}

// format leaves out the zero seconds that Duration.String ends whole minutes with: 10m and
// not 10m0s.
func (k span) format(d time.Duration) string {
	if d >= time.Minute && d%time.Minute == 0 {
		return strings.TrimSuffix(d.String(), "0s")
	}
	return d.String()
}

func (k span) allowed() string { return k.format(k.low) + ".." + k.format(k.high) }
