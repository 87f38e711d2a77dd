package sim_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
)

// The words that random scenarios are made of.
var (
	randomEvents = []string{
		"AT", "AT+CSQ", "AT+AIPA=1", "AT+AIPA=0", "AT+AFTPO=", "AT+AFTPPASV=1", "AT+AFTPRETR=", "AT+AFTPSTOR=", "AT+AFTPDATA", "ATO", "ATH",
		"boot", "host:open", "host:close", "host:line", "host:idle 2s", "host:early", "host:junk", "escape",
		"network:home", "network:searching", "network:roaming", "sim:ready", "sim:absent", "gprs:active", "gprs:inactive",
		"ftp:open", "ftp:login", "ftp:ready", "ftp:data", "ftp:data@100", "ftp:data@50%", "ftp:data@3..9000", "ftp:data@7 or down", "down", "AT+CSQ or boot", "ftp:cut", "ftp:done", "ftp:stored", "ftp:resume", "ftp:restart", "ftp:closed",
	}
	randomTriggers = []string{"", "on EVENT", "on EVENT", "on EVENT", "on EVENT", "at 3s", "at 00:00", "at 00:01", "each 1s", "each 1s..3s", "then 1s..2s", "each 50ms", "then", "then 1s", "then 1us", "then each 5s"}
	randomCounts   = []string{"", "", "", "once", "first 3", "nth 2", "from 2", "every 2", "p 0.5"}
	randomActions  = []string{
		"set signal 3", "set clock 26/01/15,00:00:00", "set signal 9 over 3s", "set battery 0 over 1us", "set network searching", "set pin 1234", "set timing field", "set upload-loss swallow", "set data-loss error",
		"network home", "network searching", "network denied", "sim ready", "sim absent", "sim busy", "gprs up", "gprs down", "gprs down silent", "gprs down 2s", "gprs down silent 1s", "net unknown www.example.com", "net known www.example.com", "network searching 3s", "sim busy 2s", "power off 2s",
		"power on", "power off", "reset", "reset silent", "file a.bin 3000", "ignore", "reply ERROR", "prompt >", "prompt 5 GO", "reply +X: 1", "delay 2s", "delay next", "drop", "drop final",
		"repeat", "truncate 3", "split 2 1s", "garble 2", "urc +TICK", "urc @info+1 +TICK", "urc @after +TICK", "raw xyz", "mute 5s", "mute next",
		`type AT+CSQ\r`, `type AT\rAT+AIPA=1\r`, "ring 3", "cut", "cut 10", "cut 1..500", "stall 1s..3s", "stall 3s", "slow 500", "slow off", "lose 20", "double 20", "flip 20", "flip off",
		"ftp RETR 550 Gone", "ftp STOR end 552 Full", "ftp RETR end none", "ftp RETR at 100 226 Short", "ftp STOR at 5 552 Full", "ftp STOR at 5 226 Fine", "ftp PASV 227 Entering Passive Mode (192,0,2,1,1,1)", "ftp PASS none", "ftp CONNECT refuse",
		"ftp DATA timeout", "ftp 421 Bye", "expect 5s EVENT", "forbid EVENT", "forbid 3s EVENT", "forbid nth 2 EVENT until EVENT", "expect 9s nth 3 EVENT", "within 2m", "pass", "fail x", "log x",
	}
	randomLines = []string{
		"AT", "ATE0", "AT+CSQ", "AT+AIPA=1", "AT+AIPA=0", `AT+AFTPO="203.0.113.5",21,"user","pass"`, "AT+AFTPPASV=1", `AT+AFTPRETR="text.txt"`,
		`AT+AFTPSTOR="up"`, "AT+AFTPDATA", "ATO", "ATH", "AT+AFTPC", "AT+SFUN=RST", "some data of a file", "AT+CSQ;+CREG?", "ATZ",
	}
)

// pick takes one of some words.
func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// randomScenario is up to 12 rules.
func randomScenario(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(12) {
		line := strings.Join(strings.Fields(pick(r, randomTriggers)+" "+pick(r, randomCounts)+" "+pick(r, randomActions)), " ")
		for strings.Contains(line, "EVENT") {
			line = strings.Replace(line, "EVENT", pick(r, randomEvents), 1)
		}
		// Some words do not fit each other.
		if _, err := scenarios.Parse("x.scn", strings.NewReader("log x\n"+line)); err == nil {
			b.WriteString(line + "\n")
		}
	}
	if strings.HasPrefix(b.String(), "then") {
		return "log x\n" + b.String()
	}
	return b.String()
}

// liveThrough lets a random host meet a random scenario. There is always an
// end, a verdict, and an answer to AT behind it.
func liveThrough(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	text := randomScenario(r)
	defer func() {
		if t.Failed() {
			t.Logf("seed %d:\n%s", seed, text)
		}
	}()
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.Seed(seed), sim.ScenarioText("x.scn", text))
		for range 5 + r.IntN(20) {
			line := pick(r, randomLines) + pick(r, []string{"\r", "\r", "\r", "\r\n", "+++", ""})
			go d.host.Write([]byte(line)) // it may wait until the modem reads on
			time.Sleep(time.Duration(r.IntN(3000)) * time.Millisecond)
			if r.IntN(20) == 0 {
				d.reopen(t)
			}
		}
		pass(5 * time.Minute)
		judged := make(chan sim.Verdict, 1)
		go func() { d.modem.Exited(t.Context(), 0); judged <- d.modem.Judge("the host ended") }()
		select {
		case v := <-judged:
			if v.Passed == (len(v.Failures) > 0) || v.String() == "" {
				t.Errorf("a verdict that makes no sense: %+v", v)
			}
		case <-time.After(time.Minute):
			t.Fatal("there is no verdict")
		}
		d.reopen(t)
		load(t, d, "log another scenario")
		synctest.Wait()
		d.host.take()
		d.type_(t, "\r")
		pass(time.Second)
		d.host.take()
		d.type_(t, "ATE0V1\r")
		pass(time.Second)
		if got := string(d.host.take()); !strings.HasSuffix(got, "OK\r\n") {
			t.Fatalf("AT is answered with %q", got)
		}
	})
}

// FuzzRules looks for a scenario that hangs, crashes or leaves a modem that does
// not answer.
func FuzzRules(f *testing.F) {
	for seed := range uint64(15) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { liveThrough(t, seed) })
}
