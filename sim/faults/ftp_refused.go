package faults

// FTPRefused is a connection to the FTP server that is refused.
type FTPRefused struct {
	Connection string // CONNECT or DATA
}

// Command implements [Wire].
func (f FTPRefused) Command(verb string) Outcome { return Outcome{Refused: verb == f.Connection} }
