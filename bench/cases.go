//go:build unix

package main

import (
	"context"
	"fmt"
	"time"
)

const (
	roundTripPairs = 200
	roundTripBlock = 100 // round trips in one sample
	transferPairs  = 25
	transferSize   = 16 << 20 // bytes in one sample
	startPairs     = 40
)

func microseconds(s float64) string   { return fmt.Sprintf("%.0f µs", s*1e6) }
func milliseconds(s float64) string   { return fmt.Sprintf("%.1f ms", s*1e3) }
func mebibytes(perSec float64) string { return fmt.Sprintf("%.0f MiB/s", perSec/(1<<20)) }

// quiet are the arguments of modemsim.
var quiet = []string{"--quiet", "--seed", "1"}

// roundTrips measures the time from AT to OK.
func roundTrips(ctx context.Context, p programs) ([]row, error) {
	modem, err := connect(ctx, p.modemsim, quiet...)
	if err != nil {
		return nil, err
	}
	defer modem.close()
	responder, err := connect(ctx, p.responder)
	if err != nil {
		return nil, err
	}
	defer responder.close()
	rows, err := take(ctx, roundTripPairs, modem.roundTrips, responder.roundTrips,
		row{name: "AT round trip, p50 (C responder)", show: microseconds},
		row{name: "AT round trip, p99 (C responder)", show: microseconds})
	return append(rows, cpuRow("AT round trip, CPU time (C responder)", microseconds, modem, responder, (roundTripPairs+1)*roundTripBlock)), err
}

// cpuRow ends both sides of a case and returns the row of the processor time that they took for
// each of pieces of work.
func cpuRow(name string, show func(float64) string, modem, reference *host, pieces float64) row {
	return row{name: name, show: show, modem: []float64{modem.cpu() / pieces}, reference: []float64{reference.cpu() / pieces}}
}

func (h *host) roundTrips() ([]float64, error) {
	times := make([]float64, roundTripBlock)
	for i := range times {
		begin := time.Now()
		if err := h.send("AT\r"); err != nil {
			return nil, err
		}
		if err := h.expect("AT\r\r\nOK\r\n"); err != nil {
			return nil, err
		}
		times[i] = time.Since(begin).Seconds()
	}
	return []float64{quantile(times, 0.5), quantile(times, 0.99)}, nil
}

// downloads measures a file from the embedded FTP server to the host, up to NO CARRIER.
func downloads(ctx context.Context, p programs) ([]row, error) {
	return transfers(ctx, p, "FTP to pty", (*host).fetch, (*host).download)
}

// uploads measures a file from the host to the embedded FTP server, up to the modem's OK.
func uploads(ctx context.Context, p programs) ([]row, error) {
	return transfers(ctx, p, "pty to FTP", (*host).store, (*host).upload)
}

func transfers(ctx context.Context, p programs, name string, modemSide, moverSide func(*host) ([]float64, error)) ([]row, error) {
	modem, err := connect(ctx, p.modemsim, append(quiet, "--files", p.files)...)
	if err != nil {
		return nil, err
	}
	defer modem.close()
	mover, err := connect(ctx, p.mover)
	if err != nil {
		return nil, err
	}
	defer mover.close()
	if err := modem.logIn(); err != nil {
		return nil, err
	}
	rows, err := take(ctx, transferPairs,
		func() ([]float64, error) { return modemSide(modem) },
		func() ([]float64, error) { return moverSide(mover) },
		row{name: name + " (C mover)", show: mebibytes})
	return append(rows, cpuRow(name+", CPU time per MiB (C mover)", milliseconds, modem, mover, (transferPairs+1)*transferSize>>20)), err
}

func (h *host) logIn() error {
	if err := h.send("ATE0\r"); err != nil {
		return err
	}
	if err := h.expect("ATE0\r\r\nOK\r\n"); err != nil {
		return err
	}
	for _, line := range []string{"AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","password"`, "AT+AFTPTYPE=0"} {
		if err := h.command(line); err != nil {
			return err
		}
	}
	return nil
}

// throughput returns the bytes per second of a transfer.
func throughput(transfer func() error) ([]float64, error) {
	begin := time.Now()
	err := transfer()
	return []float64{transferSize / time.Since(begin).Seconds()}, err
}

func (h *host) fetch() ([]float64, error) {
	for _, line := range []string{"AT+AFTPPASV=1", `AT+AFTPRETR="file.bin"`} {
		if err := h.command(line); err != nil {
			return nil, err
		}
	}
	return throughput(func() error {
		if err := h.send("AT+AFTPDATA\r"); err != nil {
			return err
		}
		if err := h.expect("\r\nCONNECT\r\n"); err != nil {
			return err
		}
		if err := h.skip(transferSize); err != nil {
			return err
		}
		return h.expect("\r\nNO CARRIER\r\n")
	})
}

func (h *host) store() ([]float64, error) {
	for _, line := range []string{"AT+AFTPPASV=1", `AT+AFTPSTOR="stored.bin"`} {
		if err := h.command(line); err != nil {
			return nil, err
		}
	}
	if err := h.send("AT+AFTPDATA\r"); err != nil {
		return nil, err
	}
	if err := h.expect("\r\nCONNECT\r\n"); err != nil {
		return nil, err
	}
	return throughput(func() error {
		if err := h.give(transferSize); err != nil {
			return err
		}
		if err := h.send("+++"); err != nil {
			return err
		}
		return h.expect("\r\nOK\r\n")
	})
}

func (h *host) download() ([]float64, error) {
	return throughput(func() error {
		if err := h.send(fmt.Sprintf("d %d", transferSize)); err != nil {
			return err
		}
		return h.skip(transferSize)
	})
}

func (h *host) upload() ([]float64, error) {
	if err := h.send(fmt.Sprintf("u %d", transferSize)); err != nil {
		return nil, err
	}
	if err := h.expect("\n"); err != nil {
		return nil, err
	}
	return throughput(func() error {
		if err := h.give(transferSize); err != nil {
			return err
		}
		return h.expect("\n")
	})
}

// starts measures the time from the start of a program to its first line.
func starts(ctx context.Context, p programs) ([]row, error) {
	first := func(program string, args ...string) measure {
		return func() ([]float64, error) {
			begin := time.Now()
			process, err := start(ctx, program, args...)
			took := time.Since(begin).Seconds()
			if err != nil {
				return nil, err
			}
			process.stop()
			return []float64{took}, nil
		}
	}
	return take(ctx, startPairs, first(p.modemsim, quiet...), first(p.empty), row{name: "start to first line (empty Go program)", show: milliseconds})
}
