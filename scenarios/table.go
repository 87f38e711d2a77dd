package scenarios

import (
	"net/netip"
	"regexp"
	"time"
)

// row is a setting with what its type knows: how to set the field from text, how to print it,
// and how to set it to its default.
type row struct {
	Setting
	set   func(s *Settings, text string) error
	text  func(s *Settings) string // that sets the field to its value
	reset func(s *Settings)
	moves bool // it is a number that changes by and by
}

// byAndBy lets a number change by and by.
func byAndBy(r row) row {
	r.moves = true
	return r
}

func setting[T any](key string, k kind[T], byDefault T, field func(*Settings) *T, source, doc string) row {
	return row{
		Setting: Setting{Key: key, Range: k.allowed(), Default: k.format(byDefault), Doc: doc, Source: source},
		set: func(s *Settings, text string) error {
			value, err := k.parse(text)
			if err != nil {
				return err
			}
			*field(s) = value
			return nil
		},
		text:  func(s *Settings) string { return k.format(*field(s)) },
		reset: func(s *Settings) { *field(s) = byDefault },
	}
}

// Where settings come from.
const (
	atManual  = "AT manual"               // Quad band GSM/GPRS Module AT Command Reference Manual V1.6
	enhManual = "Enhanced AT manual"      // Enhanced AT Commands Reference Manual V1.6
	ftpManual = "FTP AT manual"           // FTP AT Command Reference Manual V1.1
	ftpSupp   = "FTP AT supplement, 2012" // FTP AT Command Reference Supplemental
	guide     = "development guide, 2008" // GSM/GPRS module software development guide V1.4
	bootLog   = "log of a module"         // electronics.stackexchange.com 75186
	assumed   = "assumed"
	modemsim  = "modemsim"
)

// cell is one neighbouring cell.
const cell = `[0-9]{1,4},[0-9]{1,2},[0-9A-Fa-f]{4},[0-9]{1,2},[0-9A-Fa-f]{4}`

// Some texts stand in quotes on the wire and must not end them; one rule does for all. A
// blank at an end is never meant and cannot be seen in a file.
var (
	printable   = pattern{"up to 64 ASCII characters, no quote", regexp.MustCompile(`^([!#-~]([ !#-~]{0,62}[!#-~])?)?$`)}
	digits15    = pattern{"15 digits", regexp.MustCompile(`^[0-9]{15}$`)}
	digits5or6  = pattern{"5 or 6 digits", regexp.MustCompile(`^[0-9]{5,6}$`)}
	digits8     = pattern{"8 digits", regexp.MustCompile(`^[0-9]{8}$`)}
	pinDigits   = pattern{"4 to 8 digits, or nothing", regexp.MustCompile(`^([0-9]{4,8})?$`)}
	cardDigits  = pattern{"10 to 20 digits", regexp.MustCompile(`^[0-9]{10,20}$`)}
	phoneNumber = pattern{"3 to 20 digits, with + before them when international", regexp.MustCompile(`^\+?[0-9]{3,20}$`)}
	phoneOrNone = pattern{"3 to 20 digits, with + before them when international, or nothing", regexp.MustCompile(`^(\+?[0-9]{3,20})?$`)}
	hex2        = pattern{"2 hex digits", regexp.MustCompile(`^[0-9A-Fa-f]{2}$`)}
	cellList    = pattern{"up to 6 cells BCCH,BSIC,LAC,RXLEV,CI, with a blank between", regexp.MustCompile(`^(` + cell + `( ` + cell + `){0,5})?$`)}
	hex4        = pattern{"4 hex digits", regexp.MustCompile(`^[0-9A-Fa-f]{4}$`)}
)

var (
	networks    = choice(networkStates)
	powers      = choice{PowerStart, PowerOpen, PowerOff}
	timings     = choice{TimingFast, TimingField}
	ipErrors    = choice{IPErrorPlain, IPErrorSpaced, IPErrorCompact, IPErrorCME}
	prefixes    = choice{LoginPrefixOpen, LoginPrefixServer}
	ftpTexts    = choice{FTPTextAuto, FTPTextServer, FTPTextManual}
	losses      = choice{DataLossNoCarrier, DataLossError}
	upLosses    = choice{UploadLossCommand, UploadLossSwallow}
	refusals    = choice{UploadRefusedError, UploadRefusedOK}
	passives    = choice{PASVAddressAuto, PASVAddressReply, PASVAddressControl}
	busyInputs  = choice{InputWhileBusyLost, InputWhileBusyQueued}
	hostTimeout = span{time.Second, 10 * time.Minute}
)

