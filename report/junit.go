package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	file  string
	begun time.Time

	mu    sync.Mutex // for cases and the file
	cases []junitCase
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"` // seconds
	Failure *junitText `xml:"failure,omitempty"`
	Error   *junitText `xml:"error,omitempty"`
	Said    *junitSaid `xml:"system-err"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitSaid struct {
	Text string `xml:",cdata"`
}

// ErrNotAFile is the error of a path where something else than a regular file is.
var ErrNotAFile = errors.New("not a regular file")

// NewJUnit writes the report for the first time. cases are the names of its test cases. A file that
// is there is replaced, that of a symbolic link where it is.
func NewJUnit(file string, cases []string) (*JUnit, error) {
	if st, err := os.Stat(file); err == nil && !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is %w", file, ErrNotAFile)
	}
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	j := &JUnit{file: file, begun: time.Now()}
	for _, name := range cases {
		j.cases = append(j.cases, junitCase{Class: "modemsim", Name: name, Time: "0.000", Error: &junitText{Message: "the run did not end"}})
	}
	return j, j.write()
}

// CaseNames returns names of test cases for runs with so many modems each, in the order of the
// runs.
func CaseNames(runs []string, modems int) []string {
	if modems == 1 {
		return runs
	}
	var names []string
	for _, run := range runs {
		for n := 1; n <= modems; n++ {
			names = append(names, CaseName(run, n))
		}
	}
	return names
}

// CaseName returns the name of the test case of a run for one modem of several.
func CaseName(run string, modem int) string { return fmt.Sprintf("%s (modem %d)", run, modem) }

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
		c.Error, c.Failure, c.Said, c.Time = nil, nil, &junitSaid{xmlText(m.Exchanges.String())}, seconds(o.Ending.After)
		if alone.Failed() {
			c.Failure = &junitText{Message: alone.String(), Text: xmlText(m.Report)}
		}
	}
	return j.write()
}

// write puts a new file in the place of the old one.
func (j *JUnit) write() error {
	text, err := xml.MarshalIndent(j.suite(), "", "  ")
	if err != nil {
		return err
	}
	fresh := filepath.Join(filepath.Dir(j.file), fmt.Sprintf(".%s.%d", filepath.Base(j.file), os.Getpid()))
	err = os.WriteFile(fresh, append([]byte(xml.Header), append(text, '\n')...), 0o666)
	if err == nil {
		err = os.Rename(fresh, j.file)
	}
	if err != nil {
		os.Remove(fresh)                                              // it may not be there
		return fmt.Errorf("write %s: %w", j.file, errors.Unwrap(err)) // nobody knows the new file's name
	}
	return nil
}

// suite is the report's document.
func (j *JUnit) suite() any {
	s := struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}{Name: "modemsim", Tests: len(j.cases), Time: seconds(time.Since(j.begun)), Cases: j.cases}
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
