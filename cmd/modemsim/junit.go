package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// A junit is the report that continuous integration reads: a test case for
// each modem of each run. It is written when it is made, with every run as one that has not
// ended, and again after each run, whole each time; so it is whole and true
// whenever modemsim is killed.
type junit struct {
	file  string
	begun time.Time
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

func bindJUnit(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "junit", "", "write a JUnit report to `FILE`, a test case for each run and modem")
}

// caseNames are those of the test cases of runs with some modems each.
func caseNames(runs []string, modems int) []string {
	if modems == 1 {
		return runs
	}
	var names []string
	for _, run := range runs {
		for n := 1; n <= modems; n++ {
			names = append(names, caseName(run, n))
		}
	}
	return names
}

// caseName is that of a run for modem n of several.
func caseName(run string, n int) string { return fmt.Sprintf("%s (modem %d)", run, n) }

// newJUnit writes the report for the first time; file "" is none.
func newJUnit(file string, names []string) (*junit, error) {
	if file == "" {
		return nil, nil
	}
	if st, err := os.Stat(file); err == nil && !st.Mode().IsRegular() {
		return nil, wrong("name a file", "--junit: %s is no regular file", file)
	}
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	j := &junit{file: file, begun: time.Now()}
	for _, name := range names {
		j.cases = append(j.cases, junitCase{Class: "modemsim", Name: name, Time: "0.000", Error: &junitText{Message: "the run did not end"}})
	}
	if err := j.write(); err != nil {
		return nil, wrong("name a file in a folder that you can write to", "--junit: %w", err)
	}
	return j, nil
}

// ended records run i, from 0, and writes the report. Every run has as many
// modems as this one.
func (j *junit) ended(i int, o outcome) error {
	if j == nil {
		return nil
	}
	for k, p := range o.parts {
		c, alone := &j.cases[i*len(o.parts)+k], o.of(p)
		c.Error, c.Said, c.Time = nil, &junitSaid{xmlText(p.exchanges)}, seconds(o.ending.after)
		if alone.code() != 0 {
			c.Failure = &junitText{Message: alone.String(), Text: xmlText(p.report)}
		}
	}
	if err := j.write(); err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return nil
}

// write puts a new file in the place of the old one.
func (j *junit) write() error {
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
func (j *junit) suite() any {
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