var table = []row{
	byAndBy(setting("signal", numberOr{number{0, 31}, 99}, 25, func(s *Settings) *int { return &s.Signal },
		ftpManual, "signal strength of +CSQ: 0 is -113 dBm or less, 31 is -51 dBm or more, 99 is not known")),
	byAndBy(setting("ber", numberOr{number{0, 7}, 99}, 99, func(s *Settings) *int { return &s.BER },
		atManual, "bit error rate of +CSQ; 99 is not known, which is all the module ever says")),
	setting("network", networks, NetworkHome, func(s *Settings) *string { return &s.Network },
		assumed, "registration that the network offers, as +CREG and +CGREG show it"),
	setting("operator", printable, "Test Network", func(s *Settings) *string { return &s.Operator },
		modemsim, "long name of the network in +COPS"),
	setting("operator-short", printable, "TestNet", func(s *Settings) *string { return &s.OperatorShort },
		modemsim, "short name of the network in +COPS=?"),
	setting("operator-code", digits5or6, "00101", func(s *Settings) *string { return &s.OperatorCode },
		modemsim, "country and network code in +COPS; 001 01 is the test network"),
	setting("lac", hex4, "1A2B", func(s *Settings) *string { return &s.LAC },
		modemsim, "location area code in +CREG and +CGREG"),
	setting("ci", hex4, "0C3D", func(s *Settings) *string { return &s.CI },
		modemsim, "cell identity in +CREG and +CGREG"),
	setting("rac", hex2, "01", func(s *Settings) *string { return &s.RAC },
		modemsim, "routing area code in +CSCI"),
	setting("bcch", number{0, 1023}, 62, func(s *Settings) *int { return &s.BCCH },
		modemsim, "channel of the serving cell in +CSCI"),
	setting("bsic", number{0, 63}, 35, func(s *Settings) *int { return &s.BSIC },
		modemsim, "base station identity code of the serving cell in +CSCI"),
	setting("cells", cellList, "20,12,1A2B,18,0C3E 77,40,1A2B,11,0C3F", func(s *Settings) *string { return &s.Cells },
		modemsim, "neighbouring cells of +CNCI: channel, identity code, location area, level 0 to 63, cell identity"),
	setting("ip", ipv4{}, netip.AddrFrom4([4]byte{192, 0, 2, 66}), func(s *Settings) *netip.Addr { return &s.IP },
		modemsim, "the module's own address from the next +AIPA=1 on"),
	setting("apn", printable, "", func(s *Settings) *string { return &s.APN },
		assumed, "the only APN that works, any other gives error 301; nothing: all work"),
	setting("imei", digits15, "001010123456780", func(s *Settings) *string { return &s.IMEI },
		modemsim, "serial number of the module; the check digit is not checked"),
	setting("imsi", digits15, "001010123456789", func(s *Settings) *string { return &s.IMSI },
		modemsim, "identity of the SIM"),
	setting("pin", pinDigits, "", func(s *Settings) *string { return &s.PIN },
		modemsim, "PIN that the SIM asks for after power on; nothing: it asks for none"),
	setting("puk", digits8, "12345678", func(s *Settings) *string { return &s.PUK },
		modemsim, "PUK that the SIM asks for after three wrong PINs"),
	setting("number", phoneNumber, "+12025550100", func(s *Settings) *string { return &s.Number },
		modemsim, "the module's own number, which its messages come from and other modems of its network reach it at"),
	setting("smsc", phoneOrNone, "+12025550199", func(s *Settings) *string { return &s.SMSC },
		modemsim, "address of the message centre in +CSCA, until the host sets another; nothing: none is known"),
	setting("sms-store", number{0, 255}, 20, func(s *Settings) *int { return &s.SMSStore },
		modemsim, "how many messages the memory SM of the SIM holds; those that come while it is full wait in the message centre"),
	setting("iccid", cardDigits, "8988201234", func(s *Settings) *string { return &s.ICCID },
		enhManual, "number of the SIM card in +SFUN=SID; the manual prints ten digits"),
	byAndBy(setting("battery", number{0, 100}, 100, func(s *Settings) *int { return &s.Battery },
		modemsim, "charge of the battery in +CBC, in percent")),
	setting("charging", number{0, 3}, 0, func(s *Settings) *int { return &s.Charging },
		atManual, "what powers the module in +CBC: 0 the battery, 1 a charger, 2 no battery, 3 a fault"),
	setting("clock", moment{}, time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC), func(s *Settings) *time.Time { return &s.Clock },
		atManual, "what the clock of +CCLK says now, and after each loss of power"),
	setting("manufacturer", printable, "ADH Technology", func(s *Settings) *string { return &s.Manufacturer },
		modemsim, "answer of +CGMI"),
	setting("model", printable, "ADH8066", func(s *Settings) *string { return &s.Model },
		modemsim, "answer of +CGMM"),
	setting("revision", printable, "0000000000000001", func(s *Settings) *string { return &s.Revision },
		modemsim, "answer of +CGMR"),

	setting("commands", choice{CommandsADH8066}, CommandsADH8066, func(s *Settings) *string { return &s.Commands },
		modemsim, "the module whose AT commands the modem knows, from its start on"),
	setting("power", powers, PowerStart, func(s *Settings) *string { return &s.Power },
		modemsim, "start: the module is up; open: it boots when the port is first opened; off: it is off until power on"),
	setting("timing", timings, TimingFast, func(s *Settings) *string { return &s.Timing },
		assumed, "fast: commands answer at once; field: they take as long as on real modules, drawn from the seed, and data runs at 3 kB/s"),
	setting("baud", speed{number{300, 921600}}, BaudAny, func(s *Settings) *int { return &s.Baud },
		modemsim, "speed of the module's line; a host at another speed sees and sends noise; any: every speed is right; auto: the module takes it from AT, if that is the first line after boot"),
	setting("ipr", choice{IPRRestart, IPRBeforeOK, IPRAfterOK}, IPRRestart, func(s *Settings) *string { return &s.IPR },
		atManual, "when +IPR changes the speed: at the next restart, or at once, before or after its OK"),
	setting("rx-buffer", number{0, 65536}, 0, func(s *Settings) *int { return &s.RxBuffer },
		assumed, "bytes of an upload that wait in the module; more are lost, as without flow control; 0: none are lost"),
	setting("ip-error", ipErrors, IPErrorPlain, func(s *Settings) *string { return &s.IPError },
		ftpManual, "final result when +AIPA or a socket fails, <id> being the number of +AIPESTAT; +AFTP* always says ERROR"),
	setting("ftp-error-detail", onOff{}, false, func(s *Settings) *bool { return &s.FTPErrorDetail },
		assumed, "show the server's refusal as +AFTPS: <code> <text> before the error"),
	setting("login-prefix", prefixes, LoginPrefixOpen, func(s *Settings) *string { return &s.LoginPrefix },
		ftpSupp, "what stands before the Login On of +AFTPO; the manual has both"),
	setting("ftp-text", ftpTexts, FTPTextAuto, func(s *Settings) *string { return &s.FTPText },
		assumed, "text after the reply code of +AFTPS; auto: the manual's with the embedded server, the server's own otherwise"),
	setting("data-loss", losses, DataLossNoCarrier, func(s *Settings) *string { return &s.DataLoss },
		ftpManual, "end of a download that lost its data connection"),
	setting("upload-loss", upLosses, UploadLossCommand, func(s *Settings) *string { return &s.UploadLoss },
		assumed, "upload that lost its data connection: NO CARRIER and command mode, or swallow until +++, then ERROR"),
	setting("upload-refused", refusals, UploadRefusedError, func(s *Settings) *string { return &s.UploadRefused },
		assumed, "final result after the +++ of an upload that the server refused"),
	setting("escape-guard", span{0, 5 * time.Second}, 0, func(s *Settings) *time.Duration { return &s.EscapeGuard },
		assumed, "silence that +++ needs before and after it; 0s: none, and +++ in the data ends an upload"),
	setting("pasv-address", passives, PASVAddressAuto, func(s *Settings) *string { return &s.PASVAddress },
		assumed, "host of the data connection: as in the 227 reply, or the control connection's; auto: reply with direct FTP only"),
	setting("aipa-extra", number{0, 2}, 0, func(s *Settings) *int { return &s.AIPAExtra },
		ftpSupp, "zero fields after the seconds of +AIPA; the firmware of 2012 has two"),
	setting("socket-close", choice{SocketCloseAIPC, SocketCloseAIPCI}, SocketCloseAIPC, func(s *Settings) *string { return &s.SocketClose },
		enhManual, "notice that the far end has closed a socket; the manual has both, the first of which reads like the answer of +AIPC"),
	setting("colon-space", onOff{}, true, func(s *Settings) *bool { return &s.ColonSpace },
		guide, "a space after the colon of information lines; the firmware of 2008 has none"),
	setting("input-while-busy", busyInputs, InputWhileBusyLost, func(s *Settings) *string { return &s.InputWhileBusy },
		assumed, "characters that arrive while a command runs that cannot be aborted"),
	setting("cts", onOff{}, true, func(s *Settings) *bool { return &s.CTS },
		assumed, "clear to send, on a wire with modem lines: on while the module takes input, or off for good"),
	setting("boot-waits-dsr", onOff{}, false, func(s *Settings) *bool { return &s.BootWaitsDSR },
		bootLog, "after its boot the module takes no input before the host has asserted DTR, which is the module's pin DSR0"),

	setting("ftp-connect", hostTimeout, 30*time.Second, func(s *Settings) *time.Duration { return &s.FTPConnect },
		modemsim, "longest wait for a connection to the FTP server, in real time"),
	setting("ftp-reply", hostTimeout, time.Minute, func(s *Settings) *time.Duration { return &s.FTPReply },
		modemsim, "longest wait for an FTP reply, in real time"),
	setting("ftp-idle", hostTimeout, 2*time.Minute, func(s *Settings) *time.Duration { return &s.FTPIdle },
		modemsim, "longest silence of an FTP data connection, in real time"),
}
