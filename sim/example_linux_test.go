package sim_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/modemsim/modemsim/sim"
)

// readSignal is the code under test: it asks the modem at a path for its signal.
func readSignal(path string) (string, error) {
	tty, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer tty.Close()
	if _, err := tty.WriteString("AT+CSQ\r"); err != nil {
		return "", err
	}
	for in := bufio.NewScanner(tty); in.Scan(); {
		if text, ok := strings.CutPrefix(in.Text(), "+CSQ: "); ok {
			return text, nil
		}
	}
	return "", fmt.Errorf("%s: no answer", path)
}

// A test of code that opens a modem as a serial port; the scenario is judged at
// its end. In a real test, test is its *testing.T.
func ExampleRunT() {
	test := &trialT{}
	defer test.end() // package testing does that

	m := sim.RunT(test, sim.ScenarioFile("testdata/weak-signal.scn"))
	fmt.Println(readSignal(m.Path()))
	// Output:
	// 4,99 <nil>
}
