package port

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

const (
	firstRetry  = 50 * time.Millisecond // then twice as long each time
	lastRetry   = time.Second           // also how long a connection must live to count as good
	connectWait = 10 * time.Second      // for the far end to answer
)

// Connector is a port that connects to a host that listens, or opens a serial device. When that
// fails or the connection is lost, it tries again after 50 ms, then after twice as long each time,
// up to 1 s. A Notice reports the first failure, and another one the first connection that lasted a
// second, so a far end that closes every connection at once is reported once.
type Connector struct {
	streamPort
	address Address
	baud    int  // speed of the line at the far end, 0 if there is none; guarded by mu
	failing bool // a failure was reported, and no good connection since; guarded by mu
}

// Connect opens a port that connects to an address as [ParseAddress] reads it. It does not wait for
// the far end.
func Connect(address string) (*Connector, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if (a.Network == "tcp" || a.Network == "rfc2217") && a.Port == 0 {
		return nil, fmt.Errorf("port: %s: there is no port to connect to: write %s:HOST:PORT", address, a.Network)
	}
	p := &Connector{address: a, baud: a.Baud}
	if a.Network == "rfc2217" && a.Baud == 0 {
		p.baud = serialBaud
	}
	p.init()
	p.ended.Go(p.keepConnected)
	return p, nil
}

// Path returns the address that the port connects to.
func (p *Connector) Path() string { return p.address.String() }

// Address returns the parsed form of Path.
func (p *Connector) Address() Address { return p.address }

// SetSpeed implements [SpeedSetter]: it sets the speed of the serial device or, over RFC 2217, of
// the line behind the far end, to 300 to 921600 bit/s. The speed also holds for later connections.
// A line that refuses it is reported in a Notice. Other addresses have no such line, and SetSpeed
// does nothing.
func (p *Connector) SetSpeed(baud int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.baud == 0:
		return nil
	case !serialSpeed(baud):
		return fmt.Errorf("port: %s: %d baud is not %d to %d", p.Path(), baud, minSerialBaud, maxSerialBaud)
	}
	p.baud = baud
	if p.conn != nil {
		p.conn.postSpeed(baud)
	}
	return nil
}

// Speed implements [SpeedSetter]. It returns the speed last given to SetSpeed, at first that of the
// address.
func (p *Connector) Speed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.baud
}

// Settle implements [Settler].
func (p *Connector) Settle() { p.settle(nil) }

// Close closes the port, after giving the host up to 200 ms to read what was written.
func (p *Connector) Close() error { return p.close(func() error { return nil }) }

// keepConnected connects, and connects again after each loss, until the port is closed.
func (p *Connector) keepConnected() {
	wait := firstRetry
	for p.life.Err() == nil {
		speed := p.Speed()
		c, err := p.dial(speed)
		switch {
		case err == nil:
			if p.serve(c, speed) {
				wait = firstRetry
			}
		case p.life.Err() == nil:
			p.reportFailure(err)
		}
		p.sleep(wait)
		wait = min(2*wait, lastRetry)
	}
}

// serve runs a connection until it ends, and reports whether it was a good one. speed is what it
// was made with.
func (p *Connector) serve(c *connection, speed int) (good bool) {
	if !p.begin(c) {
		_ = c.far.Close() // the port is closed
		return false
	}
	if now := p.Speed(); now != speed { // SetSpeed was called meanwhile
		_ = p.SetSpeed(now) // it was accepted before, so there is no error
	}
	young := time.NewTimer(lastRetry)
	defer young.Stop()
	select {
	case <-c.done:
		return false
	case <-young.C:
	}
	p.succeeded(c)
	<-c.done
	return true
}

// reportFailure reports a failure to connect.
func (p *Connector) reportFailure(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text := p.failure(err); text != "" {
		p.events.push(Event{Kind: Notice, Text: text})
	}
}

// succeeded reports that failures have ended, if c still lives.
func (p *Connector) succeeded(c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failing && p.conn == c {
		p.failing = false
		p.events.push(Event{Kind: Notice, Text: p.name() + ": connected"})
	}
}

// name returns the name of the far end for notices.
func (p *Connector) name() string {
	if p.address.Path != "" {
		return p.address.Path
	}
	return p.address.hostPort()
}

// farewell returns the notice about a connection that was lost; mu is held.
func (p *Connector) farewell(err error) string {
	switch {
	case err == nil && p.address.Network == "serial":
		err = errors.New("the device is gone")
	case err == nil:
		err = errors.New("the other end has closed the connection")
	case vanished(err):
		err = fmt.Errorf("vanished without closing the connection (%w)", reason(err))
	}
	return p.failure(err)
}

// failure returns the notice about a failure to connect, or "" if the failure before was reported
// too; mu is held.
func (p *Connector) failure(err error) string {
	if p.failing {
		return ""
	}
	p.failing = true
	text := strings.TrimPrefix(reason(err).Error(), "port: ")
	text = strings.TrimPrefix(text, p.name()+": ")
	return fmt.Sprintf("%s: %s; trying again until it is there", p.name(), text)
}

// dial tries to connect once, with the line at the given speed.
func (p *Connector) dial(speed int) (*connection, error) {
	a := p.address
	if a.Network == "serial" {
		line, err := openSerial(a.Path, speed)
		if err != nil {
			return nil, err
		}
		return &connection{far: line, proto: raw{}, name: p.name(), farewell: p.farewell}, nil
	}
	d := net.Dialer{Timeout: connectWait, KeepAliveConfig: keepAlive}
	network, at := "tcp", a.hostPort()
	if a.Network == "unix" {
		network, at = "unix", a.Path
	}
	c, err := d.DialContext(p.life, network, at)
	if err != nil {
		return nil, err
	}
	return newConnection(c, p.protocol(speed), p.name(), p.farewell), nil
}

// protocol returns a new protocol of the port's kind.
func (p *Connector) protocol(speed int) protocol {
	if p.address.Network == "rfc2217" {
		return newRFC2217Client(speed)
	}
	return raw{}
}
