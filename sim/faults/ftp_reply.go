package faults

// FTPReply is another reply of the server to an FTP command, which does not go
// out; with End the reply at the end of its data. A preliminary reply (1xx) to a
// command with data takes the place of the server's, and the data pass.
type FTPReply struct {
	Verb string // in capitals; CONNECT: the server's greeting
	Code int    // 100 to 599
	Text string // behind the code; line feeds make it a reply of several lines
	End  bool
}

// Command implements [Wire].
func (f FTPReply) Command(verb string) Outcome {
	if verb != f.Verb {
		return Outcome{}
	}
	return Outcome{Code: f.Code, Text: f.Text, End: f.End}
}
