package backend

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/jlaffaye/ftp"
)

// TransferType is how the server represents a file on the data connection (RFC
// 959 3.1.1). The session itself converts nothing.
type TransferType byte

// The two types that the module knows.
const (
	Binary TransferType = 'I'
	ASCII  TransferType = 'A'
)

// Session is one control connection to an FTP server. It takes one call at a
// time: a second one, or one during a transfer, returns [ErrBusy]; only Close,
// Lost, LostBy and Done may be called at any time. Every call ends promptly
// when its context does; if that leaves a reply outstanding, the connection is
// closed.
//
// The Reply that a call returns is the server's, even if err is not nil. It is
// zero if there was none.
type Session struct {
	o    Options
	wire *wire
	lib  *ftp.ServerConn
	work sync.WaitGroup // the session's goroutines

	// Of the call in progress.
	user    Reply // to USER; Code is 0 before User
	name    string
	restart int64
	given   string // host and port of the 227 reply

	mu     sync.Mutex
	busy   bool      // a call is running or a transfer is open
	data   *dataConn // of the last transfer
	upload *Upload   // the last one
}

// Open connects to the server at address (host:port) and returns its greeting.
// It waits for the greeting after a 120; any greeting but 220 is a
// *[textproto.Error]. With [Options.TLS] the connection is then protected; if
// that fails the error is [ErrTLS], and the reply is the server's if it
// refused.
func Open(ctx context.Context, address string, o Options) (*Session, Reply, error) {
	s := &Session{o: o.withDefaults()}
	if o.TLS != nil {
		var err error
		if s.o.TLS, err = protect(o.TLS, address); err != nil {
			return nil, Reply{}, err
		}
	}
	iv := s.o.Before(ctx, "CONNECT", address)
	switch {
	case ctx.Err() != nil:
		return nil, Reply{}, fmt.Errorf("connecting to %s: %w", address, ctx.Err())
	case iv.Err != nil:
		return nil, Reply{}, iv.Err
	case iv.Answer != nil && iv.Answer.Code != ftp.StatusReady:
		for _, line := range iv.Answer.Lines {
			s.o.Trace(false, line)
		}
		return nil, *iv.Answer, refusal(*iv.Answer)
	case iv.Answer != nil:
		iv.Rewrite = func(Reply) Reply { return *iv.Answer }
	}
	conn, err := s.o.connect(ctx, address)
	if err != nil {
		return nil, Reply{}, err
	}
	if _, ok := conn.RemoteAddr().(*net.TCPAddr); !ok {
		conn.Close()
		return nil, Reply{}, fmt.Errorf("connecting to %s: %T is not a TCP address", address, conn.RemoteAddr())
	}
	s.wire = newWire(conn, s.o)
	greeting, err := s.readGreeting(ctx, iv)
	if err != nil {
		s.Close()
		return nil, greeting, err
	}
	return s, greeting, nil
}

// readGreeting waits for the greeting and starts the library on the wire with it.
func (s *Session) readGreeting(ctx context.Context, iv Intervention) (Reply, error) {
	ex := newExchange("CONNECT")
	ex.swallow, ex.rewrite = iv.Swallow, iv.Rewrite
	s.wire.expect(ex)
	c := &call{ctx: ctx, verb: ex.verb, wait: s.o.ReplyWait}
	s.wire.begin(c)
	s.work.Go(s.wire.read)

	r, err := s.wire.receive(ex)
	if err != nil {
		return r, err
	}
	if r.Code != ftp.StatusReady {
		return r, refusal(r)
	}
	options := []ftp.DialOption{ftp.DialWithDisabledEPSV(true), ftp.DialWithDisabledUTF8(true), ftp.DialWithDisabledMLSD(true)}
	if s.o.TLS != nil {
		if r, err := s.secure(c); err != nil {
			return r, err
		}
		// With this option the library sends PBSZ and PROT. The protection itself is dial's.
		options = append(options, ftp.DialWithTLS(s.o.TLS))
	}
	ex.replies <- r
	control := &controlConn{Conn: s.wire.conn, wire: s.wire, ex: ex}
	dial := func(_, address string) (net.Conn, error) {
		if s.lib == nil {
			return control, nil
		}
		return s.dialData(address)
	}
	s.lib, err = ftp.Dial(control.RemoteAddr().String(), append(options, ftp.DialWithDialFunc(dial))...)
	return r, err
}

