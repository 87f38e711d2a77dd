package run_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/scenarios"
)

func ExampleExec() {
	script, err := scenarios.Parse("signal.scn", strings.NewReader("expect 10s AT+CSQ\n"))
	if err != nil {
		panic(err)
	}
	config := run.Config{Scenarios: []run.Scenario{{Name: "signal.scn", Script: script}}}
	for _, command := range []string{`AT+CSQ\r`, `AT+CSQ\n`} { // a modem wants CR
		outcome, err := run.Exec(context.Background(), config, run.Program{
			Args:    []string{"sh", "-c", `printf "$1" >"$2"`, "host", command, "{tty}"},
			Timeout: 10 * time.Second,
		})
		if err != nil {
			panic(err)
		}
		text, _, _ := strings.Cut(outcome.String(), " after ")
		fmt.Println(text)
	}
	// Output:
	// passed
	// failed: signal.scn:1: expected AT+CSQ, but the program ended
}
