// Package port is where a modem's bytes come from: the end of a wire whose other end a host program (the DTE) holds.
//
// A port is an io.ReadWriteCloser, and most ports know more than bytes: that a host opened or closed its end, which speed it set, that it dropped DTR
// or sent a break. [Lines] is how a port tells that; [Of] makes a Lines of anything that can be read and written. [OpenPTY] makes a pseudo terminal
// that any serial program can open, [NewPipe] the same wire in memory, for tests in a testing/synctest bubble. [Listen] makes a socket that hosts connect
// to, [Connect] connects to a host that listens, or that is on the cable of a serial device.
//
// # Order
//
// Next gives one list of events, in the order in which they happened at the host's end:
//
//   - An Open comes before everything that this host does, a Close after all bytes that it wrote. They alternate: while several programs have the port
//     open at once, only the first open and the last close are told. An Open says that DTR is asserted, a Close that it is not; no DTR event says so again.
//   - Bytes that came with a last close alone stand before the Close. Where a close and the next open were seen at the same moment, the bytes stand
//     after the Open: they are a new host's first command far more often than an old host's last words. An open is never inferred from bytes.
//   - A Speed stands before the bytes that came with it. A DTR drop that is speed 0 (B0) stands after them, since nothing travels at speed 0.
//   - Bytes of neighbouring reads may come as one Data event; bytes on two sides of another event never do.
//
// # Connections
//
// [Socket] and [Connector] carry bytes as they are (TCP, unix sockets), or speak RFC 2217, by which a host sets its speed and format and drives DTR and
// RTS, and sees the circuits that the modem drives. To connect is to open: it asserts DTR, and the connection's end drops it. A Socket has one host at a
// time. The next one reads "modemsim: this modem is in use by 127.0.0.1:51234" and the end, and a Notice says so; one that comes when the host before has
// closed, though that may not have been dealt with yet, waits for its turn.
//
//   - A host that closes and one that has sent its last and waits for the answers (printf 'AT\r' | nc -N) look the same over TCP. Output goes on for both.
//     The Close is told when there was none for 500 ms, or it found nobody, or another host has come; that of a unix socket that is closed altogether, at once.
//   - A connection that is lost (reset, or its peer is gone) tells a Notice with the reason before its Close. A peer that is gone without a word is found
//     25 s after it was last heard of, by keepalive probes, or on Linux by output that nobody acknowledges; the latter takes up to some minutes when
//     the peer had not read for long. Who only does not read, stays.
//   - The file of a unix socket is not watched: when somebody removes it, nobody can connect any more, and nothing says so.
//   - A Connector tries until there is somebody and whenever the connection is lost, at most a second apart. Notices say when that begins, and when it has
//     ended for a second.
//
// # Output
//
// Each Open carries its host's writer. What is written to a host that has closed is dropped, and what it had not read by then is dropped as well, as a
// serial port's driver does; so no host sees bytes meant for another. On a pty the kernel tells of a close some microseconds late: a host that opens within
// them may still read what the one before left unread. A host that does not read makes Write wait.
//
// # Bounds
//
// A port holds about 64 KiB of events that nobody took with Next (a Pipe 4 KiB of bytes); then the host's writes wait, as on a real wire with flow
// control. It holds no output itself beyond what the terminal (18,048 bytes on Linux) or the socket takes (128 KiB, and as much as the host's own holds).
package port
