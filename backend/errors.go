package backend

import (
	"errors"
	"net/textproto"
)

// The errors of a [Session]. A server's refusal is none of them: it is a
// *[textproto.Error] with the code and the text of the reply. An ended context
// gives the context's error. All come wrapped; compare with [errors.Is].
var (
	// ErrTimeout: a reply, the data or the connection did not come in time. After
	// a reply's time-out the session goes on; the late reply is dropped.
	ErrTimeout = errors.New("ftp: time limit reached")
	// ErrLost: there is no control connection any more; open a new session.
	ErrLost = errors.New("ftp: control connection lost")
	// ErrBusy: another call is running, or a transfer is open; finish or abort it first.
	ErrBusy = errors.New("ftp: a transfer or another command is in progress")
	// ErrState: the call needs another one before it, such as Passive before Retrieve.
	ErrState = errors.New("ftp: command out of order")
	// ErrMalformed: the server sent something that is not an FTP reply, or a 227 or
	// 213 without the numbers that belong there.
	ErrMalformed = errors.New("ftp: malformed reply")
	// ErrName: a name, user or password holds CR, LF or NUL, which would end the
	// command line early; nothing was sent.
	ErrName = errors.New("ftp: CR, LF or NUL in an argument")
)

// errAborted is what Finish says of a transfer that was aborted.
var errAborted = errors.New("ftp: transfer aborted")

// refusal is the error that stands for a server's negative or unexpected reply.
func refusal(r Reply) error {
	return &textproto.Error{Code: r.Code, Msg: r.Text()}
}

func isRefusal(err error) bool {
	return errors.As(err, new(*textproto.Error))
}

// completed tells whether err is only the library's wish for another positive
// code: it wants 226, 250 or 257 to the digit, RFC 959 4.2 says that any 2yz is
// success.
func completed(r Reply, err error) bool {
	return err == nil || isRefusal(err) && r.Code/100 == 2
}
