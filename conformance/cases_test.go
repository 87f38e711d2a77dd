//go:build conformance

package conformance

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
)

// The files that the server shows, and their sizes in bytes.
const (
	smallFile = "small.bin"
	smallSize = 1120
	someFile  = "some.bin"
	someSize  = 8 << 20
	largeFile = "large.bin"
	largeSize = 100 << 20
	emptyFile = "empty.bin"
)

// furnish puts the files there.
func (s *site) furnish(t *testing.T) {
	t.Helper()
	for name, size := range map[string]int64{smallFile: smallSize, someFile: someSize, largeFile: largeSize, emptyFile: 0} {
		writeContent(t, s.path(name), size)
	}
}

// cases are what every server is put through; the name is the golden file's section.
var cases = []struct {
	name string
	run  func(*visit)
}{
	{"login", (*visit).loginInStages},
	{"wrong password", (*visit).wrongPassword},
	{"download", func(x *visit) { x.download(smallFile, smallSize) }},
	{"download of nothing", func(x *visit) { x.download(emptyFile, 0) }},
	{"large download", func(x *visit) { x.download(largeFile, largeSize) }},
	{"upload", func(x *visit) { x.upload("upload.bin", 4<<20) }},
	{"upload of nothing", func(x *visit) { x.upload("nothing.bin", 0) }},
	{"large upload", func(x *visit) { x.upload("large-upload.bin", 20<<20) }},
	{"size", (*visit).size},
	{"resume", (*visit).resume},
	{"resumed upload", (*visit).resumedUpload},
	{"missing file", (*visit).missingFile},
	{"refusals in the server's words", (*visit).refusals},
	{"folders", (*visit).folders},
	{"server killed in a download", (*visit).killedInDownload},
	{"server killed in an upload", (*visit).killedInUpload},
	{"server killed while an upload pauses", (*visit).killedBetween},
}

func (x *visit) loginInStages() {
	x.expect(x.open, "OK")
	x.expect("AT+AFTPO?", "OK")
	x.expect(fmt.Sprintf("AT+AFTPUSER=%q", x.site.user), "OK")
	x.expect(fmt.Sprintf("AT+AFTPPASS=%q", x.site.password), "OK")
	x.expect("AT+AFTPTYPE=1", "OK")
	x.expect("AT+AFTPTYPE=0", "OK")
	x.expect("AT+AFTPC", "OK")
	x.expect("AT+AFTPO?", "OK")
	x.expect(fmt.Sprintf("%s,%q,%q", x.open, x.site.user, x.site.password), "OK")
	x.logout()
}

func (x *visit) wrongPassword() {
	x.say(fmt.Sprintf("%s,%q,%q", x.open, x.site.user, "wrong"))
	x.say("AT+AFTPO?")
	x.say(x.open)
	x.say(fmt.Sprintf("AT+AFTPUSER=%q", x.site.user))
	x.say(`AT+AFTPPASS="wrong"`)
	x.say("AT+AFTPO?")
}

func (x *visit) download(name string, size int64) {
	x.login()
	x.retrieve(name)
	x.fetch(size)
	x.note("=", fmt.Sprintf("%d bytes as on the server, NO CARRIER", size))
	x.expect("AT+AFTPDATA?", "OK")
	x.logout()
}

func (x *visit) upload(name string, size int64) {
	x.login()
	x.store(name)
	x.deliver(size)
	if sumFile(x.t, x.site.path(name)) != sum(x.t, newContent(size)) {
		x.t.Error("the server has another file than the host sent")
	}
	x.note("=", fmt.Sprintf("%d bytes now on the server, OK", size))
	x.logout()
	x.remove(name)
}

// remove takes an uploaded file away, so that the next way finds the server as the first did.
func (x *visit) remove(name string) {
	x.t.Helper()
	if err := os.Remove(x.site.path(name)); err != nil {
		x.t.Error(err)
	}
}

func (x *visit) size() {
	x.login()
	x.expect(fmt.Sprintf("AT+AFTPSIZE=%q", smallFile), "OK")
	x.expect("AT+AFTPSIZE?", "OK")
	x.expect(fmt.Sprintf("AT+AFTPSIZE=%q", emptyFile), "OK")
	x.logout()
}

// resume stops a download by the escape sequence and goes on where it stopped.
func (x *visit) resume() {
	x.login()
	x.retrieve(someFile)
	hash := sha256.New()
	x.patient()
	if n, err := io.CopyN(hash, x.in, someSize/4); err != nil {
		x.t.Fatalf("after %d bytes: %v", n, err)
	}
	x.send("+++")
	more := x.readTo("OK")
	hash.Write(more)
	count := int64(someSize/4 + len(more))
	if count >= someSize {
		x.t.Fatal("the download was over before the escape sequence")
	}
	x.maskNumber(count, "COUNT")
	x.note("=", "stopped by the host after COUNT bytes")

	x.expect(fmt.Sprintf("AT+AFTPREST=%d", count), "OK")
	x.retrieve(someFile)
	x.patient()
	if n, err := io.CopyN(hash, x.in, someSize-count); err != nil {
		x.t.Fatalf("after %d bytes of the rest: %v", n, err)
	}
	x.want("\r\nNO CARRIER\r\n")
	if [sha256.Size]byte(hash.Sum(nil)) != sum(x.t, newContent(someSize)) {
		x.t.Error("the two parts are another file than the server has")
	}
	x.note("=", fmt.Sprintf("the rest of %d bytes as on the server, NO CARRIER", someSize))
	x.expect("AT+AFTPREST?", "OK")
	x.logout()
}

