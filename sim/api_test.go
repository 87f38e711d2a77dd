package sim_test

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// calls are one call of each exported method of Modem, but for Close.
var calls = map[string]func(*sim.Modem){
	"Do":         func(m *sim.Modem) { m.Do("urc +TICK") },
	"Done":       func(m *sim.Modem) { m.Done() },
	"Exited":     func(m *sim.Modem) { m.Exited(context.Background(), 0) },
	"Follow":     func(m *sim.Modem) { ctx, end := context.WithCancel(context.Background()); m.Follow(ctx); end() },
	"Judge":      func(m *sim.Modem) { m.Judge("the test says so") },
	"Load":       func(m *sim.Modem) { m.Load(scenarios.Default(), &scenarios.Script{}) },
	"Now":        func(m *sim.Modem) { m.Now() },
	"Over":       func(m *sim.Modem) { m.Over() },
	"State":      func(m *sim.Modem) { m.State() },
	"Transcript": func(m *sim.Modem) { m.Transcript() },
	"Wait": func(m *sim.Modem) {
		ctx, end := context.WithTimeout(context.Background(), time.Millisecond)
		defer end()
		m.Wait(ctx, "ftp:done")
	},
}

// TestMethodsFromManyGoroutines calls every exported method of Modem from
// eight goroutines during a session; the race detector is what fails it.
func TestMethodsFromManyGoroutines(t *testing.T) {
	modem := reflect.TypeFor[*sim.Modem]()
	for i := range modem.NumMethod() {
		if name := modem.Method(i).Name; calls[name] == nil && name != "Close" {
			t.Errorf("no call of Modem.%s is made here", name)
		}
	}
	for range 8 { // each meets other moments of a connection
		bubble(t, manyGoroutines)
	}
}

func manyGoroutines(t *testing.T) {
	d := startModem(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				for _, call := range calls {
					call(d.modem)
				}
			}
		})
	}
	for range 50 {
		d.type_(t, "ATE0\rAT+AIPA=1\rAT+AFTPO=\"203.0.113.5\",21,\"user\",\"pass\"\r")
		d.type_(t, "AT+AFTPPASV=1\rAT+AFTPSTOR=\"a\"\rAT+AFTPDATA\rdata+++AT\r")
	}
	all.Wait()
	for range 8 {
		all.Go(func() { d.modem.Close() })
	}
	all.Wait()
}
