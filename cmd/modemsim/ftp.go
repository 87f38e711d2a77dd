package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/sim"
)

// ftpFlags say where FTP goes, and what is there.
type ftpFlags struct {
	ftp         string
	files       string
	save        string
	ftpUser     string
	ftpListen   string
	ftpTLS      string
	ftpCA       string
	ftpInsecure bool
}

// The places where FTP goes, besides a HOST:PORT.
const (
	ftpEmbedded = "embedded"
	ftpDirect   = "direct"
)

// The values of --ftp-tls.
const (
	tlsOff     = "off"
	tlsRequire = "require"
)

func (f *ftpFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.ftp, "ftp", ftpEmbedded, "where FTP goes: embedded (a server in this process), direct (where the host asks) or `HOST:PORT`")
	flags.StringVar(&f.files, "files", "", "`DIR` that the embedded server shows; it is never changed (default: sample files)")
	flags.StringVar(&f.save, "save", "", "`DIR` in which complete uploads to the embedded server are saved")
	flags.StringVar(&f.ftpUser, "ftp-user", "", "the only login of the embedded server, as `NAME:PASSWORD` (default: any login)")
	flags.StringVar(&f.ftpListen, "ftp-listen", "", "let other clients into the embedded server at `ADDR`, [HOST:]PORT (HOST: 127.0.0.1; PORT 0: a free one, printed); needs --ftp-user")
	flags.StringVar(&f.ftpTLS, "ftp-tls", tlsOff, "`MODE` of the connections to a server that is not embedded: off, or require (AUTH TLS; explicit FTPS)")
	flags.StringVar(&f.ftpCA, "ftp-ca", "", "with --ftp-tls require, `FILE` of the CA certificates to trust, in PEM (default: the system's)")
	flags.BoolVar(&f.ftpInsecure, "ftp-insecure", false, "with --ftp-tls require, do not verify the server's certificate")
}

// check finds what is wrong with the flags alone.
func (f *ftpFlags) check() error {
	switch {
	case f.ftpTLS != tlsOff && f.ftpTLS != tlsRequire:
		return wrong("write --ftp-tls off or --ftp-tls require", "--ftp-tls %s: neither off nor require", f.ftpTLS)
	case f.ftpTLS == tlsOff && (f.ftpCA != "" || f.ftpInsecure):
		return wrong("add --ftp-tls require", "--ftp-ca and --ftp-insecure are for FTP over TLS")
	case f.ftp == ftpEmbedded && f.ftpTLS != tlsOff:
		return wrong("name a server with --ftp, or leave --ftp-tls out", "--ftp-tls %s does not fit --ftp embedded: that server is in this process and has no TLS", f.ftpTLS)
	case f.ftp == ftpEmbedded && f.ftpListen != "" && f.ftpUser == "":
		return wrong("add --ftp-user NAME:PASSWORD", "--ftp-listen needs a login: others may find the address")
	case f.ftp == ftpEmbedded:
		return nil
	}
	for _, only := range []struct{ flag, value string }{
		{"--files", f.files}, {"--save", f.save}, {"--ftp-user", f.ftpUser}, {"--ftp-listen", f.ftpListen},
	} {
		if only.value != "" {
			return wrong("leave one of the two out", "%s is for the embedded FTP server and does not fit --ftp %s", only.flag, f.ftp)
		}
	}
	if f.ftp == ftpDirect {
		return nil
	}
	host, port, err := net.SplitHostPort(f.ftp)
	if n, numErr := strconv.ParseUint(port, 10, 16); err != nil || host == "" || numErr != nil || n == 0 {
		return wrong("write embedded, direct, or a server such as 192.0.2.1:21", "--ftp %s: neither embedded nor direct nor HOST:PORT", f.ftp)
	}
	return nil
}

// login splits --ftp-user; both are empty without it.
func (f *ftpFlags) login() (name, password string, err error) {
	if f.ftpUser == "" {
		return "", "", nil
	}
	name, password, ok := strings.Cut(f.ftpUser, ":")
	if !ok || name == "" {
		return "", "", wrong("write --ftp-user NAME:PASSWORD", "--ftp-user: no name and password")
	}
	return name, password, nil
}

// server is where --ftp says that FTP goes.
func (f *ftpFlags) server(fl *fleet) (sim.FTPServer, error) {
	if f.ftp == ftpEmbedded {
		return f.embedded(fl)
	}
	config, err := f.tls()
	server := sim.At(f.ftp)
	if f.ftp == ftpDirect {
		server = sim.Direct()
	}
	server.TLS = config
	return server, err
}

func (f *ftpFlags) embedded(fl *fleet) (sim.FTPServer, error) {
	name, password, err := f.login()
	if err != nil {
		return sim.FTPServer{}, err
	}
	e, err := backend.NewEmbedded(backend.EmbeddedOptions{Files: f.files, Save: f.save, User: name, Password: password})
	if err != nil {
		return sim.FTPServer{}, usage(err)
	}
	fl.opened = append(fl.opened, e)
	if f.ftpListen != "" {
		address := f.ftpListen
		if !strings.Contains(address, ":") {
			address = ":" + address
		}
		if fl.ftpAddress, err = e.Listen(address); err != nil {
			return sim.FTPServer{}, wrong("write an IPv4 address of this machine and a free port, such as 127.0.0.1:2121", "--ftp-listen %s: %w", f.ftpListen, err)
		}
	}
	return sim.Embedded(e), nil
}

// tls is nil without --ftp-tls require.
func (f *ftpFlags) tls() (*tls.Config, error) {
	if f.ftpTLS == tlsOff {
		return nil, nil
	}
	config := &tls.Config{InsecureSkipVerify: f.ftpInsecure}
	if f.ftpCA == "" {
		return config, nil
	}
	pem, err := os.ReadFile(f.ftpCA)
	if err != nil {
		return nil, wrong("name a file of certificates in PEM", "--ftp-ca: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, wrong("name a file with -----BEGIN CERTIFICATE-----", "--ftp-ca %s: no certificate in PEM", f.ftpCA)
	}
	return config, nil
}

// describe says where FTP goes.
func (f *ftpFlags) describe(fl *fleet) string {
	protected := ""
	if f.ftpTLS == tlsRequire {
		protected = " over TLS"
	}
	switch {
	case f.ftp == ftpDirect:
		return "the server that the host asks for" + protected
	case f.ftp != ftpEmbedded:
		return "the server " + f.ftp + protected
	}
	files, login := "sample files", "any login"
	if f.files != "" {
		files = "the files of " + f.files
	}
	if f.ftpUser != "" {
		login = "one login"
	}
	text := fmt.Sprintf("embedded server with %s, any address, %s", files, login)
	if fl.ftpAddress != nil {
		text += fmt.Sprintf(", open to other clients at %s", fl.ftpAddress)
	}
	return text
}
