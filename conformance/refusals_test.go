//go:build conformance

package conformance

import "fmt"

// The folder and the file that the account cannot read.
const (
	someFolder = "folder"
	secretFile = "secret.bin"
)

func (x *visit) sizeInASCII() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.expect("AT+AFTPTYPE=1", "OK")
	x.say(fmt.Sprintf("AT+AFTPSIZE=%q", unixText))
	x.logout()
}

// restartInASCII fetches the rest of a text, if the server allows it.
func (x *visit) restartInASCII() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.expect("AT+AFTPTYPE=1", "OK")
	if x.say("AT+AFTPREST=100") == "OK" {
		x.expect("AT+AFTPPASV=1", "OK")
		if x.say(fmt.Sprintf("AT+AFTPRETR=%q", unixText)) == "OK" {
			x.expect("AT+AFTPDATA", "CONNECT")
			x.note("=", fmt.Sprintf("%d bytes, of %d from the start", len(x.readTo("NO CARRIER")), len(withEnds("\r\n"))))
		}
	}
	x.logout()
}

// restartAt fetches from an offset at or beyond the end of the file.
func (x *visit) restartAt(offset int64) {
	x.set("ftp-error-detail", "on")
	x.login()
	x.expect(fmt.Sprintf("AT+AFTPREST=%d", offset), "OK")
	x.expect("AT+AFTPPASV=1", "OK")
	if x.say(fmt.Sprintf("AT+AFTPRETR=%q", smallFile)) == "OK" {
		x.expect("AT+AFTPDATA", "CONNECT")
		x.want("\r\nNO CARRIER\r\n")
		x.note("=", "no bytes, NO CARRIER")
	}
	x.retrieve(smallFile) // the offset is used up
	x.fetch(smallSize)
	x.note("=", "the next download is of the whole file")
	x.logout()
}

// noPassive starts transfers without +AFTPPASV, which the module itself refuses.
func (x *visit) noPassive() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.say(fmt.Sprintf("AT+AFTPRETR=%q", smallFile))
	x.say(`AT+AFTPSTOR="up.bin"`)
	x.say("AT+AFTPDATA")
	x.logout()
}

func (x *visit) folderAsFile() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.say(fmt.Sprintf("AT+AFTPSIZE=%q", someFolder))
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(fmt.Sprintf("AT+AFTPRETR=%q", someFolder))
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(fmt.Sprintf("AT+AFTPSTOR=%q", someFolder))
	x.say(fmt.Sprintf("AT+AFTPDELE=%q", someFolder))
	x.say(fmt.Sprintf("AT+AFTPCD=%q", smallFile))
	x.logout()
}

func (x *visit) unreadable() {
	x.set("ftp-error-detail", "on")
	x.login()
	x.say(fmt.Sprintf("AT+AFTPSIZE=%q", secretFile))
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(fmt.Sprintf("AT+AFTPRETR=%q", secretFile))
	x.expect("AT+AFTPPASV=1", "OK")
	x.say(fmt.Sprintf("AT+AFTPSTOR=%q", secretFile))
	x.logout()
}
