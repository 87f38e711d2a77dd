package sim_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// key is an own command with a secret.
var key = commands.Row{
	Name: "+MYCMD", Forms: commands.Set | commands.Test,
	Params: []commands.Param{commands.Number("slot", 0, 3), commands.Secret("key")},
	Do: func(c *commands.Call) error {
		c.Answer("+MYCMD", "%d,%s", c.Args.Number(0), commands.Quote(c.Args.Text(1)))
		return nil
	},
}

// Two modules with different tables live in one process, and neither knows the other's.
func TestTwoTablesAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		own, plain := startModem(t, sim.Command(key)), startModem(t)
		for _, d := range []*dialog{own, plain} {
			d.ok(t, "ATE0")
		}

		own.expect(t, "AT+MYCMD=?", "+MYCMD: (0-3),", "OK")
		own.expect(t, `AT+MYCMD=1,"s3cret"`, `+MYCMD: 1,"s3cret"`, "OK")
		if last := own.modem.State().LastEvent; last != "AT+MYCMD=1,***" {
			t.Errorf("the last event is %s", last)
		}
		own.expect(t, `AT+MYCMD=4,"s3cret"`, "ERROR")
		plain.expect(t, `AT+MYCMD=1,"s3cret"`, "ERROR")

		for d, lists := range map[*dialog]bool{own: true, plain: false} {
			clac := d.ask(t, "AT+CLAC")
			if strings.Contains(clac, "\r\n+MYCMD\r\n") != lists || !strings.Contains(clac, "\r\n+CSQ\r\n") {
				t.Errorf("AT+CLAC lists +MYCMD: want %v\n%s", lists, clac)
			}
		}

		transcript := own.modem.Transcript().String()
		if strings.Contains(transcript, "s3cret") || !strings.Contains(transcript, `> AT+MYCMD=1,***\r`) {
			t.Errorf("the transcript does not hide the secret:\n%s", transcript)
		}
		if transcript := plain.modem.Transcript().String(); !strings.Contains(transcript, `> AT+MYCMD=1,"s3cret"\r`) {
			t.Errorf("a line that holds no secret is hidden:\n%s", transcript)
		}
	})
}

// A scenario may name the commands of its modem alone.
func TestScenarioIsCheckedAgainstTheTable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		scenario := sim.ScenarioText("own.scn", "on AT+MYCMD once drop")
		d := startModem(t, sim.Command(key), scenario)
		d.ok(t, "ATE0")
		d.expect(t, `AT+MYCMD=1,"s3cret"`)
		d.expect(t, `AT+MYCMD=1,"s3cret"`, `+MYCMD: 1,"s3cret"`, "OK")

		m, err := sim.New(port.NewPipe(), scenario)
		if err == nil {
			m.Close()
			t.Fatal("a modem without AT+MYCMD takes a scenario with it")
		}
		if want := "own.scn:1: the module does not know AT+MYCMD"; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}

// An own row takes the place of a built-in one of its name; of two own ones the last counts.
func TestCommandReplaces(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answers := func(text string) sim.Option {
			return sim.Command(commands.Row{Name: "+CSQ", Forms: commands.Execute, Do: func(c *commands.Call) error {
				c.Info(text)
				return nil
			}})
		}
		d := startModem(t, answers("first"), answers("second"))
		d.ok(t, "ATE0")
		d.expect(t, "AT+CSQ", "second", "OK")
		d.expect(t, "AT+CSQ=?", "ERROR")
	})
}

// What an own function returns decides the final result.
func TestCommandFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var result error
		d := startModem(t, sim.Command(commands.Row{Name: "+X", Forms: commands.Execute, Do: func(*commands.Call) error { return result }}))
		d.ok(t, "ATE0")
		d.ok(t, "AT+CMEE=1")
		for _, r := range []struct {
			err  error
			want string
		}{
			{commands.CMENoNetwork, "+CME ERROR: 30"},
			{commands.Busy, "BUSY"},
			{errors.New("no such lamp"), "ERROR"},
			{&commands.Reason{Result: commands.CMENotAllowed, Why: "the lamp is broken"}, "+CME ERROR: 3"},
		} {
			result = r.err
			d.expect(t, "AT+X", r.want)
		}
		d.wantNote(t, "the lamp is broken")
	})
}

func TestCommandRefused(t *testing.T) {
	_, err := sim.New(port.NewPipe(), sim.Command(commands.Row{Name: "+mycmd"}))
	if err == nil || !strings.HasPrefix(err.Error(), `sim.Command: "+mycmd" is not the name of a command`) {
		t.Errorf("error %v", err)
	}
}

// A table of one's own takes the place of the module's, what Command adds is added to it, and a
// scenario that is loaded later is checked against both.
func TestOwnTable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		table, err := commands.NewTable(commands.Group{Name: "own", Rows: []commands.Row{{
			Name: "+HI", Forms: commands.Execute, Do: func(c *commands.Call) error { c.Info("hello"); return nil },
		}}})
		if err != nil {
			t.Fatal(err)
		}
		d := startModem(t, sim.Command(key), sim.Commands(table), sim.ScenarioText("x.scn", "on AT+HI once log x\non AT+MYCMD= once drop final"))
		d.type_(t, "AT+HI\rAT+CSQ\r")
		d.want(t, "AT+HI", "AT+HI\r"+frames("hello", "OK")+"AT+CSQ\r"+frames("ERROR"))
		for rule, loads := range map[string]bool{"on AT+CSQ once drop": false, "on AT+HI once drop": true, "on AT+MYCMD= once drop": true} {
			script := sim.ScenarioText("x.scn", rule)
			settings, rules, err := sim.Compose(script, sim.Command(key), sim.Commands(table))
			if (err == nil) != loads {
				t.Errorf("%s: Compose: error %v", rule, err)
			}
			if err := d.modem.Load(settings, rules); (err == nil) != loads {
				t.Errorf("%s: Load: error %v", rule, err)
			}
			if _, _, err := sim.Compose(script); (err == nil) == loads {
				t.Errorf("%s: Compose without the table: error %v", rule, err)
			}
		}
	})
}

// What no module has is refused with the names, and so are no table and no number.
func TestCommandsRefused(t *testing.T) {
	for want, option := range map[string]sim.Option{
		`commands: "adh9" is not a choice (adh8066`:        sim.Set("commands", "adh9"),
		"Commands(nil): no table (commands.NewTable makes": sim.Commands(nil),
		"Number(0): not the number of a modem":             sim.Number(0),
	} {
		_, err := sim.New(port.NewPipe(), option)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("New: error %v, want %s", err, want)
		}
		if _, _, again := sim.Compose(option); again == nil || again.Error() != err.Error() {
			t.Errorf("Compose: error %v, want %v", again, err)
		}
	}
}
