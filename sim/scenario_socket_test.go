package sim_test

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"
)

func init() {
	trials = append(trials,
		trial{"socket-close-notice", closesAndOpens, opensAtOnce, "socket-close-notice.scn:4"},
		trial{"socket-refused", triesLater, triesAtOnce, "socket-refused.scn:4"},
		trial{"send-window-closed", keepsWhatIsRefused, dropsWhatIsRefused, "send-window-closed.scn:4"},
		trial{"name-unknown", asksForNameAgain, givesNameUp, "name-unknown.scn:5"},
		trial{"socket-data-split", putsTogether, readsOneNotice, "socket-data-split.scn:4"},
	)
}

// A socketHost is a host program that talks to an echo over a socket in command mode.
type socketHost struct{ *dte }

// start activates the context and opens the socket.
func (h socketHost) start() bool { return h.ok("ATE0") && h.ok("AT+AIPA=1") && h.open() }

func (h socketHost) open() bool { return h.ok(`AT+AIPO=1,,"203.0.113.5",7`) }

// write sends bytes.
func (h socketHost) write(n int) bool {
	return h.ok(fmt.Sprintf(`AT+AIPW=1,"%s"`, strings.Repeat("41", n)))
}

var closeNotice = regexp.MustCompile(`\r\n\+AIPC: 1\r\n`)

// closesAndOpens frees its socket when the far end has closed it.
func closesAndOpens(d *dte) {
	h := socketHost{d}
	h.start()
	h.write(10)
	if _, closed := h.await(closeNotice, time.Minute); closed {
		h.ok("AT+AIPC=1")
		h.open()
	}
}

// opensAtOnce takes the notice for the answer to a close.
func opensAtOnce(d *dte) {
	h := socketHost{d}
	h.start()
	h.write(10)
	if _, closed := h.await(closeNotice, time.Minute); closed {
		for range 3 {
			h.open()
			time.Sleep(20 * time.Second)
		}
	}
}

func triesLater(d *dte) { triesAfter(d, 5*time.Second) }

func triesAtOnce(d *dte) { triesAfter(d, 0) }

// triesAfter opens a socket, with a pause after each failure.
func triesAfter(d *dte, pause time.Duration) {
	h := socketHost{d}
	h.ok("ATE0")
	h.ok("AT+AIPA=1")
	for range 5 {
		if h.open() {
			return
		}
		time.Sleep(pause)
	}
}

// keepsWhatIsRefused sends each piece again when there is room.
func keepsWhatIsRefused(d *dte) {
	h := socketHost{d}
	h.start()
	for range 10 {
		for !h.write(768) {
			h.await(regexp.MustCompile(`\r\n\+AIPEVNTI: 1,[38]\r\n`), 30*time.Second)
		}
	}
	time.Sleep(time.Minute)
}

// dropsWhatIsRefused goes on with the next piece.
func dropsWhatIsRefused(d *dte) {
	h := socketHost{d}
	h.start()
	for range 10 {
		h.write(768)
	}
	time.Sleep(3 * time.Minute)
}

var dataNotice = regexp.MustCompile(`\r\n\+AIPRTCP:1,0,\d+,\d+,(\d+),"([0-9A-F]*)"\r\n`)

// putsTogether reads notices until it has all that it has sent.
func putsTogether(d *dte) {
	h := socketHost{d}
	h.start()
	h.write(768)
	h.write(232)
	for got := 0; got < 1000; {
		notice, ok := h.await(dataNotice, 30*time.Second)
		if !ok {
			return
		}
		digits := dataNotice.FindStringSubmatch(notice)[2]
		got += hex.DecodedLen(len(digits))
	}
	h.ok("AT+AIPC=1")
}

// readsOneNotice takes what stands in one read for one notice.
func readsOneNotice(d *dte) {
	h := socketHost{d}
	h.start()
	h.write(768)
	h.write(232)
	for got := 0; got < 1000; {
		notice, ok := h.await(dataNotice, 2*time.Minute)
		if !ok {
			return
		}
		got += hex.DecodedLen(len(dataNotice.FindStringSubmatch(notice)[2]))
		h.got = nil // the rest of the read
	}
	h.ok("AT+AIPC=1")
}

// asksForNameAgain opens a socket to a name until it is known.
func asksForNameAgain(d *dte) { opensByName(d, 5) }

// givesNameUp has the bug of giving a name up.
func givesNameUp(d *dte) { opensByName(d, 2) }

func opensByName(d *dte, times int) {
	h := socketHost{d}
	h.ok("ATE0")
	h.ok("AT+AIPA=1")
	for range times {
		if h.ok(`AT+AIPO=1,,"www.example.com",7,0,,1`) {
			return
		}
		time.Sleep(20 * time.Second)
	}
}
