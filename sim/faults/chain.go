package faults

// A Chain puts faults behind each other at each hook. The zero Chain is a
// modem without faults.
type Chain struct {
	lines   []Line
	replies []Replies
	streams []Stream
	wires   []Wire
}

// Add appends a fault to every hook that it acts at.
func (c *Chain) Add(fault any) {
	if f, ok := fault.(Line); ok {
		c.lines = append(c.lines, f)
	}
	if f, ok := fault.(Replies); ok {
		c.replies = append(c.replies, f)
	}
	if f, ok := fault.(Stream); ok {
		c.streams = append(c.streams, f)
	}
	if f, ok := fault.(Wire); ok {
		c.wires = append(c.wires, f)
	}
}

// Input passes bytes of the host through every Line.
func (c *Chain) Input(sent []byte) []byte {
	for _, f := range c.lines {
		sent = f.Input(sent)
	}
	return sent
}

// Reply passes a reply through every Replies; each sees what the one before
// it returned.
func (c *Chain) Reply(r Reply) []Reply {
	out := []Reply{r}
	for _, f := range c.replies {
		var next []Reply
		for _, r := range out {
			next = append(next, f.Reply(r)...)
		}
		out = next
	}
	return out
}

// Data passes a chunk through every Stream.
func (c *Chain) Data(d Direction, offset int64, chunk []byte) []byte {
	for _, f := range c.streams {
		chunk = f.Data(d, offset, chunk)
	}
	return chunk
}

// Command asks every Wire; the first that does something decides.
func (c *Chain) Command(verb, arg string) Answer {
	for _, f := range c.wires {
		if a := f.Command(verb, arg); a != (Answer{}) {
			return a
		}
	}
	return Answer{}
}
