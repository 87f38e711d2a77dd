package faults

// FTPShort is a server whose part in the data of a transfer ends at a byte, with a reply of its
// own. It sends no more of a download. Of an upload it keeps no more: with a success (2xx) it takes
// the rest and drops it, with anything else it ends the transfer there.
type FTPShort struct {
	Verb string // RETR or STOR
	At   int64  // bytes of the transfer
	Code int    // 200 to 599
	Text string // behind the code; line feeds make it a reply of several lines
}

// Command implements [Wire].
func (f FTPShort) Command(verb string) Outcome {
	if verb != f.Verb {
		return Outcome{}
	}
	return Outcome{Code: f.Code, Text: f.Text, Short: true, At: f.At}
}
