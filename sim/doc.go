// Package sim is the modem on a byte stream: a software ADH8066 GSM/GPRS
// module that any io.ReadWriteCloser can talk to.
//
//	m, err := sim.New(wire, sim.FTP(sim.Embedded(server)))
//	defer m.Close()
//
// One goroutine, the owner, holds all of a modem's state. What other
// goroutines have for it (bytes of the port, answers of the FTP server, calls
// of the API) reaches it through one mailbox, what is due later through one
// queue ordered by time; there is no lock on the state. Only a command handler
// waits, and while it does the owner goes on with the mailbox and the queue.
//
// A byte's way, and the file that holds each step:
//
//	host ── input.go ── line.go ── interpreter.go ── commands ── gprs, backend
//	host ── hostwriter.go ── reply.go, urc.go ──────────┘
//	host ── online.go (escape.go, download.go, upload.go) ────── backend
//
// The modem runs on plain package time, so that a modem on a port.Pipe inside
// a testing/synctest bubble lives through an hour in milliseconds.
package sim
