package scenarios

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
)

// A CatalogueRow is one way in which such modules, their networks and their servers misbehave.
type CatalogueRow struct {
	ID   string // group and number, such as R1
	What string // what the host sees, one line
	Why  string // what the shipped scenarios do not show of it, and why; "": they show all
}

// Catalogue is every fault that modemsim sets out to show: R answers, EC echo, P power and
// boot, B the serial line, SIM, N the network, G the context and its sockets, D data mode, F
// the FTP server, M short messages, C calls. They come from the vendor's manuals and from
// trouble reports of host programs for this and other modules.
var Catalogue = []CatalogueRow{
	{ID: "R1", What: "a URC stands between the information text and its OK"},
	{ID: "R2", What: "a URC with the prefix of the awaited answer (+CREG) comes before that answer"},
	{ID: "R3", What: "the information text comes, its final result never does"},
	{ID: "R4", What: "the final result is so late that it comes in the answer to the next command; all after it are one off"},
	{ID: "R5", What: "the final result comes twice"},
	{ID: "R6", What: "OK comes first, the information text after it"},
	{ID: "R7", What: "lines end with CR CR LF, or with LF alone"},
	{ID: "R8", What: "the space after the colon is missing, or there are more fields than the manual has"},
	{ID: "R9", What: "a debug line of the firmware stands before the answer"},
	{ID: "R10", What: "bytes of an answer are lost, at its end or in its middle"},
	{ID: "R11", What: "a command is not answered at all"},
	{ID: "R12", What: "the answers to several commands come together, after the last"},
	{ID: "R13", What: "a command that is sent before the final result of the one before is swallowed"},
	{ID: "R14", What: "a text that no manual has comes in place of the final result"},
	{ID: "R15", What: "an answer comes in two bursts with seconds between them"},
	{ID: "R16", What: "two frames come in one read, one frame is cut over two reads"},
	{ID: "R17", What: "a command is run and its answer is lost, so that its repetition gives ERROR (+AFTPO, +AFTPC)"},

	{ID: "EC1", What: "a reset switches the echo on again"},
	{ID: "EC2", What: "the echo holds what the host looks for in the answer"},
	{ID: "EC3", What: "the echo is held back until the answer comes"},
	{ID: "EC4", What: "the echo is cut off or garbled"},
	{ID: "EC5", What: "the host's tty echoes what the module says back to it, without end"},

	{ID: "P1", What: "the module restarts in the middle, with its banner; echo, context and FTP session are as after power on"},
	{ID: "P2", What: "an error line that answers nothing comes around a restart"},
	{ID: "P3", What: "the supply breaks down when the radio sends: the module restarts as it registers or transmits"},
	{ID: "P4", What: "the module restarts again and again while it boots"},
	{ID: "P5", What: "the module boots and prints its banner, but hears nothing"},
	{ID: "P6", What: "the module is not ready for 5 to 20 s after power on; the first commands are lost"},
	{ID: "P7", What: "the module goes off without a word"},
	{ID: "P8", What: "a reset pulse that is too short does nothing"},
	{ID: "P9", What: "the module dies at every second power cycle only"},
	{ID: "P10", What: "the host restarts and the module does not: no echo, context and FTP session still up, half a line entered"},
	{ID: "P11", What: "the module has fallen asleep: the first bytes after a silence are lost"},
	{ID: "P12", What: "the clock is back at its default after a break of the supply"},

	{ID: "B1", What: "host and module have different speeds: garbage both ways, or silence"},
	{ID: "B2", What: "the module finds its speed by the first line: what is not a clean AT then leaves it deaf until it restarts"},
	{ID: "B3", What: "+IPR acts at once, before or after its OK, or only after a restart"},
	{ID: "B4", What: "bytes are lost at high speed without flow control"},
	{ID: "B5", What: "a command line is longer than the 200 bytes that the module takes"},
	{ID: "B6", What: "bits flip, and garbage and NULs come when the port is opened"},
	{ID: "B7", What: "XON and XOFF in the data are eaten on their way, by the host's own tty for one; CTS stays off", Why: "CTS: `set cts off`, over RFC 2217"},
	{ID: "B8", What: "an upload without flow control overruns the module's own buffer"},

	{ID: "SIM1", What: "the SIM is busy for some seconds after power on (+CME ERROR 14)"},
	{ID: "SIM2", What: "+CPIN? gives ERROR a few times before READY"},
	{ID: "SIM3", What: "the SIM wants its PIN or PUK, and counts wrong PINs"},
	{ID: "SIM4", What: "there is no SIM, or it is taken out while the module runs"},
	{ID: "SIM5", What: "the SIM's memory is full: messages stay away without notice"},
	{ID: "SIM6", What: "some families of commands fail with +CMS ERROR, the others with +CME ERROR"},

	{ID: "N1", What: "the signal is not known: +CSQ: 99,99"},
	{ID: "N2", What: "the signal is 0 and +CREG says idle for good"},
	{ID: "N3", What: "the bit error rate is 99 while the signal is good"},
	{ID: "N4", What: "the registration flaps between idle or home and searching; it is denied; it is roaming"},
	{ID: "N5", What: "the registration is lost in a session, told by a +CREG URC"},
	{ID: "N6", What: "GPRS is lost and comes back after 15 s"},
	{ID: "N7", What: "+COPS=? is silent for more than a minute, or is never answered"},
	{ID: "N8", What: "a call or a message announces itself at a bad time (RING, +CLIP, +CMT)"},
	{ID: "N9", What: "the module is registered (+CREG: 1) but not for GPRS"},
	{ID: "N10", What: "an incoming call suspends the data (class B)"},
	{ID: "N11", What: "the operator never answers a USSD code (+CUSD)"},

	{ID: "G1", What: "the activation fails, for a wrong APN (301), several times"},
	{ID: "G2", What: "the activation takes tens of seconds, or is never answered"},
	{ID: "G3", What: "the network drops the context, with or without notice; the next command fails (301)"},
	{ID: "G4", What: "the notice that the far end closed a socket reads like the answer to the close command (+AIPC: 1)"},
	{ID: "G5", What: "the notice that a socket was closed is lost in the data"},
	{ID: "G6", What: "a connection is refused, or times out (304, 216, 217, 218)"},
	{ID: "G7", What: "a socket's send window is closed (226, 227, +AIPEVNTI)"},
	{ID: "G8", What: "a socket's data comes split at 768 bytes, with the notices glued to each other"},
	{ID: "G9", What: "the context looks active and its seconds count, but nothing passes and +AFTPO hangs"},
	{ID: "G10", What: "the address is another one after a reactivation, or 0.0.0.0"},
	{ID: "G11", What: "nothing passes for 2 to 6 s while the cell changes"},
	{ID: "G12", What: "the name server does not know a name for a while (222)"},

	{ID: "D1", What: "NO CARRIER comes in the middle of the data"},
	{ID: "D2", What: "data goes on after NO CARRIER, or after the OK of +++"},
	{ID: "D3", What: "a host that restarts finds the module in data mode: its commands go into the file"},
	{ID: "D4", What: "+++ is not taken for an escape"},
	{ID: "D5", What: "+++ comes spread over time, or lands at the end of the uploaded file"},
	{ID: "D6", What: "a drop of DTR ends data mode"},
	{ID: "D7", What: "the file holds what looks like a result code"},
	{ID: "D8", What: "what the host goes on to send after the NO CARRIER of an upload is run as commands"},
	{ID: "D9", What: "the uploaded file holds +++"},

	{ID: "F1", What: "the server says 421 at the login or in the session, and closes"},
	{ID: "F2", What: "there is no data connection (425), or it is aborted after the 150 (426)"},
	{ID: "F3", What: "the server refuses the login (430, 530)"},
	{ID: "F4", What: "the file is not there or not free (450, 550), the server is in trouble (451, 452), the disk is full (552)"},
	{ID: "F5", What: "the server does not know REST, SIZE or PASV (500 to 504)"},
	{ID: "F6", What: "the server closes an idle control connection; the next command fails"},
	{ID: "F7", What: "the passive address leads nowhere (10.x, 192.168.x)"},
	{ID: "F8", What: "a second transfer is asked for without another +AFTPPASV"},
	{ID: "F9", What: "fewer bytes than +AFTPSIZE said come before NO CARRIER"},
	{ID: "F10", What: "the OK that ends an upload is late or missing"},
	{ID: "F11", What: "a transfer of type ASCII changes line ends, and so the size"},
	{ID: "F12", What: "the file is another one when the host resumes it"},
	{ID: "F13", What: "an upload is stored, its OK is lost, and it is sent twice"},
	{ID: "F14", What: "the control connection is half open: commands hang"},

	{ID: "M1", What: "a message is taken and never delivered"},
	{ID: "M2", What: "a message is delivered twice"},
	{ID: "M3", What: "a message is delivered, and the status report on it never comes"},
	{ID: "M4", What: "the prompt for the text of a message is late; what comes before it is lost"},
	{ID: "M5", What: "the prompt never comes, and the module takes what follows for the text"},
	{ID: "M6", What: "a message is refused with +CMS ERROR, in the place of the prompt or behind the text"},
	{ID: "M7", What: "a message cannot be read, or not be deleted (+CMS ERROR)"},
	{ID: "M8", What: "a message cannot be written, since the memory is full (+CMS ERROR: 322)"},

	{ID: "C1", What: "a call is dropped by the far end: NO CARRIER"},
	{ID: "C2", What: "the far end is busy, or does not answer (BUSY, NO ANSWER)"},
	{ID: "C3", What: "a call comes in while a command runs: RING follows its answer"},
}

