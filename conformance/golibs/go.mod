// What other Go libraries do with the modem; a module of its own, so that the modem's needs none of them.
module github.com/modemsim/modemsim/conformance/golibs

go 1.26.0

require (
	github.com/modemsim/modemsim v0.0.0
	github.com/warthog618/modem v0.4.0
	github.com/warthog618/sms v0.3.0
	go.bug.st/serial v1.8.0
	go.uber.org/goleak v1.3.0
)

require (
	github.com/creack/pty v1.1.24 // indirect
	github.com/fclairamb/ftpserverlib v0.32.3 // indirect
	github.com/jlaffaye/ftp v0.2.4 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/spf13/afero v1.15.0 // indirect
	github.com/tarm/serial v0.0.0-20180830185346-98f6abe2eb07 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.28.0 // indirect
)

replace github.com/modemsim/modemsim => ../..

tool (
	github.com/warthog618/modem/cmd/sendsms
	github.com/warthog618/modem/cmd/waitsms
)
