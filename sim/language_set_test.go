package sim_test

import (
	"fmt"
	"testing"
	"time"
)

// A number moves from what it is to what the rule says, a step at a time.
func TestMovingSetting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules("set signal 25\non AT set signal 5 over 20s\nthen 30s set signal 8 over 3s\nset battery 97 over 3s\non AT+CPAS set signal 20"))
		d.ok(t, "ATE0")
		signal := func(want int) {
			t.Helper()
			d.expect(t, "AT+CSQ", fmt.Sprintf("+CSQ: %d,99", want), "OK")
		}
		signal(25)
		d.ok(t, "AT")
		for n := 25; n > 5; n-- {
			signal(n)
			pass(time.Second)
		}
		signal(5)
		pass(10 * time.Second)
		d.expect(t, "AT+CBC", "+CBC: 0,97", "OK")
		for n := 5; n <= 8; n++ {
			signal(n)
			pass(time.Second)
		}
		signal(8)
		pass(time.Minute)
		signal(8)
		d.ok(t, "AT")
		pass(10 * time.Second)
		signal(8 - 1)
		d.ok(t, "AT+CPAS") // a rule that sets it ends the way
		pass(20 * time.Second)
		signal(20)
	})
}
