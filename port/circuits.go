package port

// circuits holds the speed that a host last set and the state of its DTR.
type circuits struct {
	baud int  // last speed other than 0, bit/s
	set  bool // a Speed event was sent, so baud was set by a host
	zero bool // the speed is 0 (B0)
	low  bool // DTR was dropped on its own, not by speed 0
}

func (c *circuits) dtr() bool { return !c.zero && !c.low }

// setSpeed records the host's speed and returns the events that follow from it. Bytes that came
// with the speed belong before the events of speed 0, and after those of any other.
func (c *circuits) setSpeed(baud int) []Event {
	was := c.dtr()
	c.zero = baud == 0
	events := c.dtrEdge(was)
	if baud != 0 && baud != c.baud {
		c.baud, c.set = baud, true
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

// hostBaud returns the speed that a host has set, or 0 if none has.
func (c *circuits) hostBaud() int {
	if c.set {
		return c.baud
	}
	return 0
}

// reset prepares for the open of a new host: DTR is asserted, the speed stays what it was.
func (c *circuits) reset() { c.zero, c.low = false, false }
