package faults

// None does nothing at every hook.
type None struct{}

// Input passes the bytes on.
func (None) Input(sent []byte) []byte { return sent }

// Reply passes the reply on.
func (None) Reply(r Reply) []Reply { return []Reply{r} }

// Data passes the chunk on.
func (None) Data(_ Direction, _ int64, chunk []byte) []byte { return chunk }

// Command lets the command pass.
func (None) Command(string, string) Answer { return Answer{} }
