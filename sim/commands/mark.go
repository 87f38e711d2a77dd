package commands

import (
	"errors"
	"fmt"
)

// A Mark says that a command is less than its manual.
type Mark string

// The marks. A row without one is all that its manual says.
const (
	Partly Mark = "partly" // some of it acts
	Kept   Mark = "kept"   // checked, stored and read back, without effect
)

// checkMark returns what is wrong with the row's mark.
func (r *Row) checkMark() error {
	switch r.Mark {
	case "":
		if r.Why != "" {
			return errors.New("has a reason without a mark (set Mark to Partly or Kept)")
		}
	case Partly, Kept:
		if r.Why == "" {
			return fmt.Errorf("is marked %s without a reason (set Why)", r.Mark)
		}
	default:
		return fmt.Errorf("has the mark %q, which does not exist (Partly or Kept)", r.Mark)
	}
	return nil
}
