package commands

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
)

// ftpLoginGroup is the commands that open and close the FTP session.
var ftpLoginGroup = Group{"FTP login", []Row{
	{Name: "+AFTPO", Forms: Set | Read | Test, Needs: NeedsGPRS, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.2", Do: open,
		Params: []Param{String("ip"), Number("port", 0, 65535), String("user").Optional(), Secret("password").Optional()},
		Assumed: []Assumption{
			assumedTestText,
			{What: "ERROR for a name in the place of the address, a user without a password, and while a connection is open"},
			{What: "the prefix +AFTPO of Login On, which the setting login-prefix changes"},
			{What: "the login sends TYPE I; port 0 is a port like any other"},
			{What: "a refused login closes the connection"},
		},
		Doc: "connect to an FTP server, and log in when user and password are given; the read form answers +AFTPC"},
	{Name: "+AFTPC", Forms: Execute | Read, Needs: NeedsFTP, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.7", Do: closeFTP,
		Assumed: []Assumption{
			{What: "ERROR when nothing is open"},
			{What: "it forgets type, user, folder and names"},
		},
		Doc: "close the FTP connection"},
	{Name: "+AFTPUSER", Forms: Set | Read | Test, Needs: NeedsGPRS | NeedsFTP, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.8", Do: user,
		Params: []Param{String("user")},
		Assumed: []Assumption{
			assumedTestText,
			{Forms: Read, What: "the quotes"},
			{What: "a server that wants no password (230) still gets PASSWORD REQUIRED and waits for +AFTPPASS; a second +AFTPUSER before that is taken; an empty name is sent"},
		},
		Doc: "user name, after +AFTPO without one"},
	{Name: "+AFTPPASS", Forms: Set | Read | Test, Needs: NeedsGPRS | NeedsFTP, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.9", Do: password,
		Params:  []Param{Secret("password")},
		Assumed: []Assumption{assumedTestText},
		Doc:     "password, after +AFTPUSER; the read form never shows it"},
}}

func open(c *Call) error {
	if c.Form == Read {
		return ftpStatus(c)
	}
	address, err := netip.ParseAddr(c.Args.Text(0))
	withUser, withPassword := c.Args.Given(2), c.Args.Given(3)
	switch {
	case err != nil || !address.Is4():
		return because(ErrSyntax, "%q is not an IPv4 address; names are not looked up here", c.Args.Text(0))
	case withUser != withPassword:
		return because(ErrSyntax, "user and password come together or not at all")
	case c.FTP.Open():
		return because(IPSocket, "an FTP connection is open already; AT+AFTPC closes it")
	}
	if err := connect(c, netip.AddrPortFrom(address, uint16(c.Args.Number(1)))); err != nil {
		return err
	}
	if !withUser {
		c.Answer("+AFTPO", "USERNAME REQUIRED")
		return nil
	}
	if err := sendUser(c, c.Args.Text(2)); err != nil {
		return err
	}
	if err := logIn(c, c.Args.Text(3)); err != nil {
		return err
	}
	c.Answer(strings.TrimSuffix(c.Settings.LoginPrefix, ":"), "Login On")
	return nil
}

// connect opens the control connection and reads the greeting.
func connect(c *Call, address netip.AddrPort) error {
	if err := c.takes(seconds(1, 6)); err != nil {
		return err
	}
	var session *backend.Session
	open := c.OpenFTP(address.String())
	err := c.Await(func(ctx context.Context) (err error) {
		session, _, err = open(ctx)
		return err
	})
	if err != nil {
		if session != nil {
			session.Close()
		}
		return withNumber(c.failed(err), connectNumber(err))
	}
	c.FTP = FTP{Session: session, Stage: NeedUser}
	c.Emit(Event{Kind: scenarios.EventFTPOpen, Text: address.String()})
	return nil
}

// withNumber is a failure with the number that +AIPESTAT tells.
func withNumber(err error, number IPError) error {
	if errors.Is(err, Failed) {
		return because(number, "%v", err)
	}
	return err
}

func user(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPUSER", "%s", Quote(c.FTP.User))
		return nil
	}
	if c.FTP.Stage == LoggedIn {
		return because(Failed, "logged in already; AT+AFTPC closes the connection")
	}
	if err := sendUser(c, c.Args.Text(0)); err != nil {
		return err
	}
	c.Answer("+AFTPO", "PASSWORD REQUIRED")
	return nil
}

// sendUser sends the user's name to the server; a refusal closes the connection.
func sendUser(c *Call, name string) error {
	_, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
		return s.User(ctx, name)
	})
	if err != nil {
		c.EndFTP()
		return withNumber(err, IPConnect)
	}
	c.FTP.User, c.FTP.Stage = name, NeedPassword
	return nil
}

func password(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPPASS", `"password"`)
		return nil
	}
	if c.FTP.Stage != NeedPassword {
		return because(Failed, "no password is wanted; AT+AFTPUSER comes before")
	}
	if err := logIn(c, c.Args.Text(0)); err != nil {
		return err
	}
	c.Answer("+AFTPS", "Login On")
	return nil
}

// logIn sends the password, which ends the login; a refusal closes the connection.
func logIn(c *Call, secret string) error {
	_, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
		return s.Pass(ctx, secret)
	})
	if err != nil {
		c.EndFTP()
		return withNumber(err, IPConnect)
	}
	c.FTP.Stage = LoggedIn
	c.Emit(Event{Kind: scenarios.EventFTPLogin, Text: c.FTP.User})
	return nil
}

// closeFTP ends the session with QUIT and closes the connection whatever the server answers.
func closeFTP(c *Call) error {
	if c.Form == Read {
		return ftpStatus(c)
	}
	if !c.FTP.Ready() { // while a transfer waits, a server does not answer QUIT
		_, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
			return s.Quit(ctx)
		})
		if err != nil && !errors.Is(err, Failed) {
			return err
		}
	}
	c.EndFTP()
	return ftpStatus(c)
}

// ftpStatus answers whether the connection is open. The prefix is +AFTPC for AT+AFTPO? too, as the
// manual prints it twice (FTP AT manual 1.2).
func ftpStatus(c *Call) error {
	c.Answer("+AFTPC", "%d", bit(c.FTP.Open()))
	return nil
}
