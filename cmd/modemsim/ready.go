package main

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// readyEnv names the socket of the service manager that started modemsim, if it
// wants to know when that is ready (sd_notify(3)).
const readyEnv = "NOTIFY_SOCKET"

// tellReady tells the service manager, where there is one, that hosts can come.
func tellReady() error {
	name := os.Getenv(readyEnv)
	if name == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err == nil {
		_, err = c.Write([]byte("READY=1"))
		err = errors.Join(err, c.Close())
	}
	if err != nil {
		return fmt.Errorf("telling %s that the modem is ready: %w (unset it where nobody listens)", readyEnv, err)
	}
	return nil
}
