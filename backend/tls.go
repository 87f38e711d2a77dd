package backend

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/jlaffaye/ftp"
)

// ErrTLS: there is no protected connection to the server, for the reason that is wrapped with it: the server's refusal of
// AUTH TLS, or why its certificate is not trusted.
var ErrTLS = errors.New("ftp: no TLS")

// protect fills in what a session needs of a configuration: the name that the certificate must be for, and a cache that
// lets data connections resume the TLS session of the control connection, which many servers insist on.
func protect(config *tls.Config, address string) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", address, err)
	}
	config = config.Clone()
	if config.ServerName == "" {
		config.ServerName = host
	}
	config.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	return config, nil
}

// secure turns the control connection into one of TLS (RFC 4217 4). After the reply to AUTH the wire's reader has ended;
// it begins anew on the protected connection.
func (s *Session) secure(c *call) (Reply, error) {
	r, err := s.exchange(c, authVerb+" TLS")
	switch {
	case err != nil:
		return r, err
	case r.Code != ftp.StatusAuthOK:
		return r, fmt.Errorf("%w: the server refuses AUTH TLS (--ftp-tls off does without): %w", ErrTLS, refusal(r))
	}
	s.work.Wait()
	conn := tls.Client(s.wire.conn, s.o.TLS)
	if err := handshake(c.ctx, conn, s.o.ReplyWait); err != nil {
		return Reply{}, err
	}
	s.wire.replace(conn)
	s.work.Go(s.wire.read)
	return r, nil
}

const authVerb = "AUTH" // RFC 2228 3

// handshake runs the TLS handshake within a limit. A connection whose handshake failed says so at each later use.
func handshake(ctx context.Context, conn *tls.Conn, limit time.Duration) error {
	conn.SetDeadline(time.Now().Add(limit)) // an error shows in the handshake
	defer conn.SetDeadline(time.Time{})
	err := conn.HandshakeContext(ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrTLS, ErrTimeout)
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return fmt.Errorf("%w: %w; trust the CA that signed it (--ftp-ca FILE) or do not verify (--ftp-insecure)", ErrTLS, err)
	}
	return fmt.Errorf("%w: %w", ErrTLS, err)
}

// endUpload closes a protected data connection such that the server takes the file for complete. What the server has sent
// (TLS 1.3 session tickets) is read before the socket is closed: closed with input unread, it would be reset, and the
// server could lose the end of the file.
func (d *dataConn) endUpload() error {
	d.closed.Store(true)
	err := d.secure.Handshake() // says again why the first one failed, if it did
	if err == nil {
		err = d.secure.CloseWrite()
	}
	if err != nil {
		return errors.Join(dataError(err), d.Conn.Close())
	}
	d.secure.SetReadDeadline(time.Now().Add(d.final)) // an error shows in the Read
	<-d.silent                                        // however the server ends it: its reply counts
	return d.Conn.Close()
}
