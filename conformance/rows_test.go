package conformance

// A row is a row of the table in docs/ftp-servers.md: a case that is run with every server.
type row struct {
	name string // name of the section in a server's golden file
	// shows are the +AFTP commands whose first answer the table shows, in addition to the notes.
	shows []string
}

var rows = []row{
	{"login", []string{"PASS", "TYPE=1", "TYPE=0"}},
	{"wrong password", []string{"O=", "PASS"}},
	{"download", []string{"RETR"}},
	{"download of nothing", []string{"RETR"}},
	{"large download", []string{"RETR"}},
	{"upload", []string{"STOR"}},
	{"upload of nothing", []string{"STOR"}},
	{"large upload", []string{"STOR"}},
	{"size", []string{"SIZE="}},
	{"resume", []string{"REST="}},
	{"resumed upload", []string{"REST="}},
	{"missing file", []string{"SIZE", "RETR"}},
	{"refusals in the server's words", []string{"O=", "SIZE", "RETR", "STOR", "CD", "RMD", "DELE"}},
	{"folders", []string{"MKD", "CD", "DELE", "RMD"}},
	{"names with blanks", []string{"MKD"}},
	{"names with quotes", []string{"MKD"}},
	{"names in UTF-8", []string{"MKD"}},
	{"ASCII download", []string{"RETR"}},
	{"ASCII download of CR LF lines", nil},
	{"ASCII upload", nil},
	{"size in ASCII", []string{"SIZE"}},
	{"restart in ASCII", []string{"REST", "RETR"}},
	{"restart at the end", []string{"REST", "RETR"}},
	{"restart beyond the end", []string{"REST", "RETR"}},
	{"no PASV", []string{"RETR", "STOR"}},
	{"folder instead of a file", []string{"SIZE", "RETR", "STOR", "DELE", "CD"}},
	{"unreadable file", []string{"SIZE", "RETR", "STOR"}},
	{"server killed before the login", []string{"USER"}},
	{"server killed after the login", []string{"TYPE"}},
	{"server killed after PASV", []string{"RETR"}},
	{"server killed in a download", nil},
	{"server killed in an upload", nil},
	{"server killed while an upload pauses", nil},
	{"server hangs in a download", nil},
	{"server hangs in an upload", nil},
	{"host stalls in a download", nil},
	{"host pauses in an upload", nil},
	{"idle", nil},
	{"unused PASV", []string{"RETR"}},
	{"too many connections", []string{"O="}},
	{"too many logins", []string{"USER", "PASS"}},
	{"foreign address in the reply to PASV", []string{"PASV"}},
	{"foreign address believed", []string{"RETR"}},
}
