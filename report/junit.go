package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modemsim/modemsim/run"
)

// A JUnit is a report in the XML of JUnit, which continuous integration reads: a test case for each
// modem of each run. The file is written when the report is made, with every run as one that did
// not end, and again after each run, whole each time. So it is whole and true whenever the process
// is killed.
//
// Runs may end at the same time. The methods of nil do nothing.
type JUnit struct {
	suite Suite
	begun time.Time

	mu    sync.Mutex // for cases and the file
	file  *junitFile
	cases []junitCase
}

// A Suite is what a report is about.
type Suite struct {
	Properties []Property // of all cases
	Cases      []Case
}

// A Case is a test case: a run for one modem.
type Case struct {
	Class      string // the scenario, or "modemsim"
	Name       string
	File       string // of the scenario; "": it has none
	Properties []Property
}

// A Property is something that the reader of a report should know of its circumstances.
type Property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class      string           `xml:"classname,attr"`
	Name       string           `xml:"name,attr"`
	File       string           `xml:"file,attr,omitempty"`
	Time       string           `xml:"time,attr"` // seconds
	Properties *junitProperties `xml:"properties"`
	Failure    *junitText       `xml:"failure,omitempty"`
	Error      *junitText       `xml:"error,omitempty"`
	Said       *junitSaid       `xml:"system-err"`
}

type junitProperties struct {
	All []Property `xml:"property"`
}

// properties are nil where there are none.
func properties(all []Property) *junitProperties {
	if len(all) == 0 {
		return nil
	}
	return &junitProperties{all}
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitSaid struct {
	Text string `xml:",cdata"`
}

// NewJUnit writes the report for the first time. A file that is there is replaced, that of a
// symbolic link where it is, unless another report is being written to it, which is ErrInUse.
func NewJUnit(file string, suite Suite) (*JUnit, error) {
	at, err := openJUnitFile(file)
	if err != nil {
		return nil, err
	}
	j := &JUnit{file: at, suite: suite, begun: time.Now()}
	for _, c := range suite.Cases {
		j.cases = append(j.cases, junitCase{
			Class: c.Class, Name: c.Name, File: c.File, Time: "0.000", Properties: properties(c.Properties),
			Error: &junitText{Message: "the run did not end"},
		})
	}
	if err := j.write(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// Close gives the file up to others.
func (j *JUnit) Close() error {
	if j == nil {
		return nil
	}
	return j.file.close()
}

// Cases returns the test cases of a run, one for each modem. name is that of a run without a
// scenario.
func Cases(c run.Config, name string) []Case {
	var cases []Case
	count := max(1, c.Count)
	for n := 1; n <= count; n++ {
		k := Case{Class: "modemsim", Name: name, Properties: []Property{{"seed", strconv.FormatUint(c.Seed+uint64(n-1), 10)}}}
		if all := c.Scenarios; len(all) > 0 {
			k.Class = all[min(n, len(all))-1].Name
			k.Name = k.Class
			if _, err := os.Stat(k.Class); err == nil {
				k.File = k.Class
			}
		}
		if count > 1 {
			k.Name = fmt.Sprintf("%s (modem %d)", k.Name, n)
		}
		cases = append(cases, k)
	}
	return cases
}

// Ended records the outcome of a run and writes the report. first is the index of the test case of
// its first modem.
func (j *JUnit) Ended(first int, o run.Outcome) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, m := range o.Modems {
		c, alone := &j.cases[first+i], o.Of(m)
		c.Error, c.Failure, c.Said, c.Time = nil, nil, &junitSaid{xmlText(exchanges(m))}, seconds(o.Ending.After)
		if alone.Failed() {
			c.Failure = &junitText{Message: alone.String(), Text: xmlText(m.Report)}
		}
	}
	return j.write()
}

// exchanges is the end of a modem's transcript, a line for each row.
func exchanges(m run.ModemOutcome) string {
	var b strings.Builder
	for _, line := range m.Exchanges.Brief(len(m.Exchanges)) {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// write writes the whole report.
func (j *JUnit) write() error {
	text, err := xml.MarshalIndent(j.document(), "", "  ")
	if err != nil {
		return err
	}
	return j.file.write(append([]byte(xml.Header), append(text, '\n')...))
}

// document is the report's document.
func (j *JUnit) document() any {
	s := struct {
		XMLName    xml.Name         `xml:"testsuite"`
		Name       string           `xml:"name,attr"`
		Tests      int              `xml:"tests,attr"`
		Failures   int              `xml:"failures,attr"`
		Errors     int              `xml:"errors,attr"`
		Time       string           `xml:"time,attr"`
		Timestamp  string           `xml:"timestamp,attr"`
		Host       string           `xml:"hostname,attr"`
		Properties *junitProperties `xml:"properties"`
		Cases      []junitCase      `xml:"testcase"`
	}{
		Name: "modemsim", Tests: len(j.cases), Time: seconds(time.Since(j.begun)),
		Timestamp: j.begun.UTC().Format(time.RFC3339), Host: hostname(),
		Properties: properties(j.suite.Properties), Cases: j.cases,
	}
	for _, c := range j.cases {
		if c.Failure != nil {
			s.Failures++
		}
		if c.Error != nil {
			s.Errors++
		}
	}
	return s
}

// hostname is the name of this machine, as far as it has one.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// xmlText puts U+FFFD in the place of what XML 1.0 2.2 has no character for.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, text)
}
