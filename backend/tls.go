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

// ErrTLS means that there is no protected connection to the server. The reason is wrapped with it:
// the server's refusal of AUTH TLS, or why its certificate is not trusted.
var ErrTLS = errors.New("ftp: no TLS")

// protect returns the configuration with what a session needs: the name that the certificate must
// be for, and a cache that lets data connections resume the TLS session of the control connection,
// which many servers insist on.
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

// secure protects the control connection with TLS (RFC 4217 4). The wire's reader ends after the
// reply to AUTH and is started again on the protected connection.
func (s *Session) secure(c *call) (Reply, error) {
	r, err := s.exchange(c, authVerb+" TLS")
	switch {
	case err != nil:
		return r, err
	case r.Code != ftp.StatusAuthOK:
		return r, fmt.Errorf("%w: the server refuses AUTH TLS (use --ftp-tls off to do without): %w", ErrTLS, refusal(r))
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

// handshake runs the TLS handshake within a limit. If it fails, each later use of the connection
// returns the error too.
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

// endUpload closes a protected data connection so that the server takes the file for complete. It
// reads what the server has sent (TLS 1.3 session tickets) before it closes the socket: a close
// with unread input would be a reset, and the server could lose the end of the file.
func (d *dataConn) endUpload() error {
	d.closed.Store(true)
	err := d.secure.Handshake() // returns the error of the first one, if it failed
	if err == nil {
		err = d.secure.CloseWrite()
	}
	if err != nil {
		return errors.Join(dataError(err), d.Conn.Close())
	}
	d.secure.SetReadDeadline(time.Now().Add(d.final)) // an error shows in the Read
	<-d.silent                                        // an error does not matter: the reply decides
	return d.Conn.Close()
}
