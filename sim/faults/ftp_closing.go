package faults

// FTPClosing is a server that says 421 and closes the connection, whatever it is
// asked.
type FTPClosing struct {
	Text string // behind the code
}

// Command implements [Wire].
func (f FTPClosing) Command(verb string) Outcome {
	if verb == "DATA" { // which has no reply
		return Outcome{}
	}
	return Outcome{Code: 421, Text: f.Text}
}
