package commands

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/modemsim/modemsim/scenarios"
)

// adh8066 are the groups of the ADH8066, each in a file of its own.
var adh8066 = []Group{
	v25terGroup, identityGroup, callsGroup, callServicesGroup, networkGroup, controlGroup, packetGroup, contextGroup, phonebookGroup,
	facilityGroup, messageGroup, serviceGroup, preferredGroup, indicatorGroup, lastingGroup, faxGroup,
	ipGroup, socketGroup, cellGroup, specialGroup, ftpLoginGroup, ftpTransferGroup, ftpFolderGroup,
}

//go:embed adh8066.txt
var adh8066Listed string

// Module returns the commands of a module, by the name that the setting commands gives it.
func Module(name string) (*Table, error) {
	if name != scenarios.CommandsADH8066 {
		return nil, fmt.Errorf("there is no module %q (one of %s)", name, scenarios.CommandsADH8066)
	}
	return ADH8066(), nil
}

// ADH8066 returns the commands of the ADH8066.
func ADH8066() *Table { return adh8066Table() }

// adh8066Table is made once, for all modems.
var adh8066Table = sync.OnceValue(func() *Table {
	t, err := NewTable(adh8066...)
	if err == nil {
		t.listed, err = parseListed(adh8066Listed)
	}
	if err != nil {
		panic(err) // a row or the list of this package is wrong, which its tests find
	}
	return t
})
