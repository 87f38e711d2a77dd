package backend

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReplyShown(t *testing.T) {
	for _, c := range []struct {
		stream, last, text string
	}{
		{"213 1120\r\n", "213 1120", "1120"},
		{"213 1120\n", "213 1120", "1120"},
		{"220\r\n", "220", ""},
		{"220 \r\n", "220 ", ""},
		{"226-File stored\r\n226 0.001 seconds\r\n", "226 0.001 seconds", "0.001 seconds"},
		// RFC 959 4.2: the lines between may begin with any code.
		{"123-First line\r\nSecond line\r\n  234 A line beginning with numbers\r\n234 other\r\n123-no\r\n123 The last line\r\n", "123 The last line", "The last line"},
	} {
		r, err := newReplyReader(strings.NewReader(c.stream)).next()
		if err != nil || r.Last() != c.last || r.Text() != c.text {
			t.Errorf("%q: last %q, text %q, error %v; want %q, %q", c.stream, r.Last(), r.Text(), err, c.last, c.text)
		}
	}
	if r := (Reply{}); r.Last() != "" || r.Text() != "" {
		t.Errorf("no reply: last %q, text %q", r.Last(), r.Text())
	}
}

func TestReplyMalformed(t *testing.T) {
	for _, c := range []struct {
		stream string
		want   error
		says   string
	}{
		{"", io.EOF, ""},
		{"220 rea", io.ErrUnexpectedEOF, "line 1"},
		{"220-one\r\n", io.ErrUnexpectedEOF, "line 2"},
		{"hello\r\n", ErrMalformed, `line 1 of a reply is "hello"`},
		{"\r\n", ErrMalformed, `line 1 of a reply is ""`},
		{"2200 ok\r\n", ErrMalformed, `"2200 ok"`},
		{"600 ok\r\n", ErrMalformed, `"600 ok"`},
		{"22 ok\r\n", ErrMalformed, `"22 ok"`},
		{"220-one\r\n220 " + strings.Repeat("x", maxReplyLine), ErrMalformed, "line 2 of a reply"},
		{"220-one\r\n" + strings.Repeat("more and more text\r\n", 4000), ErrMalformed, "longer than 65536 bytes"},
	} {
		_, err := newReplyReader(strings.NewReader(c.stream)).next()
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.20q: error %v; want %v saying %s", c.stream, err, c.want, c.says)
		}
	}
}

// replies reads a stream to its end or its first error.
func replies(in io.Reader) ([]Reply, error) {
	rr := newReplyReader(in)
	var all []Reply
	for {
		r, err := rr.next()
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
}

// chunks reads in pieces whose sizes are its bytes, over and over.
type chunks struct {
	in    io.Reader
	sizes []byte
	i     int
}

func (c *chunks) Read(p []byte) (int, error) {
	n := 1
	if len(c.sizes) > 0 {
		n += int(c.sizes[c.i%len(c.sizes)])
		c.i++
	}
	return c.in.Read(p[:min(n, len(p))])
}

func FuzzReply(f *testing.F) {
	f.Add("220 ready\r\n331 ok\r\n", []byte{0})
	f.Add("226-a\r\n b\r\n226-c\r\n225 d\r\n226 e\r\n", []byte{2, 0, 5})
	f.Add("220-\n220 \n\n", []byte{})
	f.Add("1\x000 \r\r\n", []byte{1})
	f.Fuzz(func(t *testing.T, stream string, sizes []byte) {
		got, err := replies(strings.NewReader(stream))
		if err == nil {
			t.Fatal("a reply without an end")
		}
		if err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, ErrMalformed) {
			t.Fatalf("error %v", err)
		}
		var again strings.Builder
		for _, r := range got {
			size := 0
			for _, line := range r.Lines {
				size += len(line)
				again.WriteString(line + "\r\n")
			}
			if r.Code < 100 || r.Code > 599 || size > maxReply {
				t.Fatalf("reply of %d bytes with code %d", size, r.Code)
			}
		}
		for name, in := range map[string]io.Reader{
			"printed":    strings.NewReader(again.String()),
			"in chunks":  &chunks{in: strings.NewReader(stream), sizes: sizes},
			"with error": iotest.DataErrReader(strings.NewReader(stream)),
		} {
			if other, _ := replies(in); !slices.EqualFunc(got, other, func(a, b Reply) bool {
				return a.Code == b.Code && slices.Equal(a.Lines, b.Lines)
			}) {
				t.Errorf("%s: %v; want %v", name, other, got)
			}
		}
	})
}
