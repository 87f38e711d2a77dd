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
	lastRetry   = time.Second           // a connection that lives that long is a good one
	connectWait = 10 * time.Second      // for an answer of the far end
)

// Connector is a port whose far end listens, or is a serial device: the modem connects to the host. When there is nobody, or the connection is lost, it
// tries again: after 50 ms, then after twice as long each time, up to 1 s. A Notice tells the first failure, and another one that it went well afterwards, for
// a second at least: a far end that closes each connection at once is told once.
type Connector struct {
	streamPort
	address Address
	baud    int  // of the line at the far end; 0 where there is none. mu guards it
	failing bool // a failure was told, and no good connection since. mu guards it
}

// Connect opens a port to an address that [ParseAddress] takes. It does not wait for the far end.
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

// Path is what the port connects to.
func (p *Connector) Path() string { return p.address.String() }

// Address is that of Path.
func (p *Connector) Address() Address { return p.address }

// SetSpeed changes the speed of the line that is a serial device or, over RFC 2217, lies behind the far end: to 300 to 921600 bit/s, behind the bytes written
// before, and for later connections too. A line that does not take it tells a Notice. Other addresses have no such line, and nothing changes.
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

// Speed is that of the line, in bit/s: the last that SetSpeed was given, at first that of the address. It is 0 where there is no such line.
func (p *Connector) Speed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.baud
}

// Settle is that of [Socket].
func (p *Connector) Settle() { p.settle(nil) }

// Close ends the port, after it gave the host up to 200 ms to read what was written.
func (p *Connector) Close() error { return p.close(func() error { return nil }) }

// keepConnected connects again and again until the port is closed.
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
			p.tellFailure(err)
		}
		p.sleep(wait)
		wait = min(2*wait, lastRetry)
	}
}

// serve lets a connection live that was made at some speed. It is true when that was a good one.
func (p *Connector) serve(c *connection, speed int) (good bool) {
	if !p.begin(c) {
		_ = c.far.Close() // the port is closed
		return false
	}
	if now := p.Speed(); now != speed { // it was set meanwhile
		_ = p.SetSpeed(now) // for the second time, hence without an error
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

// tellFailure tells a failure to connect.
func (p *Connector) tellFailure(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text := p.failure(err); text != "" {
		p.events.push(Event{Kind: Notice, Text: text})
	}
}

// succeeded tells the end of failures, where c is still there.
func (p *Connector) succeeded(c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failing && p.conn == c {
		p.failing = false
		p.events.push(Event{Kind: Notice, Text: p.name() + ": connected"})
	}
}

// name is that of the far end in notices.
func (p *Connector) name() string {
	if p.address.Path != "" {
		return p.address.Path
	}
	return p.address.hostPort()
}

// farewell is the notice about a connection that is not there any more; mu is held.
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

// failure is the notice about a connection that is not there; "" is none, for the first failure alone is told. mu is held.
func (p *Connector) failure(err error) string {
	if p.failing {
		return ""
	}
	p.failing = true
	text := strings.TrimPrefix(reason(err).Error(), "port: ")
	text = strings.TrimPrefix(text, p.name()+": ")
	return fmt.Sprintf("%s: %s; trying again until it is there", p.name(), text)
}

// dial tries to connect once, at a speed of the line.
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

// protocol is a new one of the port's.
func (p *Connector) protocol(speed int) protocol {
	if p.address.Network == "rfc2217" {
		return newRFC2217Client(speed)
	}
	return raw{}
}
