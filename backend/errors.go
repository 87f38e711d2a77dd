package backend

import (
	"errors"
	"net/textproto"
)

// The errors of a [Session]. Other errors are a server's refusal, which is a
// *[textproto.Error] with the code and the text of the reply, and the error of
// a context that ended. All come wrapped; compare with [errors.Is].
var (
	// ErrTimeout means that a reply, data or a connection did not come in time.
	// After a reply's timeout the session goes on; the late reply is dropped.
	ErrTimeout = errors.New("ftp: time limit reached")
	// ErrLost means that the control connection has ended; open a new session.
	ErrLost = errors.New("ftp: control connection lost")
	// ErrBusy means that another call is running or a transfer is open; finish or abort it first.
	ErrBusy = errors.New("ftp: a transfer or another command is in progress")
	// ErrState means that another call must come first, such as Passive before Retrieve.
	ErrState = errors.New("ftp: command out of order")
	// ErrMalformed means that the server sent something that is not an FTP reply, or a 227 or 213
	// without its numbers.
	ErrMalformed = errors.New("ftp: malformed reply")
	// ErrName means that a name, user or password contains CR, LF or NUL, which
	// would end the command line early. Nothing was sent.
	ErrName = errors.New("ftp: CR, LF or NUL in an argument")
)

// errAborted is the error of Finish for a transfer that was aborted.
var errAborted = errors.New("ftp: transfer aborted")

// refusal returns the error for a server's negative or unexpected reply.
func refusal(r Reply) error {
	return &textproto.Error{Code: r.Code, Msg: r.Text()}
}

func isRefusal(err error) bool {
	return errors.As(err, new(*textproto.Error))
}

// completed reports whether r is a success although the library returned err:
// the library insists on 226, 250 or 257, but any 2yz means success (RFC 959
// 4.2).
func completed(r Reply, err error) bool {
	return err == nil || isRefusal(err) && r.Code/100 == 2
}
