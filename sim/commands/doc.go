// Package commands holds the AT commands: what each is called, what it takes and what it does.
//
// A command is one [Row]: its name, its forms, what it needs (a SIM, a PDP context, an FTP login),
// its parameters with their ranges, its fidelity, and one function. The rows of a chapter of the
// manuals are a [Group] in a file of its own, and a [Table] is put together from groups: [ADH8066]
// from these, another module from others.
//
//	v25ter.go      V.25ter: E Q V X S-registers Z &F &W &C &D I H O and the rest
//	identity.go    3GPP TS 27.007 chapter 5: +CGMI +CGMM +CGMR +CGSN +CIMI
//	calls.go       3GPP TS 27.007 chapters 6 and 7: +CHLD +CHUP +CLCC +CRC
//	calls_services.go  +CCWA +CEER +CLIR +COLP +VTS
//	network.go     3GPP TS 27.007 chapter 7: +CREG +COPS (+CLIP is in control.go)
//	control.go     3GPP TS 27.007 chapter 8: +CPIN +CSQ +CLAC and others, and 9: +CMEE
//	packet.go      3GPP TS 27.007 chapter 10: +CGATT +CGREG
//	context.go     3GPP TS 27.007 chapter 10: +CGDCONT +CGACT +CGDATA and others
//	phonebook.go   3GPP TS 27.007 chapter 8: +CPB*, and +CNUM
//	lasting.go     parameters of 27.007 that are kept and read back
//	fax.go         TIA-578: +FM* +FT* +FR* #CLS
//	facility.go    3GPP TS 27.007 chapter 7: +CLCK +CPWD
//	ip.go          Enhanced AT manual 3, FTP AT manual 1.1: +AIP*
//	special.go     Enhanced AT manual 5: +SFUN
//	ftp*.go        FTP AT manual 1.2 to 1.11 and its supplement: +AFTP*
//
// The package holds the modem's [State] but not the modem: a handler reaches time, the port and
// data mode through the [Engine] in its [Call], and the error that it returns becomes the final
// result of the command line.
//
// The vendor's documents are named briefly: the FTP AT manual is the "FTP AT Command Reference
// Manual" V1.1 (2010), the supplement its "Supplemental" (2012), the Enhanced AT manual the
// "Enhanced AT Commands Reference Manual" V1.6 (2009), the AT manual the "Quad band GSM/GPRS Module
// AT Command Reference Manual" V1.6 (2009).
package commands
