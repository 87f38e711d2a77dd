package port

// circuits is what the speed that a host set, and its DTR, last told.
type circuits struct {
	baud int  // last speed other than 0, bit/s
	told bool // a Speed was told: it is the host's
	zero bool // the speed is 0 (B0)
	low  bool // DTR was dropped by itself
}

func (c *circuits) dtr() bool { return !c.zero && !c.low }

// setSpeed takes the speed that the host now has and returns what that tells. Bytes that came with it belong before the events of speed 0, and after
// those of any other.
func (c *circuits) setSpeed(baud int) []Event {
	was := c.dtr()
	c.zero = baud == 0
	events := c.dtrEdge(was)
	if baud != 0 && baud != c.baud {
		c.baud, c.told = baud, true
		events = append(events, Event{Kind: Speed, Baud: baud})
	}
	return events
}

func (c *circuits) setDTR(on bool) []Event {
	was := c.dtr()
	c.low = !on
	return c.dtrEdge(was)
}

func (c *circuits) dtrEdge(was bool) []Event {
	if c.dtr() == was {
		return nil
	}
	return []Event{{Kind: DTR, On: c.dtr()}}
}

// hostBaud is the speed that a host has set; 0: none has.
func (c *circuits) hostBaud() int {
	if c.told {
		return c.baud
	}
	return 0
}

// reset is a new host's open: DTR is asserted, the speed stays what it was.
func (c *circuits) reset() { c.zero, c.low = false, false }
