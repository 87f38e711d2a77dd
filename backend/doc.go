// Package backend is the FTP side of the modem: the client session that the
// +AFTP commands drive, and the embedded server that it connects to unless a
// real one is named.
//
// A [Session] is one login on one server. It has two layers. The wire owns the
// control connection: it parses whole replies, matches each to the command that
// it answers, limits every wait, and applies faults. Above it runs the client
// library, github.com/jlaffaye/ftp, on a connection that the wire imitates:
// what the library sends goes out through the wire, and what it reads are
// replies that the wire has already matched.
//
// The split exists because an AT command stands for one FTP command and shows
// its reply, while the library sends several in one call: the wire sends USER,
// PASV and REST when the AT command comes, and replays the reply when the
// library sends the same command.
//
// A session does not know whether its server is real or embedded; only
// [Options.Dial] differs.
package backend
