package sim

import (
	"context"
	"errors"
	"io"

	"github.com/modemsim/modemsim/sim/commands"
)

// An echo is the stream of the verb connect: its far end sends back what it gets. The escape
// sequence pauses it.
type echo struct {
	back *io.PipeReader
	sent *io.PipeWriter
}

func newEcho() *echo {
	e := new(echo)
	e.back, e.sent = io.Pipe()
	return e
}

func (e *echo) Read(p []byte) (int, error)  { return e.back.Read(p) }
func (e *echo) Write(p []byte) (int, error) { return e.sent.Write(p) }

func (e *echo) Finish(context.Context) (string, error) { return "", e.sent.Close() }

func (e *echo) Abort(why commands.Cause) (string, error) {
	return "", e.sent.CloseWithError(errors.New(why.String()))
}

func (*echo) Traits() commands.Traits {
	return commands.Traits{Kind: "echo", ToHost: true, FromHost: true, Size: -1, Escape: commands.EscapePauses}
}

func (*echo) Result(commands.Cause, error) commands.Final { return commands.NoCarrier }

func (*echo) Left(commands.Cause, <-chan struct{}) {}
