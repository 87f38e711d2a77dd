package calls_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/sim/calls"
)

// situation is the calls in the order of their numbers: "1 held, 2 active".
func situation(m *calls.Machine) string {
	var parts []string
	for _, c := range m.All() {
		parts = append(parts, fmt.Sprintf("%d %s", c.ID, c.State))
	}
	return strings.Join(parts, ", ")
}

// do applies operations by their names and returns the last error.
func do(m *calls.Machine, operations ...string) (changes []calls.Change, err error) {
	for _, op := range operations {
		switch op {
		case "dial":
			changes, err = m.Dial("5550100")
		case "arrive":
			changes, err = m.Arrive("+15550101")
		case "release 1":
			changes, err = m.Release(1)
		default:
			for e := calls.Alert; e <= calls.DropAll; e++ {
				if e.String() == op {
					changes, err = m.Handle(e)
				}
			}
		}
	}
	return changes, err
}

func TestOperations(t *testing.T) {
	for _, c := range []struct {
		before, operation, want string // operations before, separated by commas
		err                     error
	}{
		{"", "dial", "1 dialing", nil},
		{"", "arrive", "1 incoming", nil},
		{"", "answer", "", calls.ErrNoCall},
		{"", "release 1", "", calls.ErrNoCall},
		{"", "drop all", "", calls.ErrNoCall},
		{"dial", "alert", "1 alerting", nil},
		{"dial", "connect", "1 active", nil},
		{"dial", "give up", "", nil},
		{"dial", "dial", "1 dialing", calls.ErrEngaged},
		{"dial", "arrive", "1 dialing", calls.ErrEngaged},
		{"dial,alert", "connect", "1 active", nil},
		{"dial,alert", "alert", "1 alerting", calls.ErrNoCall},
		{"arrive", "answer", "1 active", nil},
		{"arrive", "refuse", "", nil},
		{"arrive", "arrive", "1 incoming", calls.ErrEngaged},
		{"arrive", "connect", "1 incoming", calls.ErrNoCall},
		{"arrive,answer", "arrive", "1 active, 2 waiting", nil},
		{"arrive,answer", "dial", "1 held, 2 dialing", nil},
		{"arrive,answer", "drop active", "", nil},
		{"arrive,answer,arrive", "answer", "1 held, 2 active", nil},
		{"arrive,answer,arrive", "release 1", "2 incoming", nil},
		{"arrive,answer,arrive", "drop active", "2 incoming", nil},
		{"arrive,answer,arrive,answer", "swap", "1 active, 2 held", nil},
		{"arrive,answer", "swap", "1 active", calls.ErrNoCall},
		{"dial,connect,dial,connect,dial,connect", "swap", "1 active, 2 held, 3 held", nil},
		{"arrive,answer,arrive,answer", "drop held", "2 active", nil},
		{"arrive,answer,arrive,answer", "drop all", "", nil},
		{"arrive,answer,arrive,release 1", "dial", "2 incoming", calls.ErrEngaged},
		{"arrive,answer,arrive,answer,release 1", "dial", "1 dialing, 2 held", nil},
	} {
		t.Run(c.before+"/"+c.operation, func(t *testing.T) {
			m := new(calls.Machine)
			do(m, strings.Split(c.before, ",")...)
			before := situation(m)
			changes, err := do(m, c.operation)
			if !errors.Is(err, c.err) || situation(m) != c.want {
				t.Errorf("from %q: %q, error %v; want %q, %v", before, situation(m), err, c.want, c.err)
			}
			if (err == nil) != (len(changes) > 0) {
				t.Errorf("changes %v with error %v", changes, err)
			}
		})
	}
}

func TestRoomForCalls(t *testing.T) {
	m := new(calls.Machine)
	for range calls.Max {
		do(m, "dial", "connect")
	}
	if _, err := m.Dial("5550100"); !errors.Is(err, calls.ErrFull) {
		t.Errorf("error %v, want %v", err, calls.ErrFull)
	}
	if _, err := m.Arrive("5550100"); !errors.Is(err, calls.ErrFull) || len(m.All()) != calls.Max {
		t.Errorf("error %v, %d calls", err, len(m.All()))
	}
}

func FuzzMachine(f *testing.F) {
	f.Add([]byte{0, 3, 0, 3, 1, 4, 2})
	f.Add([]byte{1, 4, 1, 4, 9, 10, 0})
	f.Fuzz(func(t *testing.T, operations []byte) {
		m := new(calls.Machine)
		for _, op := range operations {
			before := situation(m)
			var err error
			switch n := int(op) % 20; n {
			case 0:
				_, err = m.Dial("1")
			case 1:
				_, err = m.Arrive("2")
			case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11:
				_, err = m.Handle(calls.Event(n - 2))
			default:
				_, err = m.Release(n - 12)
			}
			if err != nil && situation(m) != before {
				t.Fatalf("%v: from %q to %q", err, before, situation(m))
			}
			check(t, m)
		}
	})
}

// check fails the test when the calls cannot be so together.
func check(t *testing.T, m *calls.Machine) {
	t.Helper()
	count, id := map[calls.State]int{}, 0
	for _, c := range m.All() {
		if c.State < calls.Active || c.State > calls.Waiting || c.ID <= id {
			t.Fatalf("%q", situation(m))
		}
		id = c.ID
		count[c.State]++
	}
	setup := count[calls.Dialing] + count[calls.Alerting] + count[calls.Incoming] + count[calls.Waiting]
	if len(m.All()) > calls.Max || count[calls.Active] > 1 || setup > 1 {
		t.Fatalf("%q", situation(m))
	}
	if len(m.All()) == 1 && count[calls.Waiting] == 1 {
		t.Fatalf("a call waits for nobody")
	}
}
