// Package port provides the modem's end of a wire whose other end a host program (the DTE) holds.
//
// A port is an io.ReadWriteCloser, and most ports report more than bytes: that a host opened or
// closed its end, set a speed, dropped DTR or sent a break. Such a port is a [Lines]; [Of] makes a
// Lines of anything that can be read and written. What else a port may be is listed at [Pather].
// [OpenPTY] makes a pseudo terminal that any serial program can open, [NewPipe] the same wire in
// memory, for tests in a testing/synctest bubble. [Listen] makes a socket that hosts connect to,
// [Connect] connects to a host that listens, or to one at the other end of a serial device's cable.
//
// # Order
//
// Next returns events in the order in which they happened at the host's end:
//
//   - An Open comes before everything that this host does, a Close after all bytes that it wrote.
//     They alternate: while several programs have the port open at once, only the first open and
//     the last close are reported. An Open implies that DTR is asserted and a Close that it is not;
//     there is no DTR event beside them.
//   - Bytes that came with a last close alone are placed before the Close. When a close and the
//     next open were seen at the same moment, the bytes are placed after the Open: they are a new
//     host's first command far more often than an old host's last output. An open is never inferred
//     from bytes.
//   - A Speed is placed before the bytes that came with it. A DTR drop caused by speed 0 (B0) is
//     placed after them, since nothing travels at speed 0.
//   - Bytes of successive reads may come as one Data event; bytes before and after another event
//     never do.
//
// # Connections
//
// [Socket] and [Connector] carry bytes as they are (TCP, unix sockets) or speak RFC 2217, with
// which a host sets speed and format, drives DTR and RTS, and sees the circuits that the modem
// drives. A new connection is an Open and asserts DTR; its end is a Close and drops DTR. A Socket
// has one host at a time. The next one reads "modemsim: this modem is in use by 127.0.0.1:51234"
// and then the end, and a Notice says so. If the host before has closed and the modem has not dealt
// with that yet, the next one waits for its turn.
//
//   - Over TCP a host that closes looks like one that shuts down its output and waits for the
//     answers (printf 'AT\r' | nc -N). Output goes on for both. The Close comes when there was no
//     output for 500 ms, when output failed, or when another host has connected. On a unix socket a
//     full close is seen at once.
//   - When a connection is lost (reset, or its peer is gone), a Notice with the reason comes before
//     the Close. A peer that vanished is detected 25 s after it was last heard of, by keepalive
//     probes or, on Linux, by output that nobody acknowledges; the latter takes some minutes if the
//     peer had not read for long. A peer that merely does not read keeps its connection.
//   - The file of a unix socket is not watched: after somebody removes it, hosts cannot connect,
//     and nothing reports that.
//   - A Connector tries to connect until it succeeds, and again whenever the connection is lost, at
//     most a second apart. A Notice says when that begins, and another when a connection has lasted
//     a second.
//
// # Output
//
// Each Open carries a writer to its host. Output to a host that has closed is dropped, and so is
// what that host had not read by then, as in a serial port's driver; so no host sees bytes meant
// for another. On a pty the kernel reports a close some microseconds late: a host that opens within
// that time may still read what the one before left unread. If a host does not read, Write waits.
//
// # Bounds
//
// A port queues about 64 KiB of events for Next (a Pipe 4 KiB of bytes); beyond that the host's
// writes wait, as on a real wire with flow control. It does not buffer output beyond what the
// terminal (18,048 bytes on Linux) or the socket holds (128 KiB, and the buffer of the host's own
// socket).
package port
