package faults

// FTPUnreachable is a connection to the FTP server that does not come about
// within the module's time limit.
type FTPUnreachable struct {
	Connection string // CONNECT or DATA
}

// Command implements [Wire].
func (f FTPUnreachable) Command(verb string) Outcome {
	return Outcome{Unreachable: verb == f.Connection}
}
