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
	"github.com/modemsim/modemsim/run"
)

// ftpFlags are the flags of the FTP server.
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

// The values of --ftp-tls.
const (
	tlsOff     = "off"
	tlsRequire = "require"
)

func (f *ftpFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.ftp, "ftp", run.FTPEmbedded, "where FTP goes: embedded (a server in this process), direct (where the host asks) or `HOST:PORT`")
	flags.StringVar(&f.files, "files", "", "`DIR` that the embedded server shows by FTP, and --net embedded by HTTP; it is never changed (default: sample files)")
	flags.StringVar(&f.save, "save", "", "`DIR` in which complete uploads to the embedded server are saved")
	flags.StringVar(&f.ftpUser, "ftp-user", "", "the only login of the embedded server, as `NAME:PASSWORD` (default: any login)")
	flags.StringVar(&f.ftpListen, "ftp-listen", "", "let other clients into the embedded server at `ADDR`, [HOST:]PORT (HOST: 127.0.0.1; PORT 0: a free one, printed); needs --ftp-user")
	flags.StringVar(&f.ftpTLS, "ftp-tls", tlsOff, "`MODE` of the connections to a server that is not embedded: off, or require (AUTH TLS; explicit FTPS)")
	flags.StringVar(&f.ftpCA, "ftp-ca", "", "with --ftp-tls require, `FILE` of the CA certificates to trust, in PEM (default: the system's)")
	flags.BoolVar(&f.ftpInsecure, "ftp-insecure", false, "with --ftp-tls require, do not verify the server's certificate")
}

// check checks the flags alone, before a file is read. shown: the embedded network shows files too.
func (f *ftpFlags) check(shown bool) error {
	switch {
	case f.ftpTLS != tlsOff && f.ftpTLS != tlsRequire:
		return wrong("write --ftp-tls off or --ftp-tls require", "--ftp-tls %s: neither off nor require", f.ftpTLS)
	case f.ftpTLS == tlsOff && (f.ftpCA != "" || f.ftpInsecure):
		return wrong("add --ftp-tls require", "--ftp-ca and --ftp-insecure are for FTP over TLS")
	case f.ftp == run.FTPEmbedded && f.ftpTLS != tlsOff:
		return wrong("name a server with --ftp, or leave --ftp-tls out", "--ftp-tls %s does not fit --ftp embedded: that server is in this process and has no TLS", f.ftpTLS)
	case f.ftp == run.FTPEmbedded && f.ftpListen != "" && f.ftpUser == "":
		return wrong("add --ftp-user NAME:PASSWORD", "--ftp-listen needs a login: others may find the address")
	case f.ftp == run.FTPEmbedded:
		return nil
	}
	for _, only := range []struct {
		flag, value string
		shown       bool // it has its use without FTP
	}{
		{"--files", f.files, shown}, {"--save", f.save, shown}, {"--ftp-user", f.ftpUser, false}, {"--ftp-listen", f.ftpListen, false},
	} {
		if only.value != "" && !only.shown {
			return wrong("leave one of the two out", "%s is for the embedded FTP server and does not fit --ftp %s", only.flag, f.ftp)
		}
	}
	if f.ftp == run.FTPDirect {
		return nil
	}
	host, port, err := net.SplitHostPort(f.ftp)
	if n, numErr := strconv.ParseUint(port, 10, 16); err != nil || host == "" || numErr != nil || n == 0 {
		return wrong("write embedded, direct, or a server such as 192.0.2.1:21", "--ftp %s: neither embedded nor direct nor HOST:PORT", f.ftp)
	}
	return nil
}

// login returns the parts of --ftp-user, which are empty without it.
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

// server returns the FTP server that the flags describe.
func (f *ftpFlags) server() (run.FTP, error) {
	name, password, err := f.login()
	if err != nil {
		return run.FTP{}, err
	}
	config, err := f.tls()
	return run.FTP{
		Server: f.ftp, TLS: config, Listen: f.ftpListen,
		Embedded: backend.EmbeddedOptions{Files: f.files, Save: f.save, User: name, Password: password},
	}, err
}

// tls returns what --ftp-tls, --ftp-ca and --ftp-insecure describe; nil is without TLS.
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
func (f *ftpFlags) describe(fleet *run.Fleet) string {
	protected := ""
	if f.ftpTLS == tlsRequire {
		protected = " over TLS"
	}
	switch {
	case f.ftp == run.FTPDirect:
		return "the server that the host asks for" + protected
	case f.ftp != run.FTPEmbedded:
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
	if address := fleet.FTPAddress(); address != nil {
		text += fmt.Sprintf(", open to other clients at %s", address)
	}
	return text
}
