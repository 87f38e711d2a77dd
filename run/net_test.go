package run

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/sim/commands"
)

// get is a command that gets http://NAME/PATH over the modem's network.
var get = commands.Row{Name: "+GET", Forms: commands.Set, Params: []commands.Param{commands.String("name"), commands.String("path")},
	Do: func(c *commands.Call) error {
		var body string
		err := c.Await(func(ctx context.Context) error {
			address, err := c.LookupHost(ctx, c.Args.Text(0))
			if err != nil {
				return err
			}
			conn, err := c.Dial(ctx, "tcp", net.JoinHostPort(address, "80"))
			if err != nil {
				return err
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, "GET "+c.Args.Text(1)+" HTTP/1.0\r\n\r\n"); err != nil {
				return err
			}
			answer, err := io.ReadAll(conn)
			_, body, _ = strings.Cut(string(answer), "\r\n\r\n")
			return err
		})
		if err == nil {
			c.Info(strings.TrimSpace(body))
		}
		return err
	}}

// All modems have one network: its HTTP shows the files of FTP, wherever FTP goes.
func TestNetEmbedded(t *testing.T) {
	for _, server := range []string{FTPEmbedded, FTPDirect, "192.0.2.1:21"} {
		t.Run(server, func(t *testing.T) {
			f := startFleet(t, Config{Wire: tcp, Count: 2, Commands: []commands.Row{get}, FTP: FTP{Server: server}})
			for _, m := range f.Modems() {
				if got := ask(t, m, `AT+GET="www.example.com","/hello.txt"`); !strings.Contains(got, "Hello from modemsim.\n") {
					t.Errorf("answered %q", got)
				}
			}
		})
	}
}

// A mapped name leads to the user's server, whatever network the rest has.
func TestNetMap(t *testing.T) {
	mine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "mine "+r.URL.Path) }))
	defer mine.Close()
	for _, network := range []string{NetEmbedded, NetDirect} {
		f := startFleet(t, Config{Wire: tcp, Commands: []commands.Row{get},
			Net: Net{Network: network, Map: map[string]string{"api.example.com:80": mine.Listener.Addr().String()}}})
		if got := ask(t, f.Modems()[0], `AT+GET="api.example.com","/v1"`); !strings.Contains(got, "mine /v1\n") {
			t.Errorf("%s: answered %q", network, got)
		}
	}
}

func TestNetRefused(t *testing.T) {
	for want, c := range map[string]Config{
		`the network is embedded or direct, not "x"`:                                                   {Net: Net{Network: "x"}},
		`"a" is not NAME:PORT or IP:PORT: address a: missing port in address`:                          {Net: Net{Map: map[string]string{"a": "b:1"}}},
		`a.example:80 is mapped twice`:                                                                 {Net: Net{Map: map[string]string{"A.example:80": "b:1", "a.example:80": "b:2"}}},
		`files folder "nowhere": no such file or directory; name a folder that exists and can be read`: {FTP: FTP{Server: FTPDirect, Embedded: backend.EmbeddedOptions{Files: "nowhere"}}},
	} {
		c.Wire = tcp
		f, err := Start(c)
		if err == nil {
			f.Close()
		}
		if err == nil || !strings.HasSuffix(err.Error(), strings.TrimPrefix(want, "files folder \"nowhere\": ")) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