// User sends the user name. The reply is 331, or 230 if no password is needed;
// either way Pass comes next.
func (s *Session) User(ctx context.Context, name string) (Reply, error) {
	c, err := s.begin(ctx, "USER", name)
	if err != nil {
		return Reply{}, err
	}
	defer s.release()
	s.user = Reply{}
	r, err := s.exchange(c, "USER "+name)
	if err == nil && r.Code != ftp.StatusUserOK && r.Code != ftp.StatusLoggedIn {
		err = refusal(r)
	}
	if err == nil {
		s.name, s.user = name, r
	}
	return r, err
}

// Pass sends the password and logs in. The transfer type is then [Binary], and
// with [Options.TLS] data connections are protected. The reply is the one to
// PASS, or the one to USER if that was enough, or the one that refused. After a
// refusal User must come first again.
func (s *Session) Pass(ctx context.Context, pass string) (Reply, error) {
	c, err := s.begin(ctx, "PASS", pass)
	if err != nil {
		return Reply{}, err
	}
	defer s.release()
	user := s.user
	if user.Code == 0 {
		return Reply{}, fmt.Errorf("%w: PASS before USER", ErrState)
	}
	s.user = Reply{}
	s.wire.prime("USER "+s.name, user)
	// The library asks for the features to see what it may use. It needs none here, and PRET (of
	// Pure-FTPd) would be sent after the PASV that it must precede.
	s.wire.prime("FEAT", Reply{Code: ftp.StatusNotImplemented})
	err = s.lib.Login(s.name, pass)
	switch {
	case isRefusal(err):
		return c.last, err
	case c.shown.Code == 0 && user.Code == ftp.StatusLoggedIn:
		return user, err
	}
	return c.shown, err
}

// Type sets the transfer type.
func (s *Session) Type(ctx context.Context, t TransferType) (Reply, error) {
	return s.command(ctx, "TYPE", "", func() error { return s.lib.Type(ftp.TransferType(t)) })
}

// Passive asks the server for a data port (PASV), which the next transfer uses.
func (s *Session) Passive(ctx context.Context) (Reply, error) {
	c, err := s.begin(ctx, "PASV", "")
	if err != nil {
		return Reply{}, err
	}
	defer s.release()
	s.wire.replay("PASV") // drop one that no transfer has used
	r, err := s.exchange(c, "PASV")
	if err != nil {
		return r, err
	}
	if r.Code != ftp.StatusPassiveMode {
		return r, refusal(r)
	}
	plain, address, err := passivePort(r)
	if err != nil {
		return r, err
	}
	s.given = address
	s.wire.prime("PASV", plain)
	return r, nil
}

// Restart sets the offset in bytes at which the next transfer begins (REST, RFC
// 3659 5). REST is sent at once, for its reply, and again by that transfer,
// whose command it must directly precede. The offset is good for one transfer.
func (s *Session) Restart(ctx context.Context, offset int64) (Reply, error) {
	c, err := s.begin(ctx, "REST", "")
	if err != nil {
		return Reply{}, err
	}
	defer s.release()
	if offset < 0 {
		return Reply{}, fmt.Errorf("%w: restart at %d; an offset is 0 or more", ErrState, offset)
	}
	r, err := s.exchange(c, fmt.Sprintf("REST %d", offset))
	if err == nil && r.Code != ftp.StatusRequestFilePending {
		err = refusal(r)
	}
	if err == nil {
		s.restart = offset
	}
	return r, err
}

// Size returns the size of a file in bytes, as the current transfer type would
// send it (RFC 3659 4). Some servers return the size on disk nevertheless.
func (s *Session) Size(ctx context.Context, name string) (int64, Reply, error) {
	var size int64
	r, err := s.command(ctx, "SIZE", name, func() (err error) {
		size, err = s.lib.FileSize(name)
		return err
	})
	if r.Code != ftp.StatusFile && err == nil {
		err = refusal(r)
	}
	if r.Code != ftp.StatusFile {
		return 0, r, err
	}
	// The library accepts only digits, but "213 1234 bytes" has been seen.
	if _, scan := fmt.Sscanf(r.Text(), "%d", &size); scan != nil || size < 0 {
		return 0, r, fmt.Errorf("%w: no size in %s", ErrMalformed, clip(r.Last()))
	}
	return size, r, nil
}

// Chdir changes the current folder (CWD).
func (s *Session) Chdir(ctx context.Context, path string) (Reply, error) {
	return s.command(ctx, "CWD", path, func() error { return s.lib.ChangeDir(path) })
}

// Mkdir makes a folder (MKD).
func (s *Session) Mkdir(ctx context.Context, path string) (Reply, error) {
	return s.command(ctx, "MKD", path, func() error { return s.lib.MakeDir(path) })
}

