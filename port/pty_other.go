//go:build !linux

package port

import (
	"fmt"
	"runtime"
)

// PTY is a pseudo terminal. It is not supported on this system.
type PTY struct{}

var errNoPTY = fmt.Errorf("port: a pty is not supported on %s: use --listen with an address such as tcp:127.0.0.1:0", runtime.GOOS)

// OpenPTY always fails on this system.
func OpenPTY(PTYOptions) (*PTY, error) { return nil, errNoPTY }

func openPTY(PTYOptions, *link, bool) (*PTY, error) { return nil, errNoPTY }

// link is the symbolic link to a pty.
type link struct{ path string }

func claimLink(string) (*link, error) { return nil, errNoPTY }

func (*link) release() error { return nil }

// Path returns an empty string.
func (*PTY) Path() string { return "" }

// Next always fails on this system.
func (*PTY) Next() (Event, error) { return Event{}, errNoPTY }

// Settle does nothing on this system.
func (*PTY) Settle() {}

// SetSignals does nothing on this system.
func (*PTY) SetSignals(Signals) {}

// Read always fails on this system.
func (*PTY) Read([]byte) (int, error) { return 0, errNoPTY }

// Write always fails on this system.
func (*PTY) Write([]byte) (int, error) { return 0, errNoPTY }

// Close does nothing on this system.
func (*PTY) Close() error { return nil }
