package port

// A protocol encodes what travels over a connection: the modem's bytes alone, or bytes with
// commands between them. Its owner calls one method at a time.
type protocol interface {
	// start returns what is sent first.
	start() []byte
	// receive decodes bytes of the far end. It returns the events in them, in order, and what to
	// answer.
	receive(p []byte) (events []Event, answer []byte)
	// encode returns bytes of the modem as they travel.
	encode(p []byte) []byte
	// signal returns what tells the far end the circuits that the modem drives. It is empty if the
	// far end does not want to know, or if none has changed for it.
	signal(s Signals) []byte
	// held reports whether the far end has asked for silence. All output to it then waits.
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