// Rmdir removes a folder (RMD).
func (s *Session) Rmdir(ctx context.Context, path string) (Reply, error) {
	return s.command(ctx, "RMD", path, func() error { return s.lib.RemoveDir(path) })
}

// Delete removes a file (DELE).
func (s *Session) Delete(ctx context.Context, path string) (Reply, error) {
	return s.command(ctx, "DELE", path, func() error { return s.lib.Delete(path) })
}

// Quit sends QUIT, waits for the reply, and closes the session unless the error
// is [ErrBusy].
func (s *Session) Quit(ctx context.Context) (Reply, error) {
	c, err := s.begin(ctx, "QUIT", "")
	if err != nil {
		return Reply{}, err
	}
	defer s.Close()
	defer s.release()
	s.wire.expectEnd()
	r, err := s.exchange(c, "QUIT")
	if err == nil && r.Code/100 != 2 {
		err = refusal(r)
	}
	return r, err
}

// Close ends the session at once. It resets the connection of an open upload,
// so that the server does not take what it has for the whole file. Running
// calls return an error. When Close returns, all goroutines of the session have
// ended. A second Close does nothing.
func (s *Session) Close() error {
	s.wire.end(fmt.Errorf("%w: session closed", ErrLost), false)
	s.mu.Lock()
	data, upload := s.data, s.upload
	s.mu.Unlock()
	if data != nil {
		data.reset()
	}
	if upload != nil {
		upload.pipe.CloseWithError(ErrLost)
	}
	s.work.Wait()
	return nil
}

// Lost returns a channel that is closed when the session ends without Close or
// Quit: the server closed the connection, replied 421 or sent something that is
// not a reply, or a call was given up with its reply outstanding. After Close
// or Quit it stays open.
func (s *Session) Lost() <-chan struct{} { return s.wire.lost }

// Done returns a channel that is closed when the session has ended, for whatever reason.
func (s *Session) Done() <-chan struct{} { return s.wire.gone.Done() }

// LostBy returns the error that closed [Session.Lost], or nil before. The Reply
// is the 421 or other reply that the server sent unasked, if any.
func (s *Session) LostBy() (Reply, error) {
	select {
	case <-s.wire.lost:
		return s.wire.farewellReply(), s.wire.why()
	default:
		return Reply{}, nil
	}
}

// command runs a call of the library that sends one command and reads one reply.
func (s *Session) command(ctx context.Context, verb, arg string, run func() error) (Reply, error) {
	c, err := s.begin(ctx, verb, arg)
	if err != nil {
		return Reply{}, err
	}
	defer s.release()
	if err := run(); !completed(c.shown, err) {
		return c.shown, err
	}
	return c.shown, nil
}

// exchange sends a command without the library and returns its reply.
func (s *Session) exchange(c *call, line string) (Reply, error) {
	return s.wire.receive(s.wire.send(c, line))
}

// begin starts a call; release ends it. For a transfer that is when the transfer has ended.
func (s *Session) begin(ctx context.Context, verb, arg string) (*call, error) {
	if strings.ContainsAny(arg, "\r\n\x00") {
		return nil, ErrName
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s not sent: %w", verb, err)
	}
	if err := s.wire.why(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy {
		return nil, ErrBusy
	}
	s.busy = true
	c := &call{ctx: ctx, verb: verb, wait: s.o.ReplyWait}
	s.wire.begin(c)
	return c, nil
}

func (s *Session) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
}

var passiveNumbers = regexp.MustCompile(`(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)`)

// passivePort finds the six numbers of a 227 reply wherever they are (RFC 1123
// 4.1.2.6). It returns the reply in the form that the library expects, and the
// host and port to dial.
func passivePort(r Reply) (plain Reply, address string, err error) {
	found := passiveNumbers.FindStringSubmatch(r.Text())
	if found == nil {
		return Reply{}, "", fmt.Errorf("%w: no host and port in %s", ErrMalformed, clip(r.Last()))
	}
	var n [6]byte
	for i, digits := range found[1:] {
		v, err := strconv.ParseUint(digits, 10, 8)
		if err != nil {
			return Reply{}, "", fmt.Errorf("%w: %s is not a byte in %s", ErrMalformed, digits, clip(r.Last()))
		}
		n[i] = byte(v)
	}
	plain = Reply{Code: r.Code, Lines: []string{fmt.Sprintf("%d (%s)", r.Code, found[0])}}
	to := netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5]))
	return plain, to.String(), nil
}
