package port

// A protocol is what travels over a connection: the modem's bytes alone, or with commands between them. Its owner calls one method at a time.
type protocol interface {
	// start is what is sent first.
	start() []byte
	// receive takes bytes of the far end. It returns what they tell, in their order, and what is to be answered.
	receive(p []byte) (events []Event, answer []byte)
	// encode is how bytes of the modem travel.
	encode(p []byte) []byte
	// signal is how the far end learns the circuits that the modem drives; nothing when it does not want to, or none has changed for it.
	signal(s Signals) []byte
	// held reports whether the far end has asked for silence: all that is for it then waits.
	held() bool
}

// raw is the protocol of a stream without commands.
type raw struct{}

func (raw) start() []byte { return nil }
func (raw) receive(p []byte) ([]Event, []byte) {
	return []Event{{Kind: Data, Data: append([]byte(nil), p...)}}, nil
}
func (raw) encode(p []byte) []byte { return p }
func (raw) signal(Signals) []byte  { return nil }
func (raw) held() bool             { return false }
