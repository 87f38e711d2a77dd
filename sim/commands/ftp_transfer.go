package commands

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/scenarios"
)

const needsLogin = NeedsGPRS | NeedsFTP | NeedsLogin

// ftpTransferGroup is the commands that prepare a transfer and run it.
var ftpTransferGroup = Group{"FTP transfer", []Row{
	{Name: "+AFTPTYPE", Forms: Set | Read | Test, Needs: needsLogin, Params: one("type", 0, 1), IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.3", Do: transferType,
		Assumed: []Assumption{
			assumedTestText,
			assumedLengths,
			{What: "1 converts nothing, the bytes pass as the server sends them"},
		},
		Doc: "transfer type: 0 binary, 1 ASCII"},
	{Name: "+AFTPPASV", Forms: Set | Read | Test, Needs: needsLogin, Params: one("mode", 1, 1), IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.4", Do: passive,
		Assumed: []Assumption{
			assumedTestText,
			assumedLengths,
		},
		Doc: "passive mode, once for each transfer; active mode is not supported"},
	{Name: "+AFTPRETR", Forms: Set | Read | Test, Needs: needsLogin, Params: []Param{File("file")}, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.5", Do: retrieve,
		Assumed: []Assumption{
			assumedTestText,
			{Forms: Read, What: "the quotes"},
			assumedNames,
			assumedBusy,
			{What: "without +AFTPPASV, ERROR; a failure uses the passive mode up"},
		},
		Doc: "file to fetch, after +AFTPPASV"},
	{Name: "+AFTPDATA", Forms: Execute | Read, Needs: needsLogin, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.6", Do: data,
		Assumed: []Assumption{
			{What: "the +++ of a download closes the data connection without ABOR and waits up to 5 s for the server before its OK"},
			{What: "what follows in the line is dropped"},
			{What: "0 while a transfer waits in online command mode"},
			{What: "a server that refuses in the middle of an upload and closes the data connection: NO CARRIER at once, and the setting upload-refused has no part in it"},
		},
		Doc: "data mode: fetches the file of +AFTPRETR or takes the one of +AFTPSTOR"},
	{Name: "+AFTPSIZE", Forms: Set | Read | Test, Needs: needsLogin, Params: []Param{File("file")}, IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.10", Do: size,
		Assumed: []Assumption{
			assumedTestText,
			assumedNames,
			{What: "ERROR for the read form when no size is known"},
		},
		Doc: "size of a file in bytes"},
	{Name: "+AFTPREST", Forms: Set | Read | Test, Needs: needsLogin, Params: one("offset", 0, math.MaxUint32), IP: Plain, Fidelity: Documented, Source: "FTP AT manual 1.11", Do: restart,
		Assumed: []Assumption{
			assumedTestText,
			{What: "used by one transfer, then 0; before +AFTPSTOR it resumes the upload; REST is sent here and again before RETR"},
			{What: "above a size that +AFTPSIZE found, ERROR"},
		},
		Doc: "offset in bytes at which the next transfer starts"},
	{Name: "+AFTPSTOR", Forms: Set | Test, Needs: needsLogin, Params: []Param{File("path")}, IP: Plain, Fidelity: Documented, Source: "supplement", Do: storeFile,
		Assumed: []Assumption{
			assumedTestText,
			assumedNames,
			assumedBusy,
			{What: "without +AFTPPASV, ERROR; a failure uses the passive mode up"},
		},
		Doc: "file to upload, after +AFTPPASV"},
}}

// exchangeTime is how long one exchange with a server takes over GPRS.
var exchangeTime = seconds(0.6, 2)

func transferType(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPTYPE", "%d", c.FTP.Type)
		return nil
	}
	n := c.Args.Number(0)
	code := []backend.TransferType{backend.Binary, backend.ASCII}[n]
	reply, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
		return s.Type(ctx, code)
	})
	if err != nil {
		return err
	}
	c.FTP.Type = n
	c.status(reply, "200 Type set to "+string(code))
	c.Answer("+AFTPTYPE", "%d", n)
	return nil
}

func passive(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPPASV", "1")
		return nil
	}
	if err := c.takes(exchangeTime); err != nil {
		return err
	}
	reply, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
		return s.Passive(ctx)
	})
	if err != nil {
		return err
	}
	c.FTP.Passive = true
	c.status(reply, "227 Entering Passive Mode "+parenthesized(reply.Last()))
	c.Answer("+AFTPPASV", "1")
	return nil
}

