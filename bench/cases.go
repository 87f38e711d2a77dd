//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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

// quiet are the arguments of a modem.
var quiet = []string{"--quiet", "--seed", "1"}

// roundTrips measures AT to OK.
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
	return take(ctx, roundTripPairs, modem.roundTrips, responder.roundTrips,
		row{name: "AT round trip, p50 (C responder)", show: microseconds},
		row{name: "AT round trip, p99 (C responder)", show: microseconds})
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

// transfers measures a file from the embedded FTP server to the host and one from the host to the server, each up to the modem's last word.
func transfers(ctx context.Context, p programs) ([]row, error) {
	files := filepath.Join(p.folder, "files")
	if err := os.Mkdir(files, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(files, "file.bin"), make([]byte, transferSize), 0o644); err != nil {
		return nil, err
	}
	modem, err := connect(ctx, p.modemsim, append(quiet, "--files", files)...)
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
	down, err := take(ctx, transferPairs, modem.fetch, mover.download, row{name: "FTP to pty (C mover)", show: mebibytes})
	if err != nil {
		return nil, err
	}
	up, err := take(ctx, transferPairs, modem.store, mover.upload, row{name: "pty to FTP (C mover)", show: mebibytes})
	return append(down, up...), err
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

// throughput is the bytes per second of a transfer.
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

// starts measures the time from starting a program to its first line.
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
