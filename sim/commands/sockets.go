package commands

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/modemsim/modemsim/sim/sockets"
)

// socketGroup is the TCP and UDP sockets of the Enhanced AT manual.
var socketGroup = Group{"sockets", []Row{
	{Name: "+AIPO", Forms: Set | Read | Test, Needs: NeedsGPRS, IP: Numbered, Fidelity: Documented, Source: enh3, Do: openSocket,
		Params: []Param{socketNumber, Number("lport", 0, 65535).Optional(), String("address").Optional(), Number("rport", 0, 65535).Optional(),
			Number("proto", 0, 1).Optional(), Number("timeout", 0, 75).Optional(), Number("dnr", 0, 1).Optional(), Number("mode", 0, 2).Optional()},
		Assumed: []Assumption{
			assumedTestText,
			{What: "a name with dnr 0 is 303, one that is not known 222; a connection that is refused 217, too slow 216, without a way 218, otherwise 304"},
			{What: "the answer shows the address that a name has; mode 2 answers CONNECT alone"},
			{What: "timeout 0 is 30 s; ports that the module picks count from 49152"},
			{Forms: Read, What: "OK alone when all sockets are open"},
		},
		Doc: "opens a TCP (0) or UDP (1) socket in command (0), request (1) or data (2) mode; with the number alone it shows an open one; the read form lists those that are free"},
	{Name: "+AIPC", Forms: Set | Read | Test, Params: []Param{socketNumber}, IP: Numbered, Fidelity: Documented, Source: enh3, Do: closeSocket,
		Assumed: []Assumption{
			assumedTestText,
			{Forms: Read, What: "OK alone when no socket is open"},
		},
		Doc: "closes a socket, also one that the far end has closed; the read form lists those that are not free"},
	{Name: "+AIPW", Forms: Set | Read | Test, Params: []Param{socketNumber, String("data")}, IP: Numbered, Fidelity: Documented, Source: enh3, Do: writeSocket,
		Longest: len(`AT+AIPW=1,""`) + 2*sockets.MaxData + 64,
		Assumed: []Assumption{
			assumedTestText,
			{What: "more than 768 bytes is 204, a send window without room 226 or 227"},
			{Forms: Read, What: "a line for each open socket, with 0 bytes"},
		},
		Doc: "sends up to 768 bytes, in hex digits; such a line may be longer than 200 bytes"},
	{Name: "+AIPR", Forms: Set | Read | Test, Params: []Param{socketNumber, Number("len", 1, sockets.MaxData)}, IP: Numbered, Fidelity: Documented, Source: enh3, Do: readSocket,
		Assumed: []Assumption{
			assumedTestText,
			{What: "206 for a socket that is not in request mode; without data 0 bytes; of UDP one datagram at a time"},
			{Forms: Read, What: "a line for each open socket, with the bytes that wait and without data"},
		},
		Doc: "fetches what a socket in request mode has received"},
	{Name: "+AIPSST", Forms: Set | Read | Test, Params: []Param{Word("sock", "A").Or(1, sockets.Count)}, IP: Numbered, Fidelity: Documented, Source: enh3, Do: socketStatus,
		Assumed: []Assumption{assumedTestText},
		Doc:     "status of a socket, or of all: 0 free, 1 connected, 2 closed by the far end"},
	{Name: "+AIPDNR", Forms: Set | Test, Params: []Param{Number("mode", 1, 2), String("name")}, Needs: NeedsGPRS, IP: Numbered, Fidelity: Documented, Source: enh3, Do: resolve,
		Assumed: []Assumption{
			assumedTestText,
			{What: "222 for a name or an address that is not known"},
		},
		Doc: "asks the name server: 1 for the address of a name, 2 for the name of an address"},
}}

var socketNumber = Number("sock", 1, sockets.Count)

// socketError is the failure of a socket with the number that +AIPESTAT tells.
func socketError(err error) error {
	for cause, number := range map[error]IPError{
		sockets.ErrOpen: IPSocket, sockets.ErrClosed: IPSocket, sockets.ErrLeft: IPNotConnected,
		sockets.ErrPort: IPBind, sockets.ErrFull: IPWindowFull, sockets.ErrShut: IPWindowClosed,
	} {
		if errors.Is(err, cause) {
			return because(number, "%v", err)
		}
	}
	return err
}

// closeSocket closes a socket, or lists those that are not free.
func closeSocket(c *Call) error {
	if c.Form == Read {
		return c.listSockets(false)
	}
	n := c.Args.Number(0)
	if err := c.freeSocket(n); err != nil {
		return socketError(fmt.Errorf("socket %d: %w", n, err))
	}
	c.Answer("+AIPC", "%d", n)
	return nil
}

