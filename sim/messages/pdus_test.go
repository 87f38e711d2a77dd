package messages

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A recorded text is one that a program was given, and the PDUs that it has sent for it.
type recorded struct {
	text string
	pdus []string
}

// readRecorded reads testdata/pdus.txt.
func readRecorded(t *testing.T) (all []recorded) {
	t.Helper()
	file, err := os.Open("testdata/pdus.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		word, quoted, _ := strings.Cut(line, " ")
		switch word {
		case "", "#":
		case "text", "assumed":
			text, err := strconv.Unquote(quoted)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			all = append(all, recorded{text: text})
		default:
			last := &all[len(all)-1]
			last.pdus = append(last.pdus, line)
		}
	}
	return all
}

// What real programs send is the text that they were given, at the message centre and at its
// receiver, whatever the order in which the parts come. What is read is what is written.
func TestRecordedPDUs(t *testing.T) {
	all, count := readRecorded(t), 0
	for _, r := range all {
		count += len(r.pdus)
		r.test(t)
		slices.Reverse(r.pdus)
		r.test(t)
		if len(r.pdus) == 3 {
			r.pdus[0], r.pdus[1] = r.pdus[1], r.pdus[0]
			r.test(t)
		}
	}
	t.Logf("%d texts in %d PDUs", len(all), count)
	if count < 60 {
		t.Errorf("%d PDUs, want 60 at least", count)
	}
}

func (r recorded) test(t *testing.T) {
	var sent, received Joiner
	for i, digits := range r.pdus {
		last := i == len(r.pdus)-1
		p, err := ParsePDU(digits)
		if err != nil {
			t.Errorf("%s: %v", digits, err)
			return
		}
		if !strings.EqualFold(p.String(), digits) {
			t.Errorf("%s is written as %s", digits, p)
		}
		submit, err := p.To()
		if err != nil {
			t.Errorf("%s: %v", digits, err)
			return
		}
		if text, whole := sent.Add(submit.DA.Number(), submit); whole != last || last && text != r.text {
			t.Errorf("%s: the text is %q, %t, want %q", digits, text, whole, r.text)
		}
		d, err := Deliver(submit, Address{TOA: International, Addr: "15550101"}, when)
		if err != nil {
			t.Errorf("%s: %v", digits, err)
			return
		}
		deliver, err := d.From()
		if err != nil {
			t.Errorf("%s is delivered as %s: %v", digits, d, err)
			return
		}
		if text, whole := received.Add("+15550101", deliver); whole != last || last && text != r.text {
			t.Errorf("%s is delivered as %q, %t, want %q", digits, text, whole, r.text)
		}
	}
}
