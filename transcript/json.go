package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// jsonRow is a row as JSON; docs/json.md describes it.
type jsonRow struct {
	At     json.Number `json:"at"`
	Dir    string      `json:"dir"`
	Kind   string      `json:"kind"`
	Where  string      `json:"where,omitempty"`
	Offset *int64      `json:"offset,omitempty"`
	Length int64       `json:"length,omitempty"`
	Bytes  *string     `json:"bytes,omitempty"`
	Text   *string     `json:"text,omitempty"`
	Masked [][2]int    `json:"masked,omitempty"`
}

// MarshalJSON writes the row as a JSON object on one line.
func (r Row) MarshalJSON() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	at := r.At.Round(time.Microsecond).Microseconds()
	j := jsonRow{
		At: json.Number(fmt.Sprintf("%d.%06d", at/1e6, at%1e6)), Dir: r.Dir.String(), Kind: r.Kind.String(), Where: r.Where, Length: r.Length,
	}
	switch {
	case r.Kind == Data:
		j.Offset = &r.Offset
		fallthrough
	case forms[r.Kind].bytes:
		text := latin1(r.Text)
		j.Bytes = &text
	case r.Kind == Note || r.Kind == Failure:
		j.Text = &r.Text
	}
	for _, s := range r.Masked {
		j.Masked = append(j.Masked, [2]int{s.Start, s.End})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(j); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON reads what [Row.MarshalJSON] wrote. Members that it does not know are ignored.
func (r *Row) UnmarshalJSON(b []byte) error {
	var j jsonRow
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	row := Row{Where: j.Where, Length: j.Length}
	var err error
	if row.At, err = j.at(); err != nil {
		return err
	}
	if row.Dir, err = directionOf(j.Dir); err != nil {
		return err
	}
	if row.Kind, err = kindOf(j.Kind); err != nil {
		return err
	}
	if j.Offset != nil {
		row.Offset = *j.Offset
	}
	if row.Text, err = j.text(row.Kind); err != nil {
		return err
	}
	for _, s := range j.Masked {
		row.Masked = append(row.Masked, Span{s[0], s[1]})
	}
	if err := row.check(); err != nil {
		return err
	}
	*r = row
	return nil
}

func (j jsonRow) at() (time.Duration, error) {
	seconds, err := j.At.Float64()
	us := math.Round(seconds * 1e6)
	if err != nil || !(us >= 0 && us < float64(maxAt/time.Microsecond)) {
		return 0, fmt.Errorf(`"at" is %q (it is a number of seconds, from 0)`, j.At)
	}
	return time.Duration(us) * time.Microsecond, nil
}

func (j jsonRow) text(k Kind) (string, error) {
	bytes := forms[k].bytes
	switch {
	case bytes && j.Bytes == nil, !bytes && j.Bytes != nil, bytes && j.Text != nil:
		return "", fmt.Errorf(`a row of kind %s has "bytes" in place of "text", or the other way round`, k)
	case bytes:
		return fromLatin1(*j.Bytes)
	case j.Text == nil:
		return "", nil
	case k != Note && k != Failure:
		return "", fmt.Errorf(`a row of kind %s has no "text"`, k)
	}
	return *j.Text, nil
}

func directionOf(name string) (Direction, error) {
	for d := range directions {
		if directions[d].name == name {
			return Direction(d), nil
		}
	}
	return 0, fmt.Errorf(`"dir" is %q (it is host, modem or note)`, name)
}

func kindOf(name string) (Kind, error) {
	var names []string
	for k := range forms {
		if forms[k].name == name {
			return Kind(k), nil
		}
		names = append(names, forms[k].name)
	}
	return 0, fmt.Errorf(`"kind" is %q (it is one of %s)`, name, strings.Join(names, ", "))
}

// latin1 is bytes as a text with a character for each, U+0000 to U+00FF.
func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func fromLatin1(s string) (string, error) {
	var b strings.Builder
	for _, c := range s {
		if c > 0xFF {
			return "", fmt.Errorf(`"bytes" has the character %q, which is not a byte (each is one from U+0000 to U+00FF)`, c)
		}
		b.WriteByte(byte(c))
	}
	return b.String(), nil
}

// JSON is the rows as JSON, a line each.
func (rows Rows) JSON() string {
	var b strings.Builder
	w := NewJSONWriter(&b)
	for _, r := range rows {
		w.WriteRow(r) // only a row that no recorder made can fail, and has no JSON
	}
	return b.String()
}

// ReadJSON reads a transcript that was written as JSON, a line a row. Its errors begin with
// NAME:LINE.
func ReadJSON(name string, in io.Reader) (Rows, error) {
	return read(name, in, func(line []byte) (Row, error) {
		if !utf8.Valid(line) {
			return Row{}, errors.New("the row is not UTF-8")
		}
		var r Row
		err := json.Unmarshal(line, &r)
		return r, err
	})
}
