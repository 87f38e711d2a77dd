package sim

import (
	"fmt"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/exchange"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/messages"
)

// A postOffice is the message centre as the module knows it: what it makes of the
// host's messages, and those that wait for the module. Only the owner uses it.
type postOffice struct {
	exchange *exchange.Exchange
	line     *exchange.Line
	waiting  []exchange.Item // for room in the memory, or for the module to be reached
	sent     messages.Joiner // parts of long messages of the host
	longOnes byte            // the reference of the last long message that came
}

// maxWaiting is how many messages wait in the message centre; more are lost.
const maxWaiting = 1000

// Network connects the modem to others on an exchange, where its number, the
// setting number, has to be its own: messages to it reach it. Without this option
// a modem has an exchange of its own, with nobody else on it.
func Network(x *exchange.Exchange) Option { return func(c *config) { c.exchange = x } }

// joinNetwork connects the modem to an exchange, under its number.
func (m *Modem) joinNetwork(x *exchange.Exchange) error {
	if x == nil {
		x = exchange.New()
	}
	chance := faults.Chance(m.seed, "messages")
	m.state.Messages.Reference, m.longOnes = byte(chance.Uint32()), byte(chance.Uint32())
	line, err := x.Join(m.state.Settings.Number, m.itemsCome)
	if err != nil {
		return fmt.Errorf("%w (the setting number gives it one of its own)", err)
	}
	m.exchange, m.line = x, line
	return nil
}

// takeItems takes what has come from the exchange.
func (m *Modem) takeItems() {
	for _, item := range m.line.Take() {
		if item.Signal != nil {
			m.signalled(*item.Signal)
		} else {
			m.arrive(item)
		}
	}
	m.deliver()
}

// arrive puts an item behind those that wait in the message centre.
func (m *Modem) arrive(item exchange.Item) {
	if len(m.waiting) == maxWaiting {
		m.transcript.note("message lost, %d wait in the message centre", maxWaiting)
		return
	}
	if item.PDU.Centre.Addr == "" {
		item.PDU.Centre = m.centreAddress()
	}
	m.waiting = append(m.waiting, item)
}

// centreAddress is the address of the message centre that messages come from.
func (m *Modem) centreAddress() messages.Address {
	a, err := messages.ParseNumber(m.state.Settings.SMSC, 0)
	if err != nil { // the setting is empty
		return messages.Address{}
	}
	return a
}

// deliver brings the module what waits for it, as long as it can be reached and
// has room. A full memory is told to nobody, as on the module (AT manual).
func (m *Modem) deliver() {
	for len(m.waiting) > 0 && m.reached() {
		item := m.waiting[0]
		t, err := item.PDU.From()
		if err != nil { // it was read when it was made
			m.waiting = m.waiting[1:]
			continue
		}
		a := m.state.Arrive(item.PDU, t, m.ch.inData())
		if !a.Taken {
			return
		}
		m.waiting = m.waiting[1:]
		if item.Received != nil {
			item.Received(m.Now().UTC())
		}
		if a.URC != "" {
			m.ch.urc(a.URC)
		}
		if a.Index > 0 {
			m.note(Event{Kind: scenarios.EventSMSStored, N: int64(a.Index)})
		}
	}
	if len(m.waiting) == 0 {
		m.waiting = nil
	}
}

// reached reports whether the message centre reaches the module.
func (m *Modem) reached() bool {
	return m.power == powerOn && m.state.SIM.State == commands.SIMReady && m.state.GPRS.Registration().Registered()
}

// itemsCome is called by the exchange.
func (m *Modem) itemsCome() { m.beside(func() { m.post(m.takeItems) }) }

// A centreRule is what a scenario makes of the message centre.
type centreRule struct {
	scenarios.SMSCentreAction
	rule *rule // fires when it first acts; nil: it has
}

// hit fires the rule of the message centre's behaviour when it first acts.
func (m *Modem) hit() {
	if r := m.script.centre.rule; r != nil {
		m.script.centre.rule = nil
		m.fire(r)
	}
}

// Send implements [commands.Engine].
func (m engine) Send(p messages.PDU, t *messages.TPDU) error {
	switch b := m.script.centre; b.Behaviour {
	case scenarios.CentreRefuses:
		m.hit()
		return &commands.Reason{Result: commands.CMS(b.CMS), Why: "the message centre refuses the message"}
	case scenarios.CentreDelays:
		m.hit()
		if err := m.sleep(b.Delay); err != nil {
			return err
		}
	}
	m.submitted(t, m.Now().UTC())
	return nil
}

