//go:build conformance

package conformance

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"
	"time"
)

// The files on the server, and their sizes in bytes.
const (
	smallFile = "small.bin"
	smallSize = 1120
	someFile  = "some.bin"
	someSize  = 8 << 20
	largeFile = "large.bin"
	largeSize = 100 << 20
	emptyFile = "empty.bin"
)

// writeFiles writes the files of the account.
func (a *account) writeFiles(t *testing.T) {
	t.Helper()
	for name, size := range map[string]int64{smallFile: smallSize, someFile: someSize, largeFile: largeSize, emptyFile: 0, secretFile: smallSize} {
		writeContent(t, a.path(name), size)
	}
	for name, text := range map[string][]byte{unixText: withEnds("\n"), dosText: withEnds("\r\n")} {
		if err := os.WriteFile(a.path(name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(a.path(someFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(a.path(secretFile), 0o600); err != nil { // owned by root
		t.Fatal(err)
	}
}

// A visitCase is a test of a server. Its name is that of its row in the table.
type visitCase struct {
	name   string
	run    func(*visit)
	limits limits // limits of the site
}

// short is a time limit for which a test can wait.
const short = 2 * time.Second

// cases are in the order of rows.
var cases = []visitCase{
	{name: "login", run: (*visit).loginInStages},
	{name: "wrong password", run: (*visit).wrongPassword},
	{name: "download", run: func(x *visit) { x.download(smallFile, smallSize) }},
	{name: "download of nothing", run: func(x *visit) { x.download(emptyFile, 0) }},
	{name: "large download", run: func(x *visit) { x.download(largeFile, largeSize) }},
	{name: "upload", run: func(x *visit) { x.upload("upload.bin", 4<<20) }},
	{name: "upload of nothing", run: func(x *visit) { x.upload("nothing.bin", 0) }},
	{name: "large upload", run: func(x *visit) { x.upload("large-upload.bin", largeSize) }},
	{name: "size", run: (*visit).size},
	{name: "resume", run: (*visit).resume},
	{name: "resumed upload", run: (*visit).resumedUpload},
	{name: "missing file", run: (*visit).missingFile},
	{name: "refusals in the server's words", run: (*visit).refusals},
	{name: "folders", run: (*visit).folders},
	{name: "names with blanks", run: func(x *visit) { x.named("two  words") }},
	{name: "names with quotes", run: func(x *visit) { x.named(`a "quoted" word`) }},
	{name: "names in UTF-8", run: func(x *visit) { x.named("größe 測量") }},
	{name: "ASCII download", run: func(x *visit) { x.textDownload(unixText) }},
	{name: "ASCII download of CR LF lines", run: func(x *visit) { x.textDownload(dosText) }},
	{name: "ASCII upload", run: (*visit).textUpload},
	{name: "size in ASCII", run: (*visit).sizeInASCII},
	{name: "restart in ASCII", run: (*visit).restartInASCII},
	{name: "restart at the end", run: func(x *visit) { x.restartAt(smallSize) }},
	{name: "restart beyond the end", run: func(x *visit) { x.restartAt(smallSize + 1) }},
	{name: "no PASV", run: (*visit).noPassive},
	{name: "folder instead of a file", run: (*visit).folderAsFile},
	{name: "unreadable file", run: (*visit).unreadable},
	{name: "server killed before the login", run: (*visit).killedBeforeLogin},
	{name: "server killed after the login", run: (*visit).killedAfterLogin},
	{name: "server killed after PASV", run: (*visit).killedAfterPassive},
	{name: "server killed in a download", run: (*visit).killedInDownload},
	{name: "server killed in an upload", run: (*visit).killedInUpload},
	{name: "server killed while an upload pauses", run: (*visit).killedBetween},
	{name: "server hangs in a download", run: (*visit).hangsInDownload},
	{name: "server hangs in an upload", run: (*visit).hangsInUpload},
	{name: "host stalls in a download", run: (*visit).stallInDownload, limits: limits{stall: short}},
	{name: "host pauses in an upload", run: (*visit).pauseInUpload, limits: limits{stall: short}},
	{name: "idle", run: (*visit).idle, limits: limits{idle: short}},
	{name: "unused PASV", run: (*visit).unusedPassive, limits: limits{unused: short}},
	{name: "too many connections", run: (*visit).tooManyConnections, limits: limits{connections: 1}},
	{name: "too many logins", run: (*visit).tooManyLogins, limits: limits{logins: 1}},
	{name: "foreign address in the reply to PASV", run: (*visit).foreignAddress, limits: limits{address: foreignHost}},
	{name: "foreign address believed", run: (*visit).foreignAddressBelieved, limits: limits{address: foreignHost}},
}

// Each case has a row in the table, and each row a case.
func TestRows(t *testing.T) {
	for i := range max(len(rows), len(cases)) {
		if i >= len(rows) || i >= len(cases) || rows[i].name != cases[i].name {
			t.Fatalf("rows and cases differ from number %d on", i)
		}
	}
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
	x.expect(x.open+x.credentials(), "OK")
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

// remove removes an uploaded file, so that the next way starts from the same server.
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

// resume stops a download by the escape sequence and resumes it there.
func (x *visit) resume() {
	x.login()
	x.retrieve(someFile)
	hash := sha256.New()
	x.extendDeadline()
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
	x.maskNumber(someSize-count, "REST")
	x.note("=", "stopped by the host after COUNT bytes")

	x.expect(fmt.Sprintf("AT+AFTPREST=%d", count), "OK")
	x.retrieve(someFile)
	x.extendDeadline()
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

// resumedUpload uploads a file in two parts.
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

// refusals provokes errors that the server explains, shown with ftp-error-detail.
func (x *visit) refusals() {
	x.set("ftp-error-detail", "on")
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