// freeSocket ends what runs on a socket and frees it.
func (c *Call) freeSocket(n int) error {
	if err := c.Sockets.Close(n); err != nil {
		return err
	}
	if s := c.Sockets.streams[n-1]; s != nil {
		c.Sockets.streams[n-1] = nil
		c.EndStream(s)
		s.closed()
	}
	return nil
}

// listSockets answers with the numbers of the sockets that are free, or of those that are not.
func (c *Call) listSockets(free bool) error {
	var numbers []string
	for _, n := range c.Sockets.In(free) {
		numbers = append(numbers, strconv.Itoa(n))
	}
	if numbers != nil {
		c.Answer(c.Row.Name, "%s", strings.Join(numbers, ","))
	}
	return nil
}

// writeSocket sends what the host gives in hex digits.
func writeSocket(c *Call) error {
	if c.Form == Read {
		return c.eachSocket(func(n int, s *sockets.Socket) string { return socketLine(n, s, 0) })
	}
	n, digits := c.Args.Number(0), c.Args.Text(1)
	if len(digits) > 2*sockets.MaxData {
		return because(IPMessageSize, "%d hex digits; one +AIPW takes %d", len(digits), 2*sockets.MaxData)
	}
	data, err := hex.DecodeString(digits)
	if err != nil || len(data) == 0 {
		return because(IPParameters, "the data is not pairs of hex digits")
	}
	s := c.Sockets.Get(n)
	if s.Mode == sockets.Data && s.State == sockets.Connected {
		return because(IPNotSupported, "socket %d is in data mode; ATO goes back to it", n)
	}
	if err := s.Write(len(data)); err != nil {
		return socketError(fmt.Errorf("socket %d: %w", n, err))
	}
	rx, _ := s.Room() // before the far end may have answered: how fast it is is not to be seen
	if err := c.Pass(c.Sockets.streams[n-1], data); err != nil {
		return err
	}
	_, tx := s.Room()
	c.Answer("+AIPW", "%d,%d,%d,%d,%d", n, s.Protocol, rx, tx, len(data))
	return nil
}

// socketLine is what +AIPW and +AIPR answer first, and what data comes with.
func socketLine(n int, s *sockets.Socket, bytes int) string {
	rx, tx := s.Room()
	return fmt.Sprintf("%d,%d,%d,%d,%d", n, s.Protocol, rx, tx, bytes)
}

// eachSocket answers with a line for each socket that is not free.
func (c *Call) eachSocket(text func(int, *sockets.Socket) string) error {
	var lines []string
	for _, n := range c.Sockets.In(false) {
		lines = append(lines, c.line(c.Row.Name, text(n, c.Sockets.Get(n))))
	}
	return c.list(lines)
}

// readSocket fetches what a socket in request mode holds.
func readSocket(c *Call) error {
	if c.Form == Read {
		return c.eachSocket(func(n int, s *sockets.Socket) string { return socketLine(n, s, s.Held()) })
	}
	n := c.Args.Number(0)
	s := c.Sockets.Get(n)
	switch {
	case s.State == sockets.Free:
		return socketError(fmt.Errorf("socket %d: %w", n, sockets.ErrClosed))
	case s.Mode != sockets.Request:
		return because(IPNotSupported, "socket %d is not in request mode", n)
	}
	data := s.Fetch(c.Args.Number(1))
	c.Info(c.line("+AIPR", socketLine(n, s, len(data))+","+hexData(data)))
	if stream := c.Sockets.streams[n-1]; stream != nil {
		c.TakeMore(stream)
	}
	return nil
}

// hexData is data as the module shows it.
func hexData(p []byte) string { return `"` + strings.ToUpper(hex.EncodeToString(p)) + `"` }

// socketStatus tells the status of one socket or of all.
func socketStatus(c *Call) error {
	first, last := c.Args.numberOrAll(c.Form)
	var lines []string
	for n := first; n <= last; n++ {
		s := c.Sockets.Get(n)
		text := fmt.Sprintf("%d,%d", n, s.State)
		if s.State != sockets.Free {
			text += fmt.Sprintf(",%s,%d,%s,%d,%d", Quote(s.LocalAddress), s.LocalPort, Quote(s.Remote), s.RemotePort, s.Protocol)
		}
		lines = append(lines, c.line("+AIPSST", text))
	}
	return c.list(lines)
}

// numberOrAll is the range of sockets that the first argument means: one, or all for A and the read
// form.
func (a Args) numberOrAll(f Form) (first, last int) {
	if f == Read || a.Text(0) != "" {
		return 1, sockets.Count
	}
	return a.Number(0), a.Number(0)
}
