package port

import "io/fs"

// PTYOptions are the options of a pty. The zero value is a pty as the system makes it, which only
// its creator can open.
type PTYOptions struct {
	Link  string      // path of a symbolic link to make; replaces that of a killed modem alone
	Mode  fs.FileMode // permissions; 0 keeps those of the system
	Group string      // name or number of its group; "" keeps that of the system
}
