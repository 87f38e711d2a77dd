package commands

import "testing"

// Forms and values of a command may be assumed.
func TestAssumes(t *testing.T) {
	row := &Row{Fidelity: Documented, Assumed: []Assumption{
		{Forms: Test, What: "the text"},
		{Forms: Set, Values: []string{"4"}, What: "four"},
		{What: "a rare case"},
	}}
	for c, want := range map[Command]bool{
		{Form: Test}: true, {Form: Set, Text: "4"}: true, {Form: Set, Text: `4,"x"`}: true,
		{Form: Set, Text: "44"}: false, {Form: Set, Text: "1,4"}: false, {Form: Read}: false, {Form: Execute, Text: "4"}: false,
	} {
		if got := row.Assumes(c); got != want {
			t.Errorf("%+v: %t", c, got)
		}
	}
	row.Fidelity = Assumed
	if !row.Assumes(Command{Form: Read}) {
		t.Error("a command that is assumed as a whole is not")
	}
}
