package scenarios

import (
	"net/netip"
	"time"
)

// Settings are those of the module, its SIM and its network, as profiles and scenarios make
// them. It is a plain value: it can be copied and compared. Each field is the setting of the
// same name (OperatorCode is operator-code); Keys says what each means and which values it
// takes. Check tests a field that was set past Set.
type Settings struct {
	Signal        int
	BER           int
	Network       string // one of the Network constants
	Operator      string
	OperatorShort string
	OperatorCode  string
	LAC           string
	RAC           string
	BCCH          int
	BSIC          int
	Cells         string // the neighbours, as +CNCI lists them, with a blank between
	CI            string
	IP            netip.Addr
	APN           string
	IMEI          string
	IMSI          string
	PIN           string
	PUK           string
	Number        string
	SMSC          string
	SMSStore      int
	ICCID         string
	Battery       int // percent
	Charging      int // <bcs> of +CBC
	Clock         time.Time
	Manufacturer  string
	Model         string
	Revision      string

	Commands       string // one of the Commands constants
	Power          string // one of the Power constants
	Timing         string // one of the Timing constants
	Baud           int    // or one of the Baud constants
	IPR            string // one of the IPR constants
	RxBuffer       int    // bytes; 0: without end
	SocketClose    string // one of the SocketClose constants
	IPError        string // one of the IPError constants
	FTPErrorDetail bool
	LoginPrefix    string // one of the LoginPrefix constants
	FTPText        string // one of the FTPText constants
	DataLoss       string // one of the DataLoss constants
	UploadLoss     string // one of the UploadLoss constants
	UploadRefused  string // one of the UploadRefused constants
	EscapeGuard    time.Duration
	PASVAddress    string // one of the PASVAddress constants
	AIPAExtra      int
	ColonSpace     bool
	InputWhileBusy string // one of the InputWhileBusy constants
	CTS            bool   // false: clear to send is off whatever happens
	BootWaitsDSR   bool

	FTPConnect time.Duration
	FTPReply   time.Duration
	FTPIdle    time.Duration
}

// Default is the profile adh8066: every setting as the table has it.
func Default() Settings {
	var s Settings
	for _, row := range table {
		row.reset(&s)
	}
	return s
}

// Setting is one row of the table of settings, as text.
type Setting struct {
	Key     string // as in `set KEY VALUE`
	Range   string // the values it takes
	Default string // in the profile adh8066
	Doc     string // one line
	Source  string // a document, "assumed", or "modemsim" for a choice of this program
}

// Keys are all settings in the order of the table, which puts what belongs together side by side.
func Keys() []Setting {
	settings := make([]Setting, 0, len(table))
	for _, row := range table {
		settings = append(settings, row.Setting)
	}
	return settings
}
