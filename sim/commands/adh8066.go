package commands

import _ "embed"

// adh8066 are the groups of the ADH8066, each in a file of its own.
var adh8066 = []Group{
	v25terGroup, identityGroup, networkGroup, controlGroup, packetGroup,
	ipGroup, specialGroup, ftpLoginGroup, ftpTransferGroup, ftpFolderGroup,
}

//go:embed adh8066.txt
var adh8066Listed string

// ADH8066 returns the commands of the ADH8066.
func ADH8066() *Table {
	t, err := NewTable(adh8066...)
	if err == nil {
		t.listed, err = parseListed(adh8066Listed)
	}
	if err != nil {
		panic(err) // a row or the list of this package is wrong, which its tests find
	}
	return t
}
