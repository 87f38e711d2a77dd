package sim

import (
	"io"
	"log/slog"

	"github.com/modemsim/modemsim/scenarios"
)

// An Option says how a modem differs from the default one.
type Option func(*config)

type config struct {
	settings   scenarios.Settings
	ftp        FTPServer
	log        *slog.Logger
	transcript io.Writer
	seed       uint64
	speed      float64
	baud       int
	faults     []any
	observe    []func(Event)
	live       []*scenarios.Rule
	err        error // of an option
}

// Settings sets the world and the module's variant; the default is profile
// adh8066.
func Settings(s scenarios.Settings) Option { return func(c *config) { c.settings = s } }

// FTP sets where the module's FTP client connects to; without it no server is
// reached.
func FTP(s FTPServer) Option { return func(c *config) { c.ftp = s } }

// Log sets where the modem logs to; the default is nowhere.
func Log(l *slog.Logger) Option { return func(c *config) { c.log = l } }

// TranscriptTo sets where the transcript is written to as it grows.
func TranscriptTo(w io.Writer) Option { return func(c *config) { c.transcript = w } }

// Seed sets the seed of every random choice.
func Seed(n uint64) Option { return func(c *config) { c.seed = n } }

// Speed lets modem time run x times faster; x is above 0.
func Speed(x float64) Option { return func(c *config) { c.speed = x } }

// Baud paces both directions like a UART at n baud 8N1; 0, the default, is as
// fast as it goes.
func Baud(n int) Option { return func(c *config) { c.baud = n } }

// Fault adds a fault of package faults, behind those added before.
func Fault(f any) Option { return func(c *config) { c.faults = append(c.faults, f) } }

// Scenario sets the rules that the modem runs. Its settings are not applied:
// [scenarios.Script.Apply] them to those given with [Settings].
func Scenario(s *scenarios.Script) Option {
	return func(c *config) { c.live = append(c.live, s.Live()...) }
}

// Observe lets f see every event. It is called from the modem's own goroutine
// and must not call the modem.
func Observe(f func(Event)) Option { return func(c *config) { c.observe = append(c.observe, f) } }
