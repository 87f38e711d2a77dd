package sim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// askNet is a command whose function has the network do something, beside the modem.
func askNet(work func(context.Context, *commands.Call) (string, error)) sim.Option {
	return sim.Command(commands.Row{Name: "+NET", Forms: commands.Execute, Do: func(c *commands.Call) error {
		var text string
		err := c.Await(func(ctx context.Context) (err error) {
			text, err = work(ctx, c)
			return err
		})
		if err == nil {
			c.Info(text)
		}
		return err
	}})
}

// A command reaches the network of the option: its names, and what listens there.
func TestInternetOfTheOption(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := internet.NewEmbedded(internet.Options{})
		d := startModem(t, sim.Internet(n), askNet(func(ctx context.Context, c *commands.Call) (string, error) {
			address, err := c.LookupHost(ctx, "www.example.com")
			if err != nil {
				return "", err
			}
			name, err := c.LookupAddr(ctx, address)
			if err != nil {
				return "", err
			}
			conn, err := c.Dial(ctx, "tcp", net.JoinHostPort(address, "7"))
			if err != nil {
				return "", err
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, name); err != nil {
				return "", err
			}
			echoed := make([]byte, len(name))
			_, err = io.ReadFull(conn, echoed)
			return address + " " + string(echoed), err
		}))
		d.ok(t, "ATE0")
		d.expect(t, "AT+NET", "198.51.100.112 www.example.com", "OK")
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Without a network no name is known.
func TestNoInternet(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, askNet(func(ctx context.Context, c *commands.Call) (string, error) {
			_, err := c.LookupHost(ctx, "www.example.com")
			_, reverse := c.LookupAddr(ctx, "203.0.113.5")
			return "", errors.Join(err, reverse)
		}))
		d.ok(t, "ATE0")
		d.expect(t, "AT+NET", "ERROR")
	})
}

// The verb net acts on what this modem looks up, until another scenario is loaded.
func TestNetUnknown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := internet.NewEmbedded(internet.Options{})
		d := startModem(t, sim.Internet(n), sim.ScenarioText("x.scn", "net unknown www.example.com\n"))
		other := startModem(t, sim.Internet(n))
		for _, d := range []*dialog{d, other} {
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
		}
		const line, answer = `AT+AIPDNR=1,"www.example.com"`, `+AIPDNR: "198.51.100.112"`
		d.expect(t, line, "ERROR")
		other.expect(t, line, answer, "OK")
		d.run(t, "net known WWW.example.com")
		d.expect(t, line, answer, "OK")
		d.run(t, "net unknown www.example.com")
		d.expect(t, line, "ERROR")
		if err := d.modem.Load(scenarios.Default(), nil); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		d.host.take()
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		d.expect(t, line, answer, "OK")
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A modem without a network says that the verb has nothing to act on.
func TestNetUnknownWithoutANetwork(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		if err := d.modem.Do("net unknown www.example.com"); err == nil || err.Error() != "net: this modem has no network (sim.Internet gives it one)" {
			t.Errorf("the verb: %v", err)
		}
	})
}

// A host that opens a socket in data mode has the embedded network's services byte for byte.
func TestServicesThroughASocket(t *testing.T) {
	bubble(t, func(t *testing.T) {
		files, err := backend.NewEmbedded(backend.EmbeddedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		n := internet.NewEmbedded(internet.Options{Files: files})
		defer n.Close()
		firmware := make([]byte, 200_000)
		rand.NewChaCha8([32]byte{}).Read(firmware)
		if err := files.WriteFile("fw", firmware); err != nil {
			t.Fatal(err)
		}
		d := startModem(t, sim.Internet(n))
		defer d.modem.Close()
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		open := func(socket, port int) {
			d.expect(t, fmt.Sprintf(`AT+AIPO=%d,,"www.example.com",%d,0,,1,2`, socket, port), "CONNECT")
		}

		open(1, 80)
		d.type_(t, "GET /fw HTTP/1.0\r\nRange: bytes=1000-150999\r\n\r\n")
		pass(time.Minute)
		answer := string(d.host.take())
		header, body, _ := strings.Cut(answer, "\r\n\r\n")
		if !strings.HasPrefix(header, "HTTP/1.0 206 ") || body != string(firmware[1000:151_000])+frames("NO CARRIER") {
			t.Errorf("%s\nand %d bytes, which are not that part of the file", header, len(body))
		}

		open(2, 8080)
		d.type_(t, "PUT /up/loaded HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello")
		pass(time.Minute)
		if got := string(d.host.take()); !strings.HasPrefix(got, "HTTP/1.0 201 Created\r\n") {
			t.Errorf("answered %q", got)
		}
		if got, ok := files.Stored("up/loaded"); string(got) != "hello" || !ok {
			t.Errorf("stored %q, %v", got, ok)
		}

		open(3, 7)
		mebibyte := make([]byte, 1<<20)
		rand.NewChaCha8([32]byte{1}).Read(mebibyte)
		go d.host.Write(mebibyte)
		var echoed []byte
		for i := 0; i < 600 && len(echoed) < len(mebibyte); i++ {
			pass(time.Second)
			echoed = append(echoed, d.host.take()...)
		}
		if !bytes.Equal(echoed, mebibyte) {
			t.Errorf("%d bytes came back, or others than were sent", len(echoed))
		}
	})
}
