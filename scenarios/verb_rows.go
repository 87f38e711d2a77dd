package scenarios

// The verbs of each group in the order of the reference. The faults of package
// faults follow them.
var (
	stateVerbs = []verb{
		{name: "set", args: "KEY VALUE", doc: "changes a setting of the module, its SIM or its network; signal, ber, battery N over D: it moves there, a step at a time", parse: parseSet},
		{name: "network", args: "STATE [D]", doc: "the network offers another registration, for D or for good", parse: parseNetwork},
		{name: "sim", args: "STATE [D]", doc: "the SIM changes, for D or for good", parse: parseSIM},
		{name: "gprs", args: "up|down [silent] [D]", fault: true, parse: parseGPRS,
			doc: "the network activates or drops the PDP context, and gives none for D; silent: the module does not notice, and after D data passes again"},
		{name: "net", args: "unknown|known NAME", doc: "the name server does not know NAME, or does again", fault: true, parse: parseNet},
		{name: "power", args: "on|off [D]", doc: "the module is switched on, with its banner, or off, for D or for good", fault: true, parse: parsePower},
		{name: "reset", args: "[silent]", doc: "the module restarts, with its banner unless silent", fault: true, parse: parseReset},
	}
	contentVerbs = []verb{
		{name: "file", args: "NAME SIZE [hostile]", parse: parseFile,
			doc: "the embedded server has this file; each 16-byte line of it holds its offset; hostile: and what hosts choke on"},
	}
	answerVerbs = []verb{
		{name: "ignore", doc: "the command is neither run nor answered", answer: true, fault: true, parse: none[IgnoreAction]},
		{name: "reply", args: "TEXT", answer: true, fault: true,
			doc:   "the command is not run; TEXT is the answer, then OK unless TEXT is a final result such as CONNECT, BUSY or +CME ERROR: 100",
			parse: text(func(t string) any { return ReplyAction{t} })},
		{name: "prompt", args: "[N] TEXT", answer: true, fault: true, parse: parsePrompt,
			doc: "the command is not run; TEXT is sent, with N as a line, and a text up to Ctrl-Z or N bytes are taken; then comes OK, or what a reply to the command says"},
		{name: "connect", args: "echo", answer: true, parse: parseConnect,
			doc: "the command is not run; CONNECT is the answer, and what the host sends then comes back, until +++, O and H"},
	}
	lineVerbs = []verb{
		{name: "raw", args: "TEXT", doc: "these bytes come, whatever else goes on", fault: true,
			parse: text(func(t string) any { return RawAction{t} })},
		{name: "mute", args: "D|next", doc: "the module is deaf to the host for D, or to what it sends next", fault: true, parse: parseMute},
		{name: "type", args: "TEXT", parse: text(func(t string) any { return TypeAction{t} }),
			doc: "the modem takes TEXT as if a host before this one had sent it, each line when the one before has its answer"},
		{name: "ring", args: "[N]", fault: true, parse: parseRing,
			doc: "a call comes in and rings N times (1): RING, or what +CLIP and V0 make of it, and RI"},
		{name: "sms", args: "FROM TEXT | pdu HEX | cell KIND TEXT | centre accept|refuse CMS|delay D|lose|twice|unreported", fault: true, parse: parseSMS,
			doc: "a message comes, in parts when it is long; or the cell broadcasts one of a KIND, for +CSCB and +CNMI to let through; or the message centre refuses the host's messages with +CMS ERROR, answers late, loses them, delivers all twice, reports none"},
		{name: "ussd", args: "CODE TEXT | CODE ask TEXT | CODE silent", fault: true, parse: parseUSSD,
			doc: "the operator answers this code of +CUSD with TEXT, or asks with it and waits for an answer, or never answers; it does not know other codes"},
		{name: "call", args: "from NUMBER|hang-up|far-end answers [D]|busy|silent|rejects", fault: true, parse: parseCall,
			doc: "NUMBER calls until it is answered or hangs up; the far end hangs up: NO CARRIER; what the calls of the host come to (answers 3s)"},
		{name: "unplug", args: "[D] [renamed]", doc: "the port, a pty with a link (--link), goes away and comes back after D (1s); renamed: as another link, such as tty1 for tty0", fault: true, parse: parseUnplug},
	}
	dataVerbs = []verb{
		{name: "cut", args: "[N] [socket S]", doc: "the data connection is lost, after N bytes more; of a socket it is that one, or the one whose data has set the rule off", fault: true, parse: parseCut},
		{name: "stall", args: "D [socket S]|off", doc: "no data passes for D, or until stall off", fault: true, parse: parseStall},
		{name: "slow", args: "RATE|off", doc: "data passes at RATE bytes per second", fault: true, parse: parseSlow},
	}
	verdictVerbs = []verb{
		{name: "expect", args: "D [nth N] EVENT", doc: "the event must happen within D, N times", parse: parseExpect},
		{name: "forbid", args: "[D] [nth N] EVENT [until EVENT]",
			doc: "the event must not happen, or not N times, for D or to the end, or until another happens", parse: parseForbid},
		{name: "within", args: "D", doc: "the run must end within D of the start", parse: parseWithin},
		{name: "pass", doc: "the run ends well", parse: none[passAction]},
		{name: "fail", args: "TEXT", doc: "the run ends badly", parse: text(func(t string) any { return FailAction{t} })},
	}
	otherVerbs = []verb{
		{name: "log", args: "TEXT", doc: "a line in the log and the transcript", parse: text(func(t string) any { return LogAction{t} })},
	}
)
