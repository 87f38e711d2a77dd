package internet

import (
	"encoding/binary"
	"io"
	"net"
	"time"
)

// A service answers at one port, for TCP and UDP.
type service struct {
	port int
	// stream serves a connection, which is closed then.
	stream func(s *services, c net.Conn)
	// answer returns the reply to a datagram; nil is none.
	answer func(s *services, request []byte) []byte
}

// small are the services of RFC 862 to 868 that the modem's own tests and manuals use.
var small = []service{
	{port: 7, stream: echo, answer: func(_ *services, request []byte) []byte { return request }},
	{port: 9, stream: discard, answer: func(*services, []byte) []byte { return nil }},
	{port: 13, stream: tell((*services).daytime), answer: ask((*services).daytime)},
	{port: 37, stream: tell((*services).seconds), answer: ask((*services).seconds)},
}

// echo sends back what comes (RFC 862). An error is the connection's end.
func echo(_ *services, c net.Conn) { _, _ = io.Copy(c, c) }

// discard takes what comes (RFC 863).
func discard(_ *services, c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// daytime is the time as a person reads it (RFC 867).
func (s *services) daytime() []byte {
	return s.now().UTC().AppendFormat(nil, time.ANSIC+"\r\n")
}

// seconds is the time since 1900 (RFC 868).
func (s *services) seconds() []byte {
	const from1900to1970 = 2208988800
	return binary.BigEndian.AppendUint32(nil, uint32(s.now().Unix()+from1900to1970))
}

// tell sends a text and ends the connection.
func tell(text func(*services) []byte) func(*services, net.Conn) {
	return func(s *services, c net.Conn) { _, _ = c.Write(text(s)) }
}

// ask answers every datagram with a text.
func ask(text func(*services) []byte) func(*services, []byte) []byte {
	return func(s *services, _ []byte) []byte { return text(s) }
}