// submitted lets the message centre pass a message on that it has taken.
func (m *Modem) submitted(t *messages.TPDU, sent time.Time) {
	number := messages.ShowAddress(t.DA)
	m.passOn(number, t, sent)
	if text, whole := m.sent.Add(number, t); whole {
		m.note(Event{Kind: scenarios.EventSMSSent, Number: number, Text: text})
	}
}

// passOn sends a message to its receiver. One that nobody has the number of is
// received at once, by somebody who is not here.
func (m *Modem) passOn(number string, t *messages.TPDU, sent time.Time) {
	b := m.script.centre.Behaviour
	if b == scenarios.CentreLoses {
		m.hit()
		return
	}
	from, err := messages.ParseNumber(m.state.Settings.Number, 0)
	if err != nil { // the setting is a number
		return
	}
	p, err := messages.Deliver(t, from, sent)
	if err != nil { // what was read can be written
		m.log.Error("passing a message on failed", "error", err)
		return
	}
	item := exchange.Item{PDU: p}
	switch wants := messages.WantsReport(t); {
	case wants && b == scenarios.CentreUnreported:
		m.hit()
	case wants:
		item.Received = m.reportTo(m.state.Settings.Number, t, sent)
	}
	there := false
	for range m.copies() {
		there = m.route(number, item) || there
	}
	if !there && item.Received != nil { // somebody who is not here has it at once
		m.arriveSoon(reportOn(t, sent, sent))
	}
}

// reportTo returns what sends the status report on a message to its sender. It
// may be called by another modem.
func (m *Modem) reportTo(sender string, t *messages.TPDU, sent time.Time) func(time.Time) {
	x := m.exchange
	return func(received time.Time) { x.Send(sender, reportOn(t, sent, received)) }
}

// reportOn is the status report on a message.
func reportOn(t *messages.TPDU, sent, received time.Time) exchange.Item {
	p, err := messages.Report(t, t.MR, sent, received)
	if err != nil { // the number was read from a message
		return exchange.Item{}
	}
	return exchange.Item{PDU: p}
}

// route sends an item to the modem that has a number, if there is one.
func (m *Modem) route(number string, item exchange.Item) bool {
	if m.line.Has(number) {
		m.arriveSoon(item)
		return true
	}
	return m.exchange.Send(number, item)
}

// arriveSoon lets an item come once what is being done is over.
func (m *Modem) arriveSoon(item exchange.Item) {
	m.arrive(item)
	m.timers.after(0, m.deliver)
}

// copies is how often a message is delivered.
func (m *Modem) copies() int {
	if m.script.centre.Behaviour == scenarios.CentreDoubles {
		m.hit()
		return 2
	}
	return 1
}

// actSMS lets a message come, or changes what the message centre does.
func actSMS(m *Modem, r *rule) bool {
	switch a := r.Action.Args.(type) {
	case scenarios.SMSCentreAction:
		m.script.centre = centreRule{a, r}
		if a.Behaviour == scenarios.CentreAccepts {
			m.script.centre.rule = nil
			return true
		}
		return false // it fires when it first acts
	case scenarios.SMSPDUAction:
		m.bring(a.PDU)
	case scenarios.SMSCellAction:
		return m.acted(r, m.broadcast(a))
	case scenarios.SMSAction:
		m.longOnes++
		pdus, err := messages.Compose(a.From, a.Text, m.longOnes, m.Now().UTC())
		if err != nil {
			m.fail(r, "%v", err)
			return false
		}
		m.bring(pdus...)
	}
	return true
}

// bring lets messages come from the network.
func (m *Modem) bring(pdus ...messages.PDU) {
	for range m.copies() {
		for _, p := range pdus {
			m.arrive(exchange.Item{PDU: p})
		}
	}
	m.deliver()
}

// serialStep is between the serial numbers of messages of a cell: the rest of one
// counts the updates of a message (23.041 9.4.1.2.1).
const serialStep = 1 << 4

// broadcast lets the cell send a message to the module, which it reaches at once or
// not at all.
func (m *Modem) broadcast(a scenarios.SMSCellAction) error {
	m.longOnes++
	pages, err := messages.Broadcast(int(m.longOnes)*serialStep, a.Kind, a.Text)
	if err != nil {
		return err
	}
	for _, p := range pages {
		urc, reason := "", "the module is not registered"
		if m.power == powerOn && m.state.GPRS.Registration().Registered() {
			urc, reason = m.state.Broadcast(p, m.ch.inData())
		}
		if reason != "" {
			m.transcript.note("message of the cell lost: %s", reason)
			break
		}
		if urc != "" {
			m.ch.urc(urc)
		}
	}
	return nil
}
