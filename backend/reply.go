package backend

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of one reply. No real server comes near them; they keep a hostile one
// from filling the memory.
const (
	maxReplyLine = 8 << 10
	maxReply     = 64 << 10
)

// Reply is one reply of an FTP server (RFC 959 4.2).
type Reply struct {
	Code  int      // 100 to 599; 0: no reply
	Lines []string // as received, without CR LF; the first begins with the code
}

// Last returns the last line of the reply with its code, such as "213 1120". It
// is empty if there was no reply.
func (r Reply) Last() string {
	if len(r.Lines) == 0 {
		return ""
	}
	return r.Lines[len(r.Lines)-1]
}

// Text returns [Reply.Last] without the code, such as "1120".
func (r Reply) Text() string {
	text, coded := strings.CutPrefix(r.Last(), strconv.Itoa(r.Code))
	if coded && text != "" && (text[0] == ' ' || text[0] == '-') {
		return text[1:]
	}
	return text
}

// replyReader splits the stream of a control connection into replies.
type replyReader struct {
	in *bufio.Reader
}

func newReplyReader(in io.Reader) *replyReader {
	return &replyReader{bufio.NewReaderSize(in, maxReplyLine)}
}

// next returns the next whole reply. It returns [io.EOF] only between two
// replies. A multi-line reply ends at the line that begins with its own code
// and a space, whatever codes its other lines begin with (RFC 959 4.2).
func (rr *replyReader) next() (Reply, error) {
	var r Reply
	size := 0
	for {
		line, err := rr.line()
		if err == io.EOF && len(r.Lines) == 0 {
			return Reply{}, io.EOF
		}
		if err != nil {
			return Reply{}, fmt.Errorf("line %d of a reply: %w", len(r.Lines)+1, unexpected(err))
		}
		r.Lines = append(r.Lines, line)
		if size += len(line) + len("\r\n"); size > maxReply {
			return Reply{}, fmt.Errorf("%w: longer than %d bytes at line %d, which is %s", ErrMalformed, maxReply, len(r.Lines), clip(line))
		}
		if len(r.Lines) > 1 {
			if strings.HasPrefix(line, r.Lines[0][:3]+" ") {
				return r, nil
			}
			continue
		}
		code, more, ok := firstLine(line)
		if !ok {
			return Reply{}, fmt.Errorf("%w: line 1 of a reply is %s", ErrMalformed, clip(line))
		}
		r.Code = code
		if !more {
			return r, nil
		}
	}
}

// more reports whether more bytes have come with the last reply.
func (rr *replyReader) more() bool { return rr.in.Buffered() > 0 }

// line returns the next line without its end, which is CR LF, or LF alone.
func (rr *replyReader) line() (string, error) {
	b, err := rr.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("%w: longer than %d bytes: %s", ErrMalformed, maxReplyLine, clip(string(b)))
	case err != nil && len(b) > 0:
		return "", unexpected(err)
	case err != nil:
		return "", err
	}
	return strings.TrimSuffix(string(b[:len(b)-1]), "\r"), nil
}

// unexpected turns io.EOF into io.ErrUnexpectedEOF, since it came inside a reply.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// firstLine parses a reply's first line. A code alone is a reply without text.
func firstLine(line string) (code int, more, ok bool) {
	if len(line) < 3 || line[0] < '1' || line[0] > '5' {
		return 0, false, false
	}
	n, err := strconv.ParseUint(line[:3], 10, 16)
	if err != nil {
		return 0, false, false
	}
	rest := line[3:]
	return int(n), strings.HasPrefix(rest, "-"), rest == "" || rest[0] == ' ' || rest[0] == '-'
}

// clip quotes a line for an error message.
func clip(line string) string {
	const most = 60
	if len(line) > most {
		return strconv.Quote(line[:most]) + "..."
	}
	return strconv.Quote(line)
}