// shows are the rows of the Catalogue that a scenario that comes with the program stands
// for, as its line "# shows: ID ID" has them; none when there is no such line or no such
// scenario.
func shows(name string) []string {
	text, err := Source(name)
	if err != nil {
		return nil
	}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if list, ok := strings.CutPrefix(lines.Text(), "# shows:"); ok {
			return strings.Fields(list)
		}
	}
	return nil
}

// showing are the scenarios that show a row, by name.
func showing(id string) []string {
	return slices.DeleteFunc(Shipped(), func(name string) bool { return !slices.Contains(shows(name), id) })
}

// CatalogueMarkdown is the Catalogue as a Markdown table, with the scenarios that show a row
// and the tests that prove them, or why there is none.
func CatalogueMarkdown() string {
	var b strings.Builder
	b.WriteString("| fault | what happens | scenario | test |\n|---|---|---|---|\n")
	for _, row := range Catalogue {
		var files, tests []string
		for _, name := range showing(row.ID) {
			files = append(files, code(name+".scn"))
			tests = append(tests, code("TestShippedScenarios/"+name))
		}
		scenario := join(files)
		if row.Why != "" {
			scenario = strings.TrimPrefix(scenario+"; "+row.Why, "; ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row.ID, row.What, scenario, join(tests))
	}
	return b.String()
}