// resumedUpload sends a file in two uploads.
func (x *visit) resumedUpload() {
	x.login()
	file := newContent(someSize)
	x.store("two.bin")
	x.sendFile(io.LimitReader(file, someSize/4))
	x.expect(fmt.Sprintf("AT+AFTPREST=%d", someSize/4), "OK")
	x.store("two.bin")
	x.sendFile(file)
	if sumFile(x.t, x.site.path("two.bin")) != sum(x.t, newContent(someSize)) {
		x.t.Error("the server has another file than the two parts that the host sent")
	}
	x.logout()
	x.remove("two.bin")
}

func (x *visit) missingFile() {
	x.login()
	x.say(`AT+AFTPSIZE="missing.bin"`)
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(`AT+AFTPRETR="missing.bin"`)
	x.say("AT+AFTPDATA?")
	x.say("AT+AFTPDATA")
	x.say(fmt.Sprintf("AT+AFTPRETR=%q", smallFile)) // the passive mode is used up
	x.retrieve(smallFile)
	x.fetch(smallSize)
	x.logout()
}

// refusals shows what the server says under ftp-error-detail.
func (x *visit) refusals() {
	if err := x.modem.Do("set ftp-error-detail on"); err != nil {
		x.t.Fatal(err)
	}
	x.say(fmt.Sprintf("%s,%q,%q", x.open, x.site.user, "wrong"))
	x.login()
	x.say(`AT+AFTPSIZE="missing.bin"`)
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(`AT+AFTPRETR="missing.bin"`)
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(`AT+AFTPSTOR="missing/up.bin"`)
	x.say(`AT+AFTPCD="missing"`)
	x.say(`AT+AFTPRMD="missing"`)
	x.say(`AT+AFTPDELE="missing.bin"`)
	x.logout()
}

func (x *visit) folders() {
	x.login()
	x.expect(`AT+AFTPMKD="made"`, "OK")
	x.expect(`AT+AFTPCD="made"`, "OK")
	x.store("inside.bin")
	x.deliver(smallSize)
	if sumFile(x.t, x.site.path("made/inside.bin")) != sum(x.t, newContent(smallSize)) {
		x.t.Error("the server has another file in the folder than the host sent")
	}
	x.expect(`AT+AFTPSIZE="/made/inside.bin"`, "OK")
	x.say(`AT+AFTPMKD="/made"`) // again
	x.expect(`AT+AFTPCD="/"`, "OK")
	x.say(`AT+AFTPRMD="made"`) // not empty
	x.expect(`AT+AFTPDELE="/made/inside.bin"`, "OK")
	x.expect(`AT+AFTPRMD="made"`, "OK")
	if _, err := os.Stat(x.site.path("made")); !errors.Is(err, fs.ErrNotExist) {
		x.t.Errorf("the folder is there still: %v", err)
	}
	x.logout()
}

// killedInDownload kills the server when it has sent a part of a file. What it had sent arrives; the modem must not take that for the file.
func (x *visit) killedInDownload() {
	x.login()
	x.retrieve(largeFile)
	x.patient()
	first := make([]byte, 1<<20)
	if n, err := io.ReadFull(x.in, first); err != nil {
		x.t.Fatalf("after %d bytes: %v", n, err)
	}
	x.site.killSessions(x.t)
	got := append(first, x.readTo("NO CARRIER")...)
	x.t.Logf("%d of %d bytes came", len(got), int64(largeSize))
	want := make([]byte, len(got))
	if _, err := io.ReadFull(newContent(largeSize), want); err != nil || len(got) >= largeSize || !bytes.Equal(got, want) {
		x.t.Errorf("%d bytes came that are not the beginning of the file: %v", len(got), err)
	}
	x.note("=", "a part of the file, NO CARRIER")
	x.wantCut(fmt.Sprintf("download not complete: %d bytes", len(got)))
}

// wantCut checks that the transcript tells of the cut, and that the modem knows that the server has gone, and can go on.
func (x *visit) wantCut(note string) {
	x.t.Helper()
	if !strings.Contains(x.modem.Transcript(), note) {
		x.t.Errorf("the transcript does not say %q", note)
	}
	x.expect("AT+AFTPO?", "OK")
	x.say("AT+AFTPTYPE=0")
	x.login()
	x.retrieve(smallFile)
	x.fetch(smallSize)
	x.logout()
}

// digits are some of an upload; as command input they do nothing.
const digits = "0123456789"

// killedInUpload kills the server while the host sends, and lets the host go on for a while.
func (x *visit) killedInUpload() {
	x.login()
	x.store("killed.bin")
	x.send(strings.Repeat(digits, 100_000))
	x.awaitFile("killed.bin", 1)
	x.site.killSessions(x.t)
	x.send(strings.Repeat(digits, 2000))
	x.want("\r\nNO CARRIER\r\n")
	x.note("=", "NO CARRIER")
	x.send("AT\r") // behind what has become command input and is echoed
	x.readTo("OK")
	x.wantCut("upload not complete")
	x.remove("killed.bin")
}

// killedBetween kills the server when it has got all that the host has sent so far.
func (x *visit) killedBetween() {
	x.login()
	x.store("killed.bin")
	x.send(strings.Repeat(digits, 100_000))
	x.awaitFile("killed.bin", 1_000_000)
	x.site.killSessions(x.t)
	x.want("\r\nNO CARRIER\r\n")
	x.note("=", "NO CARRIER")
	x.wantCut("upload not complete: 1000000 bytes")
	x.remove("killed.bin")
}

// awaitFile waits until the server has got size bytes of a file.
func (x *visit) awaitFile(name string, size int64) {
	x.t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		if f, err := os.Stat(x.site.path(name)); err == nil && f.Size() >= size {
			return
		}
	}
	x.t.Fatalf("the server does not get %d bytes of %s", size, name)
}
