package sim_test

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/modemsim/modemsim/sim/faults"
)

// Trials of what goes wrong on the serial line.
func init() {
	trials = append(trials,
		trial{"bytes-lost-in-download", fetchPatiently, sizeNotCompared, "bytes-lost-in-download.scn:6"},
		trial{"line-too-long", fetchInFolder, wholePathInLine, "line-too-long.scn:4"},
		trial{"noise-at-open", fetchPatiently, stringsEndAtNUL, "noise-at-open.scn:5"},
		trial{"noise-on-commands", fetchPatiently, activateOnce, "noise-on-commands.scn:5"},
		trial{"flow-control-in-data", fetchPatiently, ttyEatsXON, "flow-control-in-data.scn:4"},
		trial{"wrong-speed", searchSpeed, atOneSpeed, "wrong-speed.scn:4"},
		trial{"speed-found-by-first-line", searchSpeed, echoOffFirst, "speed-found-by-first-line.scn:4"},
		trial{"speed-changes-before-ok", changeSpeedSearching, okAtOldSpeed, "speed-changes-before-ok.scn:5"},
		trial{"speed-changes-at-restart", changeSpeedSearching, changeSpeedAtOK, "speed-changes-at-restart.scn:5"},
		trial{"upload-overrun", storeAndCompare, storeUnpaced, "upload-overrun.scn:5"},
	)
}

// sizeNotCompared has the bug of taking NO CARRIER for the end of a whole file.
func sizeNotCompared(h *dte) {
	h.connect()
	h.fetch("fw.bin", 0)
}

// activateOnce has the bug of sending each command once.
func activateOnce(h *dte) {
	h.ask("AT")
	h.ask("AT+AIPA=1")
}

// The file of line-too-long.
const (
	longFolder = "measurements-of-the-pumping-station-by-the-river-of-the-year-that-has-just-ended-and-of-the-year-before"
	longName   = "pressure-at-the-inlet-and-the-outlet-of-all-pumps-in-hours-of-operation-and-in-standby-with-remarks.csv"
)

// fetchInFolder goes to the folder first.
func fetchInFolder(h *dte) {
	if h.logInPatiently() && h.ok(`AT+AFTPCD="/`+longFolder+`"`) {
		h.fetchWhole(longName)
	}
}

// wholePathInLine has the bug of forgetting how long a line may be.
func wholePathInLine(h *dte) {
	h.connect()
	h.fetch(longFolder+"/"+longName, 0)
}

// stringsEndAtNUL has the bug of looking into a buffer, which it never clears,
// with functions for strings.
func stringsEndAtNUL(h *dte) {
	for range 5 {
		h.send("AT\r")
		time.Sleep(time.Second)
		h.got = append(h.got, h.d.host.take()...)
		if text, _, _ := bytes.Cut(h.got, []byte{0}); bytes.Contains(text, []byte("OK")) {
			h.connect()
			return
		}
	}
}

// ttyEatsXON has the bug of a tty with software flow control: XON and XOFF do
// not reach the program.
func ttyEatsXON(h *dte) {
	h.connect()
	for range 3 {
		file := h.download("fw.bin", 4096)
		if !bytes.ContainsAny(file, "\x11\x13") {
			return
		}
	}
}

// store uploads log.bin in pieces of 250 bytes with a pause behind each, and
// reports whether the server has all of it.
func (h *dte) store(content []byte, pause time.Duration) bool {
	if !h.ok("AT+AFTPPASV=1") || !h.ok(`AT+AFTPSTOR="log.bin"`) {
		return false
	}
	h.ask("AT+AFTPDATA")
	for piece := range slices.Chunk(content, 250) {
		h.send(string(piece))
		time.Sleep(pause)
	}
	h.send("+++")
	h.await(anyFinal, time.Minute)
	stored, _ := h.value(`AT+AFTPSIZE="log.bin"`, size, 2)
	return stored == strconv.Itoa(len(content))
}

// storeAndCompare sends slower when the server has got less than was sent.
func storeAndCompare(h *dte) {
	if !h.logInPatiently() {
		return
	}
	content := faults.Content("log.bin", 8192, false)
	for _, pause := range []time.Duration{0, 200 * time.Millisecond, 300 * time.Millisecond} {
		if h.store(content, pause) {
			return
		}
	}
}

// storeUnpaced has the bug of trusting the OK behind the data.
func storeUnpaced(h *dte) {
	h.connect()
	h.ok("AT+AFTPPASV=1")
	h.ok(`AT+AFTPSTOR="log.bin"`)
	h.ask("AT+AFTPDATA")
	h.send(string(faults.Content("log.bin", 8192, false)) + "+++")
	h.await(anyFinal, time.Minute)
}

// findSpeed tries speeds until AT is answered OK.
func (h *dte) findSpeed() bool {
	for range 3 {
		for _, baud := range []int{115200, 9600} {
			h.d.host.SetSpeed(baud)
			for range 2 {
				h.send("AT\r")
				if _, ok := h.await(anyFinal, 2*time.Second); ok {
					return true
				}
				h.calm(time.Second)
			}
		}
	}
	return false
}

// searchSpeed looks for the module's speed first.
func searchSpeed(h *dte) {
	if h.findSpeed() {
		h.connect()
	}
}

// atOneSpeed has the bug of knowing one speed.
func atOneSpeed(h *dte) {
	h.d.host.SetSpeed(115200)
	if h.until("AT", 5) {
		h.connect()
	}
}

// echoOffFirst has the bug of sending ATE0 as its first line.
func echoOffFirst(h *dte) {
	h.d.host.SetSpeed(115200)
	if h.until("ATE0", 3) {
		h.connect()
	}
}

// changeSpeedSearching sets another speed, and looks which one it is then.
func changeSpeedSearching(h *dte) {
	if h.findSpeed() {
		h.ask("AT+IPR=9600")
		searchSpeed(h)
	}
}

// okAtOldSpeed has the bug of waiting for the OK at the old speed.
func okAtOldSpeed(h *dte) {
	h.d.host.SetSpeed(115200)
	if h.until("AT+IPR=9600", 3) {
		h.d.host.SetSpeed(9600)
		h.connect()
	}
}

// changeSpeedAtOK has the bug of going on at the new speed when +IPR is
// answered.
func changeSpeedAtOK(h *dte) {
	h.d.host.SetSpeed(115200)
	h.ok("AT+IPR=9600")
	h.d.host.SetSpeed(9600)
	if h.until("AT", 5) {
		h.connect()
	}
}
