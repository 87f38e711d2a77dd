package scenarios

// The values of the settings that are a choice, for the code that acts on them. Settings
// that are on or off are bools.
const (
	CommandsADH8066 = "adh8066"

	NetworkIdle      = "idle"
	NetworkHome      = "home"
	NetworkSearching = "searching"
	NetworkDenied    = "denied"
	NetworkUnknown   = "unknown"
	NetworkRoaming   = "roaming"

	// The states of the verb sim.
	SIMReady  = "ready"
	SIMAbsent = "absent"
	SIMBusy   = "busy"
	SIMPIN    = "pin" // it waits for its PIN
	SIMPUK    = "puk" // it is blocked and waits for its PUK

	// What the verb sms makes the message centre do.
	CentreAccepts    = "accept"
	CentreRefuses    = "refuse"     // +CMS ERROR
	CentreDelays     = "delay"      // it takes its time for each message of the host
	CentreLoses      = "lose"       // it takes the host's messages, and nobody gets them
	CentreDoubles    = "twice"      // each message is delivered twice
	CentreUnreported = "unreported" // nobody gets a status report

	PowerStart = "start" // up already
	PowerOpen  = "open"  // boots when the port is opened for the first time
	PowerOff   = "off"   // off until it is switched on

	BaudAny  = 0  // every speed is right
	BaudAuto = -1 // the module finds the host's out

	IPRRestart  = "restart"   // +IPR counts from the next restart on
	IPRBeforeOK = "before-ok" // its OK comes at the new speed
	IPRAfterOK  = "after-ok"  // its OK comes at the old speed

	TimingFast  = "fast"  // answers at once
	TimingField = "field" // takes as long as real modules do

	SocketCloseAIPC  = "AIPC"  // as the answer of +AIPC
	SocketCloseAIPCI = "AIPCI" // as the manual's table has it

	IPErrorPlain   = "ERROR"       // the number is left to +AIPESTAT
	IPErrorSpaced  = "ERROR: <id>" // <id> stands for the number
	IPErrorCompact = "ERROR:<id>"
	IPErrorCME     = "+CME ERROR: <id>"

	LoginPrefixOpen   = "+AFTPO:"
	LoginPrefixServer = "+AFTPS:"

	FTPTextAuto   = "auto"   // manual with the embedded server, server with any other
	FTPTextServer = "server" // the server's own reply line
	FTPTextManual = "manual" // the wording of the FTP AT manual

	DataLossNoCarrier = "NO CARRIER"
	DataLossError     = "ERROR"

	UploadLossCommand = "command" // NO CARRIER at once; what the host sends next is command input
	UploadLossSwallow = "swallow" // input is swallowed until +++, then ERROR

	UploadRefusedError = "error"
	UploadRefusedOK    = "ok"

	PASVAddressAuto    = "auto"    // reply when FTP goes where the host asks, control otherwise
	PASVAddressReply   = "reply"   // the address in the 227 reply
	PASVAddressControl = "control" // the host of the control connection

	InputWhileBusyLost   = "lost"
	InputWhileBusyQueued = "queued"
)
