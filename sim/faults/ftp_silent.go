package faults

// FTPSilent is a server that does not reply to an FTP command, which does not go
// out; with End it does, and the reply at the end of its data is lost. The
// module waits until its time limit.
type FTPSilent struct {
	Verb string // in capitals; CONNECT: no greeting comes
	End  bool
}

// Command implements [Wire].
func (f FTPSilent) Command(verb string) Outcome {
	if verb != f.Verb {
		return Outcome{}
	}
	return Outcome{Silent: true, End: f.End}
}