// parenthesized returns the part (h1,h2,h3,h4,p1,p2) of a 227 reply.
func parenthesized(line string) string {
	if i := strings.IndexByte(line, '('); i >= 0 {
		if j := strings.IndexByte(line[i:], ')'); j >= 0 {
			return line[i : i+j+1]
		}
	}
	return ""
}

func retrieve(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPRETR", "%s", Quote(c.FTP.Retrieve))
		return nil
	}
	var download *backend.Download
	reply, err := c.promise(func(ctx context.Context, s *backend.Session) (r backend.Reply, err error) {
		download, r, err = s.Retrieve(ctx, c.Args.Text(0))
		return r, err
	})
	if err != nil {
		return err
	}
	c.FTP.Retrieve, c.FTP.Download = c.Args.Text(0), download
	c.ready(reply)
	return nil
}

func storeFile(c *Call) error {
	var upload *backend.Upload
	reply, err := c.promise(func(ctx context.Context, s *backend.Session) (r backend.Reply, err error) {
		upload, r, err = s.Store(ctx, c.Args.Text(0))
		return r, err
	})
	if err != nil {
		return err
	}
	c.FTP.Upload = upload
	c.ready(reply)
	return nil
}

// promise starts a transfer, up to the server's reply 1xx. A failure uses up the passive mode as a
// transfer does.
func (c *Call) promise(start func(context.Context, *backend.Session) (backend.Reply, error)) (backend.Reply, error) {
	switch {
	case c.FTP.Ready():
		return backend.Reply{}, because(Failed, "a transfer is ready already; AT+AFTPDATA runs it")
	case !c.FTP.Passive:
		return backend.Reply{}, because(Failed, "each transfer needs an AT+AFTPPASV=1 before it")
	}
	if err := c.takes(exchangeTime); err != nil {
		return backend.Reply{}, err
	}
	reply, err := c.exchange(start)
	if err != nil {
		c.FTP.TransferEnded()
	}
	return reply, err
}

// ready answers that +AFTPDATA can run the transfer.
func (c *Call) ready(reply backend.Reply) {
	c.FTP.Name = c.Args.Text(0)
	c.Emit(Event{Kind: scenarios.EventFTPReady, Text: c.Args.Text(0), N: c.FTP.Restart})
	c.status(reply, "150 Connection accepted")
	c.Answer(c.Row.Name, "%s File Data Ready", Quote(c.Args.Text(0)))
}

func data(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPDATA", "%d", bit(c.FTP.Ready() && c.FTP.Transfer == nil))
		return nil
	}
	switch {
	case c.FTP.Transfer != nil: // Connect refuses
	case c.FTP.Download != nil:
		c.FTP.Transfer = c.download()
	case c.FTP.Upload != nil:
		c.FTP.Transfer = c.upload()
	default:
		return because(Failed, "no transfer is ready; AT+AFTPRETR or AT+AFTPSTOR comes before")
	}
	return c.Connect(c.FTP.Transfer)
}

func size(c *Call) error {
	if c.Form == Read {
		if !c.FTP.SizeKnown {
			return because(Failed, "no size is known; AT+AFTPSIZE=\"file\" asks for one")
		}
		c.Answer("+AFTPSIZE", "%d", c.FTP.Size)
		return nil
	}
	if err := c.takes(exchangeTime); err != nil {
		return err
	}
	var bytes int64
	reply, err := c.exchange(func(ctx context.Context, s *backend.Session) (r backend.Reply, err error) {
		bytes, r, err = s.Size(ctx, c.Args.Text(0))
		return r, err
	})
	c.FTP.Size, c.FTP.SizeKnown, c.FTP.SizeOf = bytes, err == nil, c.FTP.at(c.Args.Text(0))
	if err != nil {
		return err
	}
	c.status(reply, fmt.Sprintf("213 %d", bytes))
	c.Answer("+AFTPSIZE", "%d", bytes)
	return nil
}

func restart(c *Call) error {
	if c.Form == Read {
		c.Answer("+AFTPREST", "%d", c.FTP.Restart)
		return nil
	}
	offset := c.Args.Int64(0)
	reply, err := c.exchange(func(ctx context.Context, s *backend.Session) (backend.Reply, error) {
		return s.Restart(ctx, offset)
	})
	if err != nil {
		return err
	}
	c.FTP.Restart = offset
	c.status(reply, fmt.Sprintf("350 Rest supported. Restarting at %d", offset))
	c.Answer("+AFTPREST", "%d", offset)
	return nil
}
