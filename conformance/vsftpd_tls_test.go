//go:build conformance

package conformance

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
)

// To a host, protected FTP looks the same as unprotected FTP. vsftpd accepts only data connections
// that resume the TLS session of the control connection.
func TestVsftpdTLS(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.writeFiles(t)
	var trusted *x509.CertPool
	s := server{name: "vsftpd", command: func(t *testing.T, s *site) *exec.Cmd {
		cmd := vsftpd(t, s)
		trusted = requireTLS(t, s, cmd.Args[1])
		return cmd
	}}.start(t, a, limits{})
	w := way{
		name: "tls",
		ftp: func(s *site) sim.FTPServer {
			to := sim.At(s.address())
			to.TLS = &tls.Config{RootCAs: trusted}
			return to
		},
		asks: func(*site) string { return "192.0.2.1:21" },
	}
	g := readGolden(t, "vsftpd")
	for _, c := range byLimits()[limits{}] {
		t.Run(c.name, func(t *testing.T) { s.visit(t, w, c, g) })
	}
}

// requireTLS makes a certificate for vsftpd and makes vsftpd refuse unprotected connections.
func requireTLS(t *testing.T, s *site, settings string) *x509.CertPool {
	t.Helper()
	certificate := s.file("pem")
	trusted := writeCertificate(t, certificate)
	f, err := os.OpenFile(settings, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	// ssl_ciphers is set since the package's default is a cipher that is not offered any more.
	_, err = fmt.Fprintf(f, "ssl_enable=YES\nforce_local_logins_ssl=YES\nforce_local_data_ssl=YES\nrequire_ssl_reuse=YES\nssl_ciphers=HIGH\nrsa_cert_file=%s\n", certificate)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return trusted
}

// writeCertificate writes a new self-signed certificate for 127.0.0.1 with its key.
func writeCertificate(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	text := append(cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return pool
}
