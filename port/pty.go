package port

import "io/fs"

// PTYOptions says how a pty is offered. The zero value is a pty as the system makes it: its creator alone can open it.
type PTYOptions struct {
	Link  string      // path of a symbolic link to make; replaces a symbolic link, nothing else
	Mode  fs.FileMode // permissions; 0 leaves them
	Group string      // name or number of the group that gets it; "" leaves it
}
