package faults

import "fmt"

// hostile is what hosts choke on in a file: result codes, flow control, the
// escape sequence, bytes that end strings.
const hostile = "\r\nNO CARRIER\r\n\r\nOK\r\n\x11\x13\x00\xff+++"

// Content returns a file of a scenario, made from its name and size. Each line
// of 16 bytes holds the offset at which it starts, in hexadecimal, and a letter
// of the name; every fourth line of a hostile file is what hosts choke on.
func Content(name string, size int64, withHostile bool) []byte {
	out := make([]byte, 0, size+16)
	for offset := int64(0); offset < size; offset += 16 {
		letter := byte('-')
		if name != "" {
			letter = name[int(offset/16)%len(name)]
		}
		if letter < ' ' || letter > '~' {
			letter = '?'
		}
		line := []byte(fmt.Sprintf("%014x%c\n", offset, letter))
		if withHostile && offset/16%4 == 3 {
			start := int(offset/64) * 14 % len(hostile)
			for i := range 14 {
				line[i] = hostile[(start+i)%len(hostile)]
			}
		}
		out = append(out, line...)
	}
	return out[:size]
}
