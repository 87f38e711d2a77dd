// Package sim is a software ADH8066 GSM/GPRS module for tests: a modem on a
// pty, or on any io.ReadWriteCloser.
//
// A test starts one with [RunT] and lets the code under test open its path:
//
//	func TestFetch(t *testing.T) {
//		m := sim.RunT(t, sim.ScenarioFile("login-refused"))
//		if err := fetch(m.Path()); err != nil {
//			t.Error(err)
//		}
//	}
//
// The modem has an FTP server of its own and ends with the test, which fails
// when the code did not do what the scenario wants. [RunOn] does the same on a
// wire of the caller's: on a port.Pipe inside a bubble of testing/synctest an
// hour of modem time takes milliseconds. [New] is a modem without a test.
//
// Options change the modem: [Set] and [Profile] its settings, [ScenarioFile]
// and [ScenarioText] what goes wrong, [Fault] what goes wrong from the start,
// [Command] the AT commands that it knows. A running modem takes a line of the
// scenario language ([Modem.Do]), waits for an event ([Modem.Wait]) and tells
// its state ([Modem.State]).
//
// For those who change the package: one goroutine, the owner, holds all of a
// modem's state, without a lock. What other goroutines have for it reaches it
// through one mailbox, what is due later through one queue ordered by time.
// Only a command handler waits, and while it does the owner goes on with the
// mailbox and the queue. A byte's way, and the file that holds each step:
//
//	host ── input.go ── mode.go ── line.go ── interpreter.go ── commands
//	host ── hostwriter.go ── reply.go, urc.go ──────────────────┘
//	host ── mode.go ── datamode.go, datastream.go, flow.go ── commands.Stream
package sim
