package main

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// readyEnv is the variable with the socket of a service manager that wants to know when modemsim is
// ready (sd_notify(3)).
const readyEnv = "NOTIFY_SOCKET"

// notifyReady tells the service manager, if there is one, that hosts can connect.
func notifyReady() error {
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
